//! The commands of the binary, one file each; the verbs that an application can have are in `verb`.

mod check;
mod completions;
mod diff;
mod drift;
mod env;
mod explain;
mod init;
mod new;
mod schema;
mod squash;
mod statements;
mod touch;
mod version;
mod wait;

use std::process::ExitCode;

use clap::Subcommand;

use super::project::{self, OverDirectory};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Arguments),
    #[command(aliases = ["generate", "create", "add"])]
    New(new::Arguments),
    Check(check::Arguments),
    #[command(flatten)]
    Migrate(OverDirectory),
    Touch(touch::Arguments),
    Squash(squash::Arguments),
    Wait(wait::Arguments),
    #[command(alias = "environ")]
    Env(env::Arguments),
    Statements(statements::Arguments),
    Schema(schema::Arguments),
    Diff(diff::Arguments),
    Drift(drift::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
    Version(version::Arguments),
}

/// Runs a command; its exit status, or why it stopped.
pub(crate) fn run(command: &Command, terminal: &mut Terminal) -> Result<ExitCode, CommandError> {
    match command {
        Command::Init(arguments) => init::run(arguments, terminal),
        Command::New(arguments) => new::run(arguments, terminal),
        Command::Check(arguments) => check::run(arguments, terminal),
        Command::Migrate(migrate) => project::run(migrate, terminal),
        Command::Touch(arguments) => touch::run(arguments, terminal),
        Command::Squash(arguments) => squash::run(arguments, terminal),
        Command::Wait(arguments) => wait::run(arguments, terminal),
        Command::Env(arguments) => env::run(arguments, terminal),
        Command::Statements(arguments) => statements::run(arguments, terminal),
        Command::Schema(arguments) => schema::run(arguments, terminal),
        Command::Diff(arguments) => diff::run(arguments, terminal),
        Command::Drift(arguments) => drift::run(arguments, terminal),
        Command::Explain(arguments) => explain::run(arguments, terminal),
        Command::Completions(arguments) => completions::run(arguments, terminal),
        Command::Version(_) => version::run(terminal),
    }
}
