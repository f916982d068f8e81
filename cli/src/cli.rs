//! The verbs as a subcommand of any application.

use std::fmt;
use std::ops::DerefMut;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, ColorChoice, FromArgMatches as _, Subcommand as _, value_parser};
use rungs::{Acquire, Connection, Migrations, Migrator};

use crate::blocking::{Blocking, finish};
#[cfg(feature = "connect")]
use crate::connect;
use crate::error::CommandError;
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
    name: &'static str,
    is_production: bool,
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
            name: "migrate",
            is_production: false,
        }
    }

    /// The name of the subcommand, `migrate` unless said otherwise.
    pub fn name(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Whether to refuse what destroys or rewrites: `down`, `redo`, `mark`, `skip`, `repair`.
    pub fn production(self, is_production: bool) -> Self {
        Self {
            is_production,
            ..self
        }
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
        let typed = matches.subcommand_matches(self.name);
        let typed = typed.and_then(|matches| matches.get_one::<PathBuf>(FS_ROOT).cloned());
        let variable = || std::env::var_os("FS").filter(|root| !root.is_empty());
        typed.or_else(|| variable().map(PathBuf::from))
    }

    /// Adds the subcommand to an application.
    pub fn mount(&self, application: clap::Command) -> clap::Command {
        let fs_root = Arg::new(FS_ROOT)
            .long(FS_ROOT)
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help("The folder of functions that move files [default: FS]")
            .global(true);
        application.subcommand(subcommand(self.name).arg(fs_root))
    }

    /// Runs the subcommand on a connection whose calls block, if it is what was typed.
    pub fn run<C: Connection + Send>(
        &self,
        matches: &ArgMatches,
        connection: &mut C,
    ) -> Option<ExitCode> {
        let verb = self.typed(matches)?;
        Some(self.blocking(verb, |_, _| Ok(connection)))
    }

    /// Runs the subcommand if it is what was typed, and connects only then.
    pub fn run_with<C: Connection + Send, E: fmt::Display>(
        &self,
        matches: &ArgMatches,
        connect: impl FnOnce() -> Result<C, E>,
    ) -> Option<ExitCode> {
        let verb = self.typed(matches)?;
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
        let verb = self.typed(matches)?;
        Some(self.blocking(verb, |verb, session| {
            let address = connect::from_environment(session.migrations().databases())?;
            session.place = Some(address.place());
            connect::apply_environment(verb, session)?;
            address.open(verb.only_reads())
        }))
    }

    /// Runs the subcommand, if it is what was typed, on a connection or pool that is awaited.
    pub async fn run_async<A: Acquire>(&self, matches: &ArgMatches, source: A) -> Option<ExitCode> {
        let verb = self.typed(matches)?;
        let mut terminal = Terminal::new(ColorChoice::Auto);
        let mut session = self.session(&mut terminal);
        let outcome = async {
            let verb = verb?;
            let acquired = source.acquire().await;
            let mut connection = acquired.map_err(|error| CommandError::no_connection(&error))?;
            verb::run(&verb, &mut session, &mut connection)
                .await
                .map(ExitCode::from)
        };
        let outcome = outcome.await;
        Some(outcome.unwrap_or_else(|error| error.report(&mut terminal)))
    }

    fn typed(&self, matches: &ArgMatches) -> Option<Result<Verb, CommandError>> {
        typed(self.name, matches)
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
            finish(verb::run(&verb, &mut session, &mut connection)).map(ExitCode::from)
        });
        outcome.unwrap_or_else(|error| error.report(&mut terminal))
    }

    fn session<'s>(&'s self, terminal: &'s mut Terminal) -> Session<'s> {
        Session {
            migrator: self.migrator.clone(),
            terminal,
            is_production: self.is_production,
            place: None,
            set: None,
        }
    }
}

/// The argument with the folder of functions.
const FS_ROOT: &str = "fs-root";

/// The subcommand of that name, with each verb.
pub(crate) fn subcommand(name: &'static str) -> clap::Command {
    Verb::augment_subcommands(clap::Command::new(name))
        .about("Migrate the database, and see what was done to it")
        .after_help(verb::EXIT_STATUS)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// The verb that was typed; nothing when the application is asked for something else.
pub(crate) fn typed(name: &str, matches: &ArgMatches) -> Option<Result<Verb, CommandError>> {
    let matches = matches.subcommand_matches(name)?;
    Some(Verb::from_arg_matches(matches).map_err(CommandError::from))
}
