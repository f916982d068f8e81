//! A directory of migrations and its database: what the verbs of the binary work with.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, Subcommand};
use rungs::{Database, Migrations, Migrator};
use rungs_build::{Dialect, Output, Request, Severity, compile, encode};

use super::config::{self, Set};
use super::diagnostics::write_frames;
use super::settings::{self, Settings};
use crate::blocking::{Blocking, finish};
use crate::error::{CommandError, Exit};
use crate::terminal::Terminal;
use crate::verb::sets::{self, Opened, Setting};
use crate::verb::{self, Session, Verb};

/// Which migrations, and which database.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Where")]
#[group(skip)]
pub(crate) struct Options {
    /// The directory of the migrations
    #[arg(long, value_name = "DIR", default_value = "migrations")]
    pub(crate) dir: PathBuf,

    /// The URL of the database.
    #[arg(long, value_name = "URL")]
    #[arg(help = "The database [default: DATABASE_URL, see `rungs env --help`]")]
    pub(crate) database_url: Option<String>,

    /// What the SQL is written for [default: as in rungs.toml, or that of the database]
    #[arg(long, value_name = "DIALECT", value_delimiter = ',')]
    pub(crate) dialect: Vec<Dialect>,

    /// Which of several sets of migrations in one database [default: main]
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,

    /// The table of the log.
    #[arg(
        long,
        value_name = "TABLE",
        help = "The table of the log [default: rungs_log]"
    )]
    pub(crate) log_table: Option<String>,

    /// The schema of the migrations and of the log.
    #[arg(long, value_name = "SCHEMA")]
    #[arg(help = "The schema of the migrations and of the log [default: RUNGS_SCHEMA]")]
    pub(crate) schema: Option<String>,

    /// What a placeholder of the migrations stands for, as `prefix=app_`
    #[arg(long = "placeholder", value_name = "N=V", value_parser = placeholder)]
    pub(crate) placeholders: Vec<(String, String)>,
}

/// The argument that names one of several sets.
const SET: &str = "set";
/// The argument of verbs that may be the first to do something to a database.
const CREATE_SCHEMA: &str = "create-schema";
const MAY_BE_FIRST: &[&str] = &["up", "to", "check-live", "mark", "skip", "adopt"];

/// A verb of the library, and what it works with here.
#[derive(Debug)]
pub(crate) struct OverDirectory {
    verb: Verb,
    options: Options,
    creates_schema: bool,
    /// Whether a directory was typed, which is one set.
    names_directory: bool,
    set: Option<String>,
}

/// Each verb has the options of its own and these.
impl Subcommand for OverDirectory {
    fn augment_subcommands(command: Command) -> Command {
        let verbs = Verb::augment_subcommands(Command::new("verbs"));
        let before = command.get_subcommands().count();
        let verbs = verbs.get_subcommands().zip(before..).map(|(verb, order)| {
            let about = verb.get_about().cloned().unwrap_or_default();
            let mut verb = Options::augment_args(verb.clone()).arg(set());
            if MAY_BE_FIRST.contains(&verb.get_name()) {
                verb = verb.arg(create_schema());
            }
            // What is said about the options is not what the verb does.
            verb.about(about).display_order(order)
        });
        command.subcommands(verbs)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Verb::has_subcommand(name)
    }
}

