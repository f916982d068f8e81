//! Databases to migrate: new, empty and gone when they are dropped.

use std::sync::atomic::{AtomicUsize, Ordering};

use rungs::{Command, Connection};
use rungs_build::{Dialect, Script};
use rungs_servers::{Protocol, Role, Running, require};

use crate::run::apply;

/// What makes databases of a dialect.
#[derive(Clone, Debug)]
pub struct Server {
    /// What its databases understand.
    pub dialect: Dialect,
    running: Option<Running>,
}

/// A database, and a connection to it.
pub struct Database {
    /// The connection.
    pub connection: Box<dyn Connection + Send>,
    server: Server,
    name: String,
}

impl Server {
    /// The one of this name that `cargo xtask servers up` has started, or the first of the dialect.
    pub fn of(dialect: Dialect, name: Option<&str>) -> Result<Self, String> {
        let mut all = Self::all(dialect).into_iter();
        let found = all.find(|server| name.is_none_or(|name| server.name() == name));
        found.ok_or_else(|| "no such server runs".to_owned())
    }

    /// All of the dialect that `cargo xtask servers up` has started.
    pub fn all(dialect: Dialect) -> Vec<Self> {
        let protocol = match dialect {
            Dialect::Sqlite => {
                return vec![Self {
                    dialect,
                    running: None,
                }];
            }
            Dialect::Postgres => Protocol::Postgres,
            Dialect::Mysql => Protocol::MySql,
        };
        let of_its_own = require(protocol)
            .into_iter()
            .filter(|server| *server.role() == Role::Single);
        let of = |server| Self {
            dialect,
            running: Some(server),
        };
        of_its_own.map(of).collect()
    }

    /// Product and version, such as `postgres-15`.
    pub fn name(&self) -> &str {
        self.running.as_ref().map_or("sqlite", Running::name)
    }

    /// A new database.
    pub fn create(&self) -> Result<Database, String> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("rungs_differential_{}_{count}", std::process::id());
        let options = match self.dialect {
            Dialect::Postgres => " TEMPLATE template0",
            _ => "",
        };
        self.ask(&format!("CREATE DATABASE {name}{options}"))?;
        Ok(Database {
            connection: self.connect(&name)?,
            server: self.clone(),
            name,
        })
    }

    /// A new database after these scripts.
    pub fn migrated(&self, scripts: &[&Script]) -> Result<Database, String> {
        let mut database = self.create()?;
        for script in scripts {
            apply(&mut *database.connection, script, self.dialect)?;
        }
        Ok(database)
    }

    fn connect(&self, name: &str) -> Result<Box<dyn Connection + Send>, String> {
        let url = self.running.as_ref().map(|running| running.url(name));
        Ok(match (self.dialect, url) {
            (Dialect::Postgres, Some(url)) => {
                let client = postgres::Client::connect(&url, postgres::NoTls);
                Box::new(client.map_err(|error| error.to_string())?)
            }
            (Dialect::Mysql, Some(url)) => {
                let connection = mysql::Conn::new(mysql::Opts::from_url(&url).map_err(text)?);
                Box::new(connection.map_err(text)?)
            }
            _ => Box::new(rusqlite::Connection::open_in_memory().map_err(text)?),
        })
    }

    /// Does something with databases as such.
    fn ask(&self, sql: &str) -> Result<(), String> {
        let Some(running) = &self.running else {
            return Ok(());
        };
        let url = running.admin_url();
        let name = url.rsplit('/').next().unwrap_or_default();
        let mut connection = self.connect(name)?;
        let asked = connection.run(&Command::of(&[sql]));
        asked.map(drop).map_err(|error| error.message)
    }
}

impl Database {
    /// What it understands.
    pub fn dialect(&self) -> Dialect {
        self.server.dialect
    }

    /// The version of its server; empty for SQLite.
    pub(crate) fn version(&self) -> &str {
        self.server.running.as_ref().map_or("", Running::version)
    }

    /// Its address; empty for SQLite.
    pub(crate) fn url(&self) -> String {
        let running = self.server.running.as_ref();
        running.map_or_else(String::new, |running| running.url(&self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let options = match self.server.dialect {
            Dialect::Postgres => " WITH (FORCE)",
            _ => "",
        };
        // A server that is gone has no databases.
        let _ = self
            .server
            .ask(&format!("DROP DATABASE {}{options}", self.name));
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
