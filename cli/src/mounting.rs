//! The subcommand in the command line of an application.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, FromArgMatches as _, Subcommand as _};

use crate::error::CommandError;
use crate::terminal::Terminal;
use crate::verb::{self, Verb};

/// What the subcommand is called, and on which databases it acts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mounting {
    pub(crate) name: &'static str,
    /// Whether nothing may be destroyed there.
    pub(crate) is_production: bool,
}

impl Default for Mounting {
    fn default() -> Self {
        Self {
            name: "migrate",
            is_production: false,
        }
    }
}

impl Mounting {
    /// Adds the subcommand, with each verb and an argument that all of them have.
    pub(crate) fn add_to(self, application: Command, argument: Arg) -> Command {
        let subcommand = Verb::augment_subcommands(Command::new(self.name))
            .about("Migrate the database, and see what was done to it")
            .after_help(verb::EXIT_STATUS)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true);
        application.subcommand(subcommand.arg(argument.global(true)))
    }

    /// The verb that was typed; nothing when the application is asked for something else.
    pub(crate) fn verb(self, matches: &ArgMatches) -> Option<Result<Verb, CommandError>> {
        let matches = matches.subcommand_matches(self.name)?;
        Some(Verb::from_arg_matches(matches).map_err(CommandError::from))
    }

    /// What was typed for the argument that all verbs have.
    pub(crate) fn argument<T: Clone + Send + Sync + 'static>(
        self,
        matches: &ArgMatches,
        id: &str,
    ) -> Option<T> {
        matches.subcommand_matches(self.name)?.get_one(id).cloned()
    }
}

/// The exit status of a verb; why it stopped is told.
pub(crate) fn ended(
    outcome: Result<impl Into<ExitCode>, CommandError>,
    terminal: &mut Terminal,
) -> ExitCode {
    outcome.map_or_else(|error| error.report(terminal), Into::into)
}