impl FromArgMatches for OverDirectory {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let verb = Verb::from_arg_matches(matches)?;
        let none = ArgMatches::default();
        let of_verb = matches.subcommand().map_or(&none, |(_, matches)| matches);
        let options = Options::from_arg_matches(of_verb)?;
        // Not every verb has it.
        let typed = of_verb.try_get_one::<bool>(CREATE_SCHEMA);
        let creates_schema = typed.ok().flatten() == Some(&true);
        let source = of_verb.value_source("dir");
        Ok(Self {
            verb,
            options,
            creates_schema,
            names_directory: source == Some(ValueSource::CommandLine),
            set: of_verb.get_one::<String>(SET).cloned(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn set() -> Arg {
    Arg::new(SET)
        .long(SET)
        .value_name("NAME")
        .help("Only this set of those in rungs.toml [default: all]")
        .help_heading("Where")
        .conflicts_with("dir")
}

fn create_schema() -> Arg {
    Arg::new(CREATE_SCHEMA)
        .long(CREATE_SCHEMA)
        .action(ArgAction::SetTrue)
        .help("Make the schema if it is not there")
        .help_heading("Where")
}

/// Runs a verb over a directory, or over those of several sets.
pub(crate) fn run(
    typed: &OverDirectory,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let sets = if typed.names_directory {
        Vec::new()
    } else {
        meant(config::sets()?, typed)?
    };
    let exit = match &sets[..] {
        [] => run_one(typed, &Project::read(typed, None, terminal)?, terminal),
        [set] => run_one(typed, &Project::read(typed, Some(set), terminal)?, terminal),
        sets => run_all(typed, sets, terminal),
    };
    exit.map(ExitCode::from)
}

/// The sets that are meant; none where there is one directory.
fn meant(sets: Vec<Set>, typed: &OverDirectory) -> Result<Vec<Set>, CommandError> {
    let names: Vec<&str> = sets.iter().map(|set| &*set.name).collect();
    let names = names.join(", ");
    let Some(name) = &typed.set else {
        if sets.len() > 1 && typed.options.key.is_some() {
            let message = "there are several sets, and a key is that of one";
            return Err(CommandError::usage(message).help(format!("say which with --set: {names}")));
        }
        return Ok(sets);
    };
    match sets.into_iter().find(|set| set.name == *name) {
        Some(set) => Ok(vec![set]),
        None if names.is_empty() => {
            let error = CommandError::usage(format!("there is no set `{name}`"));
            Err(error.help("write `[sets.NAME]` with its `dir` into rungs.toml"))
        }
        None => Err(CommandError::usage(format!("there is no set `{name}`"))
            .help(format!("there are {names}"))),
    }
}

/// A directory whose migrations are right, and what is known about its database.
struct Project {
    options: Options,
    settings: Settings,
    migrations: Migrations,
}

impl Project {
    fn read(
        typed: &OverDirectory,
        set: Option<&Set>,
        terminal: &mut Terminal,
    ) -> Result<Self, CommandError> {
        let mut options = typed.options.clone();
        if let Some(set) = set {
            options.dir.clone_from(&set.directory);
            let key = set.key.as_ref().unwrap_or(&set.name);
            options.key.get_or_insert_with(|| key.clone());
        }
        let settings = Settings::of_set(&options, set)?;
        if !typed.verb.only_reads() {
            settings.warn(terminal)?;
        }
        let database = settings.address()?.database;
        let migrations = options.migrations(database, terminal)?;
        Ok(Self {
            options,
            settings,
            migrations,
        })
    }

    fn migrator(&self, typed: &OverDirectory) -> Migrator<'_> {
        let migrator = self.options.migrator(&self.migrations, &self.settings);
        migrator.create_schema(typed.creates_schema)
    }
}

fn run_one(
    typed: &OverDirectory,
    project: &Project,
    terminal: &mut Terminal,
) -> Result<Exit, CommandError> {
    let address = project.settings.address()?;
    let mut connection = Blocking(address.open(typed.verb.only_reads())?);
    let mut session = Session {
        migrator: project.migrator(typed),
        terminal,
        is_production: project.settings.is_production(),
        place: Some(address.place()),
        set: None,
    };
    finish(verb::run(&typed.verb, &mut session, &mut connection))
}

fn run_all(
    typed: &OverDirectory,
    sets: &[Set],
    terminal: &mut Terminal,
) -> Result<Exit, CommandError> {
    let mut projects = Vec::new();
    for set in sets {
        let project = Project::read(typed, Some(set), terminal);
        projects.push((set, project.map_err(|error| error.of_set(&set.name))?));
    }
    let open = |(set, project): &'_ (&Set, Project)| {
        let address = project.settings.address()?;
        let connection = address.open(typed.verb.only_reads());
        connection.map_err(|error| error.of_set(&set.name))
    };
    let connections = projects.iter().map(open);
    let connections: Vec<_> = connections.collect::<Result<_, CommandError>>()?;
    let opened = projects.iter().zip(connections);
    let opened = opened.map(|((set, project), connection)| Opened {
        key: set.name.clone(),
        migrator: project.migrator(typed),
        connection: Blocking(connection),
    });
    let mut setting = Setting {
        terminal,
        is_production: projects.iter().any(|(_, it)| it.settings.is_production()),
    };
    finish(sets::run(&typed.verb, opened.collect(), &mut setting))
}

impl Options {
    /// The table of the directory; what is wrong with it is told.
    pub(crate) fn migrations(
        &self,
        database: Database,
        terminal: &mut Terminal,
    ) -> Result<Migrations, CommandError> {
        let Output {
            table, diagnostics, ..
        } = compile(&Request {
            package: PathBuf::new(),
            directory: self.dir.to_string_lossy().into_owned(),
            dialects: self.dialect.clone(),
            databases: settings::dialect(database).into_iter().collect(),
            placeholders: Vec::new(),
            anywhere: true,
            ..Request::default()
        });
        let is_error = |found: &rungs_build::Diagnostic| found.severity == Severity::Error;
        let (errors, _): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(is_error);
        let Some(table) = table.filter(|_| errors.is_empty()) else {
            write_frames(&mut terminal.err, &errors)?;
            return Err(CommandError::failed(
                "the migrations are not right, so nothing was done",
            ));
        };
        let databases: Vec<_> = table
            .dialects
            .iter()
            .copied()
            .map(settings::database)
            .collect();
        let encoded = encode(&table);
        let migrations =
            Migrations::from_encoded(encoded.data, encoded.len, &databases, encoded.state);
        Ok(migrations.with_placeholders(encoded.placeholders.leak()))
    }

    /// A migrator with what was typed.
    pub(crate) fn migrator<'m>(
        &self,
        migrations: &'m Migrations,
        settings: &Settings,
    ) -> Migrator<'m> {
        let mut migrator = Migrator::new(migrations);
        if let Some(key) = &self.key {
            migrator = migrator.key(key);
        }
        if let Some(table) = &self.log_table {
            migrator = migrator.log_table(table);
        }
        if let Some((schema, _)) = &settings.schema {
            migrator = migrator.schema(schema);
        }
        let variables = migrations.placeholders().filter_map(|(name, _)| {
            let variable = format!("RUNGS_PLACEHOLDER_{}", name.to_ascii_uppercase());
            Some((name, std::env::var(variable).ok()?))
        });
        for (name, value) in variables {
            migrator = migrator.placeholder(name, value);
        }
        for (name, value) in &self.placeholders {
            migrator = migrator.placeholder(name, value);
        }
        match &settings.operator {
            Some((operator, _)) => migrator.operator(operator),
            None => migrator,
        }
    }
}

/// Reads `prefix=app_`.
fn placeholder(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("write a name, `=` and what it stands for, as in `prefix=app_`")?;
    Ok((name.to_owned(), value.to_owned()))
}
