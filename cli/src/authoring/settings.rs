//! Which database is meant, and who says so.
//!
//! The first of these decides: the flag, the environment, the variable that `rungs.toml` names, the
//! file `.env`.

use std::collections::HashMap;
use std::path::Path;

use rungs::Database;
use rungs_build::Dialect;

use super::config::{self, Config};
use super::project::Options;
use crate::connect::{Address, Variables};
use crate::error::CommandError;

/// What is known about the database before it is connected to.
pub(crate) struct Settings {
    pub(crate) config: Config,
    /// The database, and who names it.
    pub(crate) database: Option<(Address, String)>,
}

impl Settings {
    pub(crate) fn read(options: &Options) -> Result<Self, CommandError> {
        let config = config::read(&options.dir)?;
        let database = find(options, &config)?;
        Ok(Self { config, database })
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

fn find(options: &Options, config: &Config) -> Result<Option<(Address, String)>, CommandError> {
    if let Some(url) = &options.database_url {
        return Ok(Some((Address::read(url)?, "--database-url".to_owned())));
    }
    let dialects = if options.dialect.is_empty() {
        &config.dialects
    } else {
        &options.dialect
    };
    let databases: Vec<Database> = dialects.iter().copied().map(database).collect();
    let environment = |name: &str| std::env::var(name).ok();
    if let Some((address, variable)) = Variables(&environment).address(&databases)? {
        return Ok(Some((address, format!("{variable} in the environment"))));
    }
    let written = dotenv(Path::new(".env"))?;
    let in_file = |name: &str| written.get(name).cloned();
    if let Some(name) = &config.variable
        && let Some(url) = environment(name).or_else(|| in_file(name))
    {
        return Ok(Some((
            Address::read(&url)?,
            format!("{name}, which rungs.toml names"),
        )));
    }
    let found = Variables(&in_file).address(&databases)?;
    Ok(found.map(|(address, variable)| (address, format!("{variable} in .env"))))
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
