//! Drivers of SQLite.

use std::path::Path;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use rungs::Database;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};

use super::{awaited, pooled};
use crate::recorder::Tape;
use crate::session::{Adapter, Blocking, Session};

pub(super) const ALL: &[&dyn Adapter] = &[&Rusqlite, &Diesel, &SqlxConnection, &SqlxPool];

/// `rusqlite::Connection`.
#[derive(Debug)]
pub struct Rusqlite;

/// `diesel::SqliteConnection`.
#[derive(Debug)]
pub struct Diesel;

/// `sqlx::SqliteConnection`.
#[derive(Debug)]
pub struct SqlxConnection;

/// A connection of a `sqlx::SqlitePool`.
#[derive(Debug)]
pub struct SqlxPool;

impl Adapter for Rusqlite {
    fn name(&self) -> &'static str {
        "rusqlite"
    }

    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        Box::new(Blocking::new(rusqlite(Path::new(url)), tape))
    }
}

impl Adapter for Diesel {
    fn name(&self) -> &'static str {
        "diesel"
    }

    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let mut connection = diesel::SqliteConnection::establish(url).unwrap();
        // Others open the file at the same time.
        let settings = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = OFF; \
                        PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 0";
        connection.batch_execute(settings).unwrap();
        Box::new(Blocking::new(connection, tape))
    }
}

impl Adapter for SqlxConnection {
    fn name(&self) -> &'static str {
        "sqlx connection"
    }

    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let options = sqlx_options(Path::new(url));
        let connecting = async { SqliteConnection::connect_with(&options).await.unwrap() };
        awaited(tape, connecting, |runtime, it| {
            runtime.block_on(it.close()).unwrap();
        })
    }
}

impl Adapter for SqlxPool {
    fn name(&self) -> &'static str {
        "sqlx pool"
    }

    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async { pool(Path::new(url)).acquire().await.unwrap() };
        pooled(tape, connecting)
    }
}

/// A connection that does not wait for locks and leaves it to the operating system when to flush.
pub fn rusqlite(file: &Path) -> rusqlite::Connection {
    crate::engine::sqlite::open(file)
}

/// A pool of one connection like that of [`rusqlite()`]; to be made where something awaits.
pub fn pool(file: &Path) -> SqlitePool {
    let options = SqlitePoolOptions::new().max_connections(1);
    options.connect_lazy_with(sqlx_options(file))
}

fn sqlx_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .busy_timeout(Duration::ZERO)
        .synchronous(SqliteSynchronous::Off)
}
