//! The verbs over a table and a connection, which know nothing of files.

#[cfg(feature = "adopt")]
pub(crate) mod adopt;
mod change;
mod check_live;
mod goal;
mod log;
mod repair;
pub(crate) mod sets;
mod status;
mod trace;

use clap::Subcommand;
use rungs::{AsyncConnection, Migrations, Migrator};
use serde::Serialize;

use crate::error::{CommandError, Exit};
use crate::failure;
use crate::format::{Format, write_json};
use crate::terminal::Terminal;

/// What to do with a database.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    #[command(alias = "info")]
    Status(status::Arguments),
    // The words of others, for fingers that know them.
    #[command(aliases = ["upgrade", "run"])]
    Up(goal::Up),
    #[command(aliases = ["downgrade", "rollback", "revert"])]
    Down(goal::Down),
    To(goal::To),
    Redo(goal::Redo),
    Plan(goal::Plan),
    CheckLive(check_live::Arguments),
    #[command(aliases = ["list", "history"])]
    Log(log::Log),
    Errors(log::Errors),
    Trace(trace::Arguments),
    Rebuild(goal::Rebuild),
    Settle(goal::Settle),
    Mark(goal::Mark),
    Skip(goal::Skip),
    Repair(goal::Repair),
    #[cfg(feature = "adopt")]
    Adopt(adopt::Arguments),
}

/// What `--help` says about the exit status.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  something failed, or needs somebody to look at it
  2  the command line makes no sense, or nobody is there to be asked
  3  migrations are pending (only `status --exit-code`)";

/// What the verbs work with, beside a connection.
pub(crate) struct Session<'a> {
    pub(crate) migrator: Migrator<'a>,
    pub(crate) terminal: &'a mut Terminal,
    /// Whether the database is marked as one where nothing may be destroyed.
    pub(crate) is_production: bool,
    /// Which database it is, where that is known.
    pub(crate) place: Option<String>,
    /// Which of several sets it is about.
    pub(crate) set: Option<String>,
}

impl Session<'_> {
    pub(crate) fn migrations(&self) -> &Migrations {
        self.migrator.migrations()
    }

    /// Writes a result for programs: of several sets each with its key.
    fn write_json(&mut self, result: &impl Serialize) -> Result<(), CommandError> {
        let out = &mut self.terminal.out;
        match &self.set {
            Some(set) => write_json(out, &OfSet { set, result }),
            None => write_json(out, result),
        }
    }
}

#[derive(Serialize)]
struct OfSet<'a, T> {
    set: &'a str,
    result: &'a T,
}

#[cfg(feature = "connect")]
impl Verb {
    /// Whether it leaves the database as it is, so that there need not be one.
    pub(crate) fn only_reads(&self) -> bool {
        match self {
            Self::Status(_)
            | Self::Plan(_)
            | Self::CheckLive(_)
            | Self::Log(_)
            | Self::Errors(_)
            | Self::Trace(_) => true,
            #[cfg(feature = "adopt")]
            Self::Adopt(arguments) => arguments.dry_run,
            Self::Up(goal::Up { options, .. })
            | Self::Down(goal::Down { options, .. })
            | Self::To(goal::To { options, .. })
            | Self::Redo(goal::Redo { options, .. })
            | Self::Rebuild(goal::Rebuild { options, .. })
            | Self::Settle(goal::Settle { options, .. })
            | Self::Mark(goal::Mark { options, .. })
            | Self::Skip(goal::Skip { options, .. })
            | Self::Repair(goal::Repair { options, .. }) => options.dry_run,
        }
    }
}

impl Verb {
    /// How its result is written.
    fn format(&self) -> Format {
        match self {
            Self::Status(arguments) => arguments.format,
            Self::Plan(arguments) => arguments.format,
            Self::CheckLive(arguments) => arguments.format,
            Self::Log(arguments) => arguments.format(),
            Self::Errors(arguments) => arguments.format(),
            Self::Trace(arguments) => arguments.format,
            #[cfg(feature = "adopt")]
            Self::Adopt(arguments) => arguments.format,
            verb => goal::change(verb).map_or(Format::Text, |change| change.format()),
        }
    }

    /// Whether it is about one migration or one history, so that it makes no sense for several sets.
    fn is_about_one_set(&self) -> bool {
        #[cfg(feature = "adopt")]
        if let Self::Adopt(_) = self {
            return true;
        }
        matches!(self, Self::Trace(_) | Self::Rebuild(_) | Self::Settle(_))
    }
}

/// Runs a verb; its exit status, or why it stopped.
pub(crate) async fn run<C: AsyncConnection>(
    verb: &Verb,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let outcome = match verb {
        Verb::Status(arguments) => status::run(arguments, session, connection).await,
        #[cfg(feature = "adopt")]
        Verb::Adopt(arguments) => adopt::run(arguments, session, connection).await,
        Verb::CheckLive(arguments) => check_live::run(arguments, session, connection).await,
        Verb::Log(arguments) => log::log(arguments, session, connection).await,
        Verb::Errors(arguments) => log::errors(arguments, session, connection).await,
        Verb::Trace(arguments) => trace::run(arguments, session, connection).await,
        Verb::Plan(arguments) => {
            change::plan(&arguments.change(), arguments.format, session, connection).await
        }
        verb => match goal::change(verb) {
            Some(change) => change::run(&change, session, connection).await,
            None => Ok(Exit::Success),
        },
    };
    outcome.map_err(|error| failure::explained(error, session))
}
