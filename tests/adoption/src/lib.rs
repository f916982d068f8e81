//! Databases made by other migration tools, and connections that take them over.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod peer;

use rungs::{Command, Database, DriverError, Rows};

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
}

impl rungs::Connection for Connection {
    fn database(&self) -> Database {
        match self {
            Self::Mysql(connection) => connection.database(),
            Self::Postgres(connection) => connection.database(),
            Self::Sqlite(connection) => connection.database(),
        }
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        match self {
            Self::Mysql(connection) => connection.run(command),
            Self::Postgres(connection) => connection.run(command),
            Self::Sqlite(connection) => connection.run(command),
        }
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
