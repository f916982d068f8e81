//! Compile-time proven SQL migrations, applied by your own binary.
//!
//! An application adds one macro call and one line at start-up. Every SQL file of the directory is
//! read, parsed and checked while the application compiles; wrong SQL is a compile error that points
//! into the file. The binary carries the migrations and applies them itself.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");
//!
//! # #[cfg(feature = "rusqlite")]
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mut connection = rusqlite::Connection::open("app.sqlite")?;
//!     let report = MIGRATIONS.upgrade(&mut connection)?;
//!     println!("{report}");
//!     Ok(())
//! }
//! # #[cfg(not(feature = "rusqlite"))]
//! # fn main() {}
//! ```

mod adapter;
#[cfg(feature = "adopt")]
mod adopt;
mod connection;
mod database;
mod digest;
mod drive;
mod engine;
mod error;
mod event;
mod function;
mod log;
mod migrator;
mod placeholder;
mod plan;
mod registry;
mod report;
mod script;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(any(feature = "diesel-migrations", feature = "sqlx-migrate"))]
mod source;
mod status;
mod table;
mod target;
#[cfg(feature = "testing")]
pub mod testing;
mod trial;
mod version;

#[cfg(feature = "adopt")]
pub use adopt::{Adopted, Adoption, AdoptionError, Check, Source, Tool};
pub use connection::{
    Acquire, AsyncConnection, Command, Connection, Database, DriverError, Effect, Rows,
};
pub use error::{Doubt, Error, ErrorKind, ForeignKeyViolation, Named, RolledBack, StatementError};
pub use event::{Event, Holder};
pub use function::BoxFuture;
pub use log::{LogEntry, Operation, Outcome};
pub use migrator::Migrator;
pub use placeholder::PlaceholderError;
pub use plan::{Action, Ahead, Changed, Direction, Goal, OutOfOrder, Plan, Settled, Step};
pub use registry::{
    Answers, AsyncRegistry, AsyncSet, AsyncSets, Registry, RegistryError, Set, Sets,
};
pub use report::{Ran, Report};
pub use status::{Edited, MigrationStatus, State};
pub use table::{Iter, Migration, Migrations, Script, Statement};
pub use target::{ParseTargetError, Target};
pub use trial::{NotTried, Trial, Tried, Verdict};
pub use version::Version;

/// Checks a directory of migrations while the application compiles, and makes a table of it.
///
/// The path is relative to the directory of `Cargo.toml`. As an expression the macro has the type
/// [`Migrations`] and can stand in a `static`, a `const` or a `let`:
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");
/// static FOR_SQLITE: rungs::Migrations = rungs::migrations!("migrations", dialect = sqlite);
/// # assert_eq!(MIGRATIONS.state(), FOR_SQLITE.state());
/// # }
/// ```
///
/// With a name it makes a module with the table and a constant for each version, so that a misspelt
/// name does not compile:
///
/// ```
/// # #[cfg(feature = "rusqlite")]
/// # fn upgrade(mut connection: rusqlite::Connection) -> Result<(), rungs::Error> {
/// rungs::migrations!(pub mod db in "migrations");
///
/// db::MIGRATIONS.upgrade_to(&mut connection, db::versions::CREATE_USERS)?;
/// # Ok(())
/// # }
/// ```
///
/// The dialect is that of the argument `dialect` (`sqlite`, `postgres`, `mysql`, or a list of them,
/// each of which must accept every statement), else the one in `rungs.toml` beside the migrations
/// or beside `Cargo.toml`, else the only database that this crate has a feature on for.
///
/// The argument `placeholders = ["prefix", "tenant=a"]`, or `placeholders` in `rungs.toml`, declares what
/// stands in names as `{{prefix}}` and is given by [`Migrator::placeholder`] when they are applied.
#[macro_export]
macro_rules! migrations {
    ($(#[$attribute:meta])* $visibility:vis mod $name:ident in $($arguments:tt)*) => {
        $(#[$attribute])*
        $visibility mod $name {
            $crate::__private::migrations! { ($crate) mod $($arguments)* }
        }
    };
    ($($arguments:tt)*) => {
        $crate::__private::migrations! { ($crate) $($arguments)* }
    };
}

/// What the expansion of [`migrations!`] refers to. Not a part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use core::include_bytes;
    pub use core::option::Option::{None, Some};

    pub use rungs_macros::migrations;

    pub use crate::connection::Database;
    pub use crate::table::Migrations;
    pub use crate::version::Version;
}
