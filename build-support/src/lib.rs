//! Everything that happens to migrations before run time: read, name, split, parse, check, emit.
//!
//! Applications use one function of this crate, [`watch`](fn@watch), in `build.rs`; the `rungs` macro and
//! the command line are built on the rest.

pub mod bad_argument;
mod cache;
pub mod catalog;
mod change;
mod checksum;
mod compile;
mod config;
mod diagnostic;
mod dialect;
mod directory;
mod emit;
mod encode;
pub mod evolve;
mod expand;
#[cfg(test)]
mod fixture;
pub mod kinds;
mod layout;
mod levels;
mod literal;
mod names;
mod nearest;
mod paths;
mod placeholder;
mod recovery;
pub mod render;
mod replaces;
mod replay;
mod script;
mod settings;
mod source;
mod sql;
mod table;
mod watch;

pub use compile::{Output, Request, check_file, compile, drift, schema};
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Label, Level, Severity, Weight};
pub use dialect::{Dialect, Server, UnknownDialect};
pub use encode::{Encoded, encode};
pub use expand::{Call, Expansion, expand};
pub use placeholder::{Names, Placeholder};
pub use recovery::{COLUMN_END, Condition, Object, Recovery, SessionEffect};
pub use replay::{History, read_schema};
pub use script::{Directives, InTransaction, Replaces, Role, Script, Statement};
pub use source::{Position, SourceFile};
pub use table::{Migration, Table};
pub use watch::{watch, watch_variable};
