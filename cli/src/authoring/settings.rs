//! Which database is meant, and who says so.
//!
//! The first of these decides: the flag, the environment, the variable that `rungs.toml` names, the
//! file `.env`.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;

use rungs::Database;
use rungs_build::Dialect;

use super::config::{self, Config, Set};
use super::project::Options;
use crate::connect::{Address, ONLY_SAFE, OPERATOR, Variables};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// The variable with the schema of the migrations.
const SCHEMA: &str = "RUNGS_SCHEMA";

/// What is known about the database before it is connected to.
pub(crate) struct Settings {
    pub(crate) config: Config,
    /// The database, and who names it.
    pub(crate) database: Option<(Address, String)>,
    /// The schema of the migrations, and who says so.
    pub(crate) schema: Option<(String, String)>,
    /// Who is named in the log, and who says so.
    pub(crate) operator: Option<(String, String)>,
    /// Whether the safe way is asked for after a failure, and by whom.
    pub(crate) safe: Option<(bool, String)>,
    /// The folder for functions of an application, and who names it.
    pub(crate) fs_root: Option<(String, String)>,
}

impl Settings {
    pub(crate) fn read(options: &Options) -> Result<Self, CommandError> {
        Self::of_set(options, None)
    }

    /// Those of one of several sets, which says more than what all have in common.
    pub(crate) fn of_set(options: &Options, set: Option<&Set>) -> Result<Self, CommandError> {
        let mut config = config::read(&options.dir)?;
        if let Some(schema) = set.and_then(|set| set.schema.as_ref()) {
            config.schema = Some(schema.clone());
        }
        let variable = set.and_then(|set| set.variable.as_deref());
        let written = dotenv(Path::new(".env"))?;
        let environment = |name: &str| std::env::var(name).ok();
        let in_file = |name: &str| written.get(name).cloned();
        let places = [
            (Variables(&environment), "the environment"),
            (Variables(&in_file), ".env"),
        ];
        let found = |name: &str| {
            let mut places = places.iter();
            let said = |(variables, place): &(Variables<'_>, &str)| {
                Some((variables.set(name)?, format!("{name} in {place}")))
            };
            places.find_map(said)
        };
        let mut safe = None;
        for (variables, place) in &places {
            let said = variables
                .safe()?
                .map(|said| (said, format!("SAFE in {place}")));
            safe = safe.or(said);
        }
        Ok(Self {
            database: find(options, &config, variable, &places)?,
            schema: schema(options, &config, &places),
            config,
            operator: found(OPERATOR).or_else(of_system),
            safe,
            fs_root: found("FS"),
        })
    }

    /// Says it when something else is asked for than there is.
    pub(crate) fn warn(&self, terminal: &mut Terminal) -> Result<(), CommandError> {
        match &self.safe {
            Some((false, _)) => Ok(writeln!(terminal.err, "warning: {ONLY_SAFE}")?),
            _ => Ok(()),
        }
    }

    /// The database, or what to do when nobody names one.
    pub(crate) fn address(&self) -> Result<&Address, CommandError> {
        let named = self.database.as_ref();
        named.map(|(address, _)| address).ok_or_else(|| {
            CommandError::usage("it is not said which database to use").help(
                "set DATABASE_URL or add --database-url, such as sqlite:app.sqlite, \
                 postgres://user@host/name or mysql://user@host/name",
            )
        })
    }

    /// Whether `rungs.toml` marks the database as one where nothing may be destroyed.
    pub(crate) fn is_production(&self) -> bool {
        let address = self.database.as_ref().map(|(address, _)| address);
        let marks = &self.config.production;
        address.is_some_and(|address| marks.iter().any(|mark| address.is(mark)))
    }
}

/// Who is at the keyboard, as `user@host`.
fn of_system() -> Option<(String, String)> {
    let user = whoami::username().ok()?;
    let operator = match whoami::hostname() {
        Ok(host) => format!("{user}@{host}"),
        Err(_) => user,
    };
    Some((operator, "the system".to_owned()))
}

fn find(
    options: &Options,
    config: &Config,
    variable: Option<&str>,
    [environment, in_file]: &[(Variables<'_>, &str); 2],
) -> Result<Option<(Address, String)>, CommandError> {
    if let Some(url) = &options.database_url {
        return Ok(Some((Address::read(url)?, "--database-url".to_owned())));
    }
    let named = |name: &str| {
        let url = environment.0.set(name).or_else(|| in_file.0.set(name))?;
        let address = Address::read(&url);
        Some(address.map(|it| (it, format!("{name}, which rungs.toml names"))))
    };
    if let Some(name) = variable {
        return match named(name) {
            Some(found) => found.map(Some),
            None => Err(CommandError::usage(format!(
                "{name}, which rungs.toml names, is not set"
            ))),
        };
    }
    let dialects = if options.dialect.is_empty() {
        &config.dialects
    } else {
        &options.dialect
    };
    let databases: Vec<Database> = dialects.iter().copied().map(database).collect();
    let ((environment, place), (in_file, file)) = (environment, in_file);
    if let Some((address, variable)) = environment.address(&databases)? {
        return Ok(Some((address, format!("{variable} in {place}"))));
    }
    if let Some(found) = config.variable.as_deref().and_then(named) {
        return found.map(Some);
    }
    let found = in_file.address(&databases)?;
    Ok(found.map(|(address, variable)| (address, format!("{variable} in {file}"))))
}

fn schema(
    options: &Options,
    config: &Config,
    [environment, in_file]: &[(Variables<'_>, &str); 2],
) -> Option<(String, String)> {
    let typed = options.schema.clone();
    let typed = typed.map(|schema| (schema, "--schema".to_owned()));
    let of_variable = |(variables, place): &(Variables<'_>, &str)| {
        Some((variables.set(SCHEMA)?, format!("{SCHEMA} in {place}")))
    };
    let written = || Some((config.schema.clone()?, "rungs.toml".to_owned()));
    typed
        .or_else(|| of_variable(environment))
        .or_else(written)
        .or_else(|| of_variable(in_file))
}

/// The variables of a file; lines that are none are passed over, as every reader of such files does.
fn dotenv(path: &Path) -> Result<HashMap<String, String>, CommandError> {
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return Ok(HashMap::new()),
        Err(dotenvy::Error::Io(error)) => return Err(CommandError::io("read", path, error)),
        Err(_) => return Ok(HashMap::new()),
    };
    let mut variables = HashMap::new();
    for (name, value) in lines.flatten() {
        variables.entry(name).or_insert(value);
    }
    Ok(variables)
}

/// The database of a dialect.
pub(crate) fn database(dialect: Dialect) -> Database {
    match dialect {
        Dialect::Mysql => Database::Mysql,
        Dialect::Postgres => Database::Postgres,
        Dialect::Sqlite => Database::Sqlite,
    }
}

/// The dialect of a database.
pub(crate) fn dialect(database: Database) -> Option<Dialect> {
    Dialect::ALL
        .into_iter()
        .find(|dialect| self::database(*dialect) == database)
}
