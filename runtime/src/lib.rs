//! Compile-time proven SQL migrations, applied by your own binary.
//!
//! An application adds one macro call and one line at start-up. Every SQL file of the directory is
//! read, parsed and checked while the application compiles; wrong SQL is a compile error that points
//! into the file. The binary carries the migrations and applies them itself.
//!
//! ```ignore
//! static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut connection = rusqlite::Connection::open("app.sqlite")?;
//!     let report = MIGRATIONS.upgrade(&mut connection)?;
//!     println!("{report}");
//!     Ok(())
//! }
//! ```

mod adapter;
mod connection;
mod database;
mod digest;
mod drive;
mod engine;
mod error;
mod event;
mod log;
mod migrator;
mod plan;
mod report;
mod script;
mod status;
mod table;
mod target;
mod version;

pub use connection::{
    Acquire, AsyncConnection, Command, Connection, Database, DriverError, Effect, Rows,
};
pub use error::{Error, Named, RolledBack, StatementError};
pub use event::Event;
pub use log::{LogEntry, Operation, Outcome};
pub use migrator::Migrator;
pub use plan::{Ahead, Changed, Direction, OutOfOrder, Plan, Step};
pub use report::{Ran, Report};
pub use status::{MigrationStatus, State};
pub use table::{Migration, Migrations, Script, Statement};
pub use target::{ParseTargetError, Target};
pub use version::Version;
