//! The commands, one file each.

mod check;
mod explain;
mod init;
mod new;
mod statements;

use std::process::ExitCode;

use clap::Subcommand;

use crate::error::CommandError;
use crate::terminal::Terminal;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Arguments),
    Statements(statements::Arguments),
    Explain(explain::Arguments),
    New(new::Arguments),
    Init(init::Arguments),
}

/// Runs a command; its exit status, or why it stopped.
pub(crate) fn run(command: &Command, terminal: &mut Terminal) -> Result<ExitCode, CommandError> {
    match command {
        Command::Check(arguments) => check::run(arguments, terminal),
        Command::Statements(arguments) => statements::run(arguments, terminal),
        Command::Explain(arguments) => explain::run(arguments, terminal),
        Command::New(arguments) => new::run(arguments, terminal),
        Command::Init(arguments) => init::run(arguments, terminal),
    }
}
