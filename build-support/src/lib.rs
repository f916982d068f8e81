//! Everything that happens to migrations before run time: read, name, split, parse, check, emit.
//!
//! Applications use one function of this crate, [`watch`](fn@watch), in `build.rs`; the `rungs` macro and
//! the command line are built on the rest.

mod compile;
mod config;
mod diagnostic;
mod dialect;
pub mod kinds;
mod layout;
pub mod render;
mod script;
mod source;
mod sql;
mod table;

pub use compile::{Output, Request, check_file, compile};
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Label, Severity};
pub use dialect::{Dialect, UnknownDialect};
pub use script::{Directives, InTransaction, Script, Statement};
pub use source::{Position, SourceFile};
pub use table::{Migration, Table};
