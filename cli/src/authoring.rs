//! The binary: the verbs over a directory of files, and those that check and make files.

mod arguments;
mod clock;
mod command;
mod config;
mod diagnostics;
mod driver;
mod evolution;
mod folder;
mod live;
mod project;
mod settings;
mod squash;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use self::arguments::Arguments;
use crate::terminal::Terminal;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs a command line; the first argument is the name of the program.
///
/// ```no_run
/// # fn main() -> std::process::ExitCode {
/// rungs_cli::run(["rungs", "check", "migrations"].map(Into::into))
/// # }
/// ```
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
