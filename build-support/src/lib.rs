//! Everything that happens to migrations before run time: read, name, split, parse, check, emit.
//!
//! Applications use one function of this crate, [`watch`](fn@watch), in `build.rs`; the `rungs` macro and
//! the command line are built on the rest.

mod compile;
mod config;
mod diagnostic;
mod dialect;
mod directory;
#[cfg(test)]
mod fixture;
pub mod kinds;
mod layout;
mod nearest;
mod paths;
pub mod render;
mod script;
mod settings;
mod source;
mod sql;
mod table;

pub use compile::{Output, Request, compile};
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Label, Severity};
pub use dialect::{Dialect, UnknownDialect};
pub use script::{Directives, InTransaction, Script, Statement};
pub use source::{Position, SourceFile};
pub use table::{Migration, Table};
