//! The verbs as a subcommand over the sets of a registry.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, ColorChoice};
use rungs::{AsyncRegistry, Registry};

use crate::blocking::{Blocking, finish};
use crate::error::CommandError;
use crate::failure;
use crate::mounting::{Mounting, ended};
use crate::terminal::Terminal;
use crate::verb::sets::{self, Opened, Setting};

/// Gives an application the subcommand `migrate` over several sets of migrations: the verbs of
/// [`Cli`](crate::Cli), for one of them with `--set KEY`, else for all.
///
/// What changes databases is planned for all sets before one is changed, and asked about once. Sets go
/// up in the order of registration and down in the reverse. With `--format json` each has a document of
/// its own, with its key. The verbs about one migration, `trace`, `rebuild` and `settle`, and `adopt`
/// want `--set`.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] mod application {
/// # static ORDERS: rungs::Migrations = rungs::Migrations::EMPTY;
/// # static BILLING: rungs::Migrations = rungs::Migrations::EMPTY;
/// use std::process::ExitCode;
///
/// fn main() -> Result<ExitCode, rungs::Error> {
///     let mut registry = rungs::Registry::new();
///     registry.register("orders", &ORDERS, || rusqlite::Connection::open("orders.sqlite"))?;
///     registry.register("billing", &BILLING, || rusqlite::Connection::open("billing.sqlite"))?;
///
///     let migrate = rungs_cli::SetsCli::new(&registry);
///     let matches = migrate.mount(clap::Command::new("shop")).get_matches();
///     if let Some(status) = migrate.run(&matches) {
///         return Ok(status);
///     }
///     // What the application does without the subcommand.
///     Ok(ExitCode::SUCCESS)
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct SetsCli<'r, R> {
    registry: &'r R,
    mounting: Mounting,
}

/// The argument with the key of a set.
const SET: &str = "set";

impl<'r, R> SetsCli<'r, R> {
    /// The name of the subcommand, `migrate` unless said otherwise.
    pub fn name(mut self, name: &'static str) -> Self {
        self.mounting.name = name;
        self
    }

    /// Whether to refuse what destroys or rewrites: `down`, `redo`, `mark`, `skip`, `repair`.
    pub fn production(mut self, is_production: bool) -> Self {
        self.mounting.is_production = is_production;
        self
    }

    fn over(registry: &'r R) -> Self {
        Self {
            registry,
            mounting: Mounting::default(),
        }
    }

    fn mount_with<'k>(
        &self,
        keys: impl Iterator<Item = &'k str>,
        application: clap::Command,
    ) -> clap::Command {
        let keys: Vec<&str> = keys.collect();
        let help = format!("Only this set: {} [default: all]", keys.join(", "));
        let set = Arg::new(SET).long(SET).value_name("KEY").help(help);
        self.mounting.add_to(application, set)
    }

    /// The keys of the sets that are meant; an error when there is none.
    fn meant(
        &self,
        keys: Vec<&'r str>,
        matches: &ArgMatches,
    ) -> Result<Vec<&'r str>, CommandError> {
        let Some(typed) = self.mounting.argument::<String>(matches, SET) else {
            return Ok(keys);
        };
        let known = keys.join(", ");
        match keys.into_iter().find(|key| *key == typed) {
            Some(key) => Ok(vec![key]),
            None => Err(CommandError::usage(format!("there is no set `{typed}`"))
                .help(format!("there are {known}"))),
        }
    }
}

impl<'r, 'a> SetsCli<'r, Registry<'a>> {
    /// The subcommand over the sets of a registry.
    pub fn new(registry: &'r Registry<'a>) -> Self {
        Self::over(registry)
    }

    /// Adds the subcommand to an application.
    pub fn mount(&self, application: clap::Command) -> clap::Command {
        self.mount_with(self.registry.keys(), application)
    }

    /// Runs the subcommand if it is what was typed, and connects only then.
    pub fn run(&self, matches: &ArgMatches) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        let mut terminal = Terminal::new(ColorChoice::Auto);
        let outcome = verb.and_then(|verb| {
            let meant = self
                .meant(self.registry.keys().collect(), matches)?
                .into_iter();
            let opened: Result<Vec<_>, CommandError> = meant.map(|key| self.open(key)).collect();
            let mut setting = Setting {
                terminal: &mut terminal,
                is_production: self.mounting.is_production,
            };
            finish(sets::run(&verb, opened?, &mut setting))
        });
        Some(ended(outcome, &mut terminal))
    }

    fn open(
        &self,
        key: &str,
    ) -> Result<Opened<'r, Blocking<Box<dyn rungs::Connection + Send + 'a>>>, CommandError> {
        let open = || {
            let set = self.registry.get(key)?;
            let connection = Blocking(set.connect()?);
            Ok(Opened {
                key: key.to_owned(),
                migrator: set.migrator().clone(),
                connection,
            })
        };
        open().map_err(|error| failure::without_place(&error).of_set(key))
    }
}

impl<'r, 'a> SetsCli<'r, AsyncRegistry<'a>> {
    /// The subcommand over the sets of a registry whose connections are awaited.
    pub fn new_async(registry: &'r AsyncRegistry<'a>) -> Self {
        Self::over(registry)
    }

    /// Adds the subcommand to an application.
    pub fn mount(&self, application: clap::Command) -> clap::Command {
        self.mount_with(self.registry.keys(), application)
    }

    /// Runs the subcommand if it is what was typed, and connects only then.
    pub async fn run_async(&self, matches: &ArgMatches) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        let mut terminal = Terminal::new(ColorChoice::Auto);
        let outcome = async {
            let verb = verb?;
            let mut opened = Vec::new();
            for key in self.meant(self.registry.keys().collect(), matches)? {
                let set = self.registry.get(key)?;
                let connecting = set.connect().await;
                opened.push(Opened {
                    key: key.to_owned(),
                    migrator: set.migrator().clone(),
                    connection: connecting
                        .map_err(|error| failure::without_place(&error).of_set(key))?,
                });
            }
            let mut setting = Setting {
                terminal: &mut terminal,
                is_production: self.mounting.is_production,
            };
            sets::run(&verb, opened, &mut setting).await
        };
        let outcome = outcome.await;
        Some(ended(outcome, &mut terminal))
    }
}
