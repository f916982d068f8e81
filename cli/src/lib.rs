//! The command line of rungs, as a library.
//!
//! [`Cli`] gives an application the subcommand `migrate` over its own table of migrations, and
//! [`SetsCli`] over the several sets of a registry; with
//! `default-features = false` no parser of SQL comes with it.
//!
//! The binaries `rungs` and `cargo-rungs` are one call of `main`, which the feature `authoring` has: the
//! same verbs over a directory of files, and those that check and make files.
//!
//! Results go to the standard output, everything else to the standard error.
//! The exit status is 0 when all is well, 1 when something failed, 2 when the command line makes no
//! sense, and 3 when migrations are pending and `status --exit-code` asks for it.

#[cfg(feature = "authoring")]
mod authoring;
mod blocking;
mod cli;
#[cfg(feature = "connect")]
mod connect;
mod error;
mod failure;
mod format;
#[cfg(feature = "authoring")]
mod introspect;
mod mounting;
mod progress;
mod recorded;
mod sets;
mod table;
mod terminal;
mod verb;
mod when;

#[cfg(feature = "authoring")]
pub use crate::authoring::{main, run};
pub use crate::cli::Cli;
#[cfg(feature = "authoring")]
pub use crate::introspect::{IntrospectError, introspect};
pub use crate::sets::SetsCli;
