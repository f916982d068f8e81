//! The command line of rungs, as a library.
//!
//! The binaries `rungs` and `cargo-rungs` are one call of [`main`]; a task runner of your own can
//! mount the commands with [`run`]:
//!
//! ```no_run
//! # fn main() -> std::process::ExitCode {
//! rungs_cli::run(["rungs", "check", "migrations"].map(Into::into))
//! # }
//! ```
//!
//! Results go to the standard output, everything else to the standard error.
//! The exit status is 0 when all is well, 1 when something is wrong with the migrations or a file,
//! and 2 when the command line makes no sense.

mod arguments;
mod clock;
mod command;
mod diagnostics;
mod driver;
mod error;
mod folder;
mod table;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::terminal::Terminal;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs a command line; the first argument is the name of the program.
pub fn run(command_line: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Arguments::try_parse_from(arguments::without_cargo(command_line)) {
        Ok(arguments) => {
            let mut terminal = Terminal::new(arguments.color);
            command::run(&arguments.command, &mut terminal)
                .unwrap_or_else(|error| error.report(&mut terminal))
        }
        Err(error) => {
            // Help and version come this way too. When nobody reads them, there is nobody to tell.
            let _ = error.print();
            u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}
