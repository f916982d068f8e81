//! Databases made by other migration tools, and connections that take them over.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod peer;

use rungs::{Adoption, Database, Error, Migrator, Report, Source, Target};

pub use peer::{Diesel, Peer, Refinery, Sqlx};

/// A blocking connection of an adapter.
pub enum Connection {
    /// To MySQL and MariaDB.
    Mysql(mysql::Conn),
    /// To PostgreSQL.
    Postgres(postgres::Client),
    /// To SQLite.
    Sqlite(rusqlite::Connection),
}

/// Calls a verb on whatever connection it is.
macro_rules! on {
    ($self:ident, $connection:ident => $verb:expr) => {
        match $self {
            Self::Mysql($connection) => $verb,
            Self::Postgres($connection) => $verb,
            Self::Sqlite($connection) => $verb,
        }
    };
}

impl Connection {
    /// Connects to a database of the tests.
    pub fn open(database: Database, url: &str) -> Self {
        match database {
            Database::Mysql => Self::Mysql(mysql::Conn::new(url).unwrap()),
            Database::Postgres => {
                Self::Postgres(postgres::Client::connect(url, postgres::NoTls).unwrap())
            }
            Database::Sqlite => Self::Sqlite(rusqlite::Connection::open(url).unwrap()),
            other => panic!("nobody migrates {other} here"),
        }
    }

    /// [`Migrator::adopt`].
    pub fn adopt(
        &mut self,
        migrator: &Migrator<'_>,
        source: impl Into<Source>,
    ) -> Result<Adoption, Error> {
        on!(self, connection => migrator.adopt(connection, source))
    }

    /// [`Migrator::plan_adoption`].
    pub fn plan_adoption(
        &mut self,
        migrator: &Migrator<'_>,
        source: impl Into<Source>,
    ) -> Result<Adoption, Error> {
        on!(self, connection => migrator.plan_adoption(connection, source))
    }

    /// [`Migrator::migrate_to`].
    pub fn migrate_to(
        &mut self,
        migrator: &Migrator<'_>,
        target: impl Into<Target>,
    ) -> Result<Report, Error> {
        on!(self, connection => migrator.migrate_to(connection, target))
    }
}

/// The text of a migration that every database and every tool takes.
pub fn up(number: usize) -> String {
    format!(
        "-- Made by hand.\nCREATE TABLE t{number} (id INTEGER PRIMARY KEY, name VARCHAR(100));\n\
         INSERT INTO t{number} VALUES (1, 'é; not the end');\n"
    )
}

/// The text of its way back.
pub fn down(number: usize) -> String {
    format!("DROP TABLE t{number};\n")
}
