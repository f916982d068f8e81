//! The verbs as a subcommand of any application.

use std::fmt;
use std::ops::DerefMut;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, ColorChoice, value_parser};
use rungs::{Acquire, Connection, Migrations, Migrator};

use crate::blocking::{Blocking, finish};
#[cfg(feature = "connect")]
use crate::connect;
use crate::error::CommandError;
use crate::mounting::{Mounting, ended};
use crate::terminal::Terminal;
use crate::verb::{self, Session, Verb};

/// Gives an application the subcommand `migrate`: `status`, `up`, `down`, `to`, `redo`, `plan`, `log`,
/// `errors`, `trace` and the rest of the verbs over its own table of migrations.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] mod application {
/// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     let migrate = rungs_cli::Cli::new(&MIGRATIONS);
///     let matches = migrate.mount(clap::Command::new("shop")).get_matches();
///     let open = || rusqlite::Connection::open("shop.sqlite");
///     if let Some(status) = migrate.run_with(&matches, open) {
///         return status;
///     }
///     // What the application does without the subcommand.
///     ExitCode::SUCCESS
/// }
/// # }
/// ```
///
/// An application that connects in another way gives a connection to [`run`](Self::run), or a
/// connection or pool that is awaited to [`run_async`](Self::run_async).
///
/// The verbs write their results to the standard output and everything else to the standard error.
/// They end with 0 when all is well, 1 when something failed, 2 when the command line makes no sense,
/// and `status --exit-code` with 3 when migrations are pending.
#[derive(Clone, Debug)]
pub struct Cli<'a> {
    migrator: Migrator<'a>,
    mounting: Mounting,
}

impl<'a> Cli<'a> {
    /// The subcommand over these migrations, with default options.
    pub fn new(migrations: &'a Migrations) -> Self {
        Self::with(Migrator::new(migrations))
    }

    /// The subcommand over a migrator, with its key, its log table and its policies; its observer
    /// gives way to one that shows progress.
    pub fn with(migrator: Migrator<'a>) -> Self {
        Self {
            migrator,
            mounting: Mounting::default(),
        }
    }

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

    /// The folder for functions that move files: what was typed behind `--fs-root`, else the variable
    /// `FS`; nothing when neither says it.
    ///
    /// An application asks for it when it registers its functions.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")] mod application {
    /// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
    /// # fn run() -> Option<std::process::ExitCode> {
    /// use rungs_cli::Cli;
    ///
    /// let matches = Cli::new(&MIGRATIONS).mount(clap::Command::new("shop")).get_matches();
    /// let root = Cli::new(&MIGRATIONS).fs_root(&matches).unwrap_or_else(|| "uploads".into());
    /// let migrator = rungs::Migrator::new(&MIGRATIONS).function(
    ///     "sort_uploads",
    ///     move |_: &mut rusqlite::Connection| std::fs::create_dir_all(root.join("2026")),
    /// );
    /// Cli::with(migrator).run_with(&matches, || rusqlite::Connection::open("shop.sqlite"))
    /// # }
    /// # }
    /// ```
    pub fn fs_root(&self, matches: &ArgMatches) -> Option<PathBuf> {
        let typed = self.mounting.argument::<PathBuf>(matches, FS_ROOT);
        let variable = || std::env::var_os("FS").filter(|root| !root.is_empty());
        typed.or_else(|| variable().map(PathBuf::from))
    }

    /// Adds the subcommand to an application.
    pub fn mount(&self, application: clap::Command) -> clap::Command {
        let fs_root = Arg::new(FS_ROOT)
            .long(FS_ROOT)
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help("The folder of functions that move files [default: FS]");
        self.mounting.add_to(application, fs_root)
    }

    /// Runs the subcommand on a connection whose calls block, if it is what was typed.
    pub fn run<C: Connection + Send>(
        &self,
        matches: &ArgMatches,
        connection: &mut C,
    ) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        Some(self.blocking(verb, |_, _| Ok(connection)))
    }

    /// Runs the subcommand if it is what was typed, and connects only then.
    pub fn run_with<C: Connection + Send, E: fmt::Display>(
        &self,
        matches: &ArgMatches,
        connect: impl FnOnce() -> Result<C, E>,
    ) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        Some(self.blocking(verb, |_, _| {
            connect()
                .map(Box::new)
                .map_err(|error| CommandError::no_connection(&error))
        }))
    }

    /// Runs the subcommand, if it is what was typed, on the database that the environment names:
    /// `DATABASE_URL`, or else `DB_URL`, or else `DB` with its companions `HOST`, `PORT`,
    /// `UNIX_SOCKET`, `USERNAME` and `PASSWORD`, each of which may begin with `DB_`.
    ///
    /// What can be connected to are the databases whose features are on: `mysql`, `postgres`, `sqlite`.
    #[cfg(feature = "connect")]
    pub fn run_from_environment(&self, matches: &ArgMatches) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        Some(self.blocking(verb, |verb, session| {
            let address = connect::from_environment(session.migrations().databases())?;
            session.place = Some(address.place());
            connect::apply_environment(verb, session)?;
            address.open(verb.only_reads())
        }))
    }

    /// Runs the subcommand, if it is what was typed, on a connection or pool that is awaited.
    pub async fn run_async<A: Acquire>(&self, matches: &ArgMatches, source: A) -> Option<ExitCode> {
        let verb = self.mounting.verb(matches)?;
        let mut terminal = Terminal::new(ColorChoice::Auto);
        let mut session = self.session(&mut terminal);
        let outcome = async {
            let verb = verb?;
            let acquired = source.acquire().await;
            let mut connection = acquired.map_err(|error| CommandError::no_connection(&error))?;
            verb::run(&verb, &mut session, &mut connection).await
        };
        let outcome = outcome.await;
        Some(ended(outcome, &mut terminal))
    }

    fn blocking<P: DerefMut<Target: Connection> + Send>(
        &self,
        verb: Result<Verb, CommandError>,
        connect: impl FnOnce(&Verb, &mut Session<'_>) -> Result<P, CommandError>,
    ) -> ExitCode {
        let mut terminal = Terminal::new(ColorChoice::Auto);
        let mut session = self.session(&mut terminal);
        let outcome = verb.and_then(|verb| {
            let mut connection = Blocking(connect(&verb, &mut session)?);
            finish(verb::run(&verb, &mut session, &mut connection))
        });
        ended(outcome, &mut terminal)
    }

    fn session<'s>(&'s self, terminal: &'s mut Terminal) -> Session<'s> {
        Session {
            migrator: self.migrator.clone(),
            terminal,
            is_production: self.mounting.is_production,
            place: None,
            set: None,
        }
    }
}

/// The argument with the folder of functions.
const FS_ROOT: &str = "fs-root";
