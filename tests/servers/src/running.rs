//! What is known about a server that runs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::process;

/// The address at which every server listens.
pub(crate) const HOST: &str = "127.0.0.1";

/// What a driver must speak to talk to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `PostgreSQL`, also through a pooler.
    Postgres,
    /// `MySQL` and `MariaDB`.
    MySql,
}

/// The program behind a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `PostgreSQL`, or a pooler in front of it.
    Postgres,
    /// `MariaDB`.
    MariaDb,
    /// `MySQL`.
    MySql,
}

impl Kind {
    /// What a driver must speak.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::Postgres => Protocol::Postgres,
            Self::MariaDb | Self::MySql => Protocol::MySql,
        }
    }

    /// The user who may do everything and has no password.
    pub(crate) fn admin(self) -> &'static str {
        match self.protocol() {
            Protocol::Postgres => "postgres",
            Protocol::MySql => "root",
        }
    }

    /// The database that is always there.
    pub(crate) fn database(self) -> &'static str {
        match self.protocol() {
            Protocol::Postgres => "postgres",
            Protocol::MySql => "mysql",
        }
    }
}

/// How a server stands to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It has its own data and knows of no other.
    Single,
    /// It passes transactions on to the server of this name.
    Pooler(String),
    /// It is a node of the cluster of this name, and can be written to.
    Node(String),
    /// It follows the server of this name and can only be read.
    Standby(String),
}

/// A server that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Running {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) version: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) pid: u32,
    pub(crate) role: Role,
    pub(crate) folder: PathBuf,
}

impl Running {
    /// Product and version, such as `postgres-15`, `mariadb-10.11` or `pgbouncer-1.18`; a node of
    /// a cluster has a number instead, such as `galera-2`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The program behind it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its version, as the program says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The address at which it listens.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port at which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The user who may do everything and has no password.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How it stands to others.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Its data, configuration and log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of one of its databases, as all drivers read it.
    pub fn url(&self, database: &str) -> String {
        let scheme = match self.kind.protocol() {
            Protocol::Postgres => "postgres",
            Protocol::MySql => "mysql",
        };
        let Self {
            user, host, port, ..
        } = self;
        format!("{scheme}://{user}@{host}:{port}/{database}")
    }

    /// What a session of a node says to see, from then on, all that other nodes have committed.
    pub fn following(&self) -> Option<&'static str> {
        match (&self.role, self.kind) {
            (Role::Node(_), Kind::MariaDb) => Some("SET SESSION wsrep_sync_wait = 15"),
            (Role::Node(_), Kind::MySql) => {
                Some("SET SESSION group_replication_consistency = 'BEFORE'")
            }
            _ => None,
        }
    }

    /// The address of the database that is always there.
    pub fn admin_url(&self) -> String {
        self.url(self.kind.database())
    }

    /// Whether its process still runs.
    pub fn is_alive(&self) -> bool {
        process::is_alive(self.pid, &self.folder)
    }

    /// What a client program prints for statements in the database that is always there.
    pub fn ask(&self, sql: &str) -> Result<String> {
        // Debian's clients talk to all versions.
        let client = match self.kind.protocol() {
            Protocol::Postgres => "psql --no-psqlrc --tuples-only --no-align --username",
            Protocol::MySql => "mariadb --no-defaults --skip-column-names --batch --user",
        };
        let (database, statements) = match self.kind.protocol() {
            Protocol::Postgres => ("--dbname", "--command"),
            Protocol::MySql => ("--database", "--execute"),
        };
        let mut words = client.split(' ');
        let mut client = process::command(Path::new(words.next().unwrap_or_default()))?;
        client
            .env("PGCONNECT_TIMEOUT", "5")
            .args(words)
            .args([&self.user, database, self.kind.database(), statements, sql])
            .args(["--host", &self.host, "--port", &self.port.to_string()]);
        Ok(process::run(&mut client, b"")?.trim().to_owned())
    }
}
