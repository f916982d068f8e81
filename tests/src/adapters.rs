//! The adapters that Rungs comes with.

use std::path::Path;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, Sqlite, SqliteConnection};
use tokio::runtime::{Builder, Runtime};

use crate::recorder::{Recorder, Tape};
use crate::session::{Adapter, Awaited, Blocking, Session};

/// All of them.
pub const ALL: &[&dyn Adapter] = &[&Rusqlite, &SqlxConnection, &SqlxPool];

/// `rusqlite::Connection`.
#[derive(Debug)]
pub struct Rusqlite;

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

    fn open(&self, file: &Path, tape: Tape) -> Box<dyn Session> {
        let connection = rusqlite(file);
        let recorder = Recorder { connection, tape };
        let ask = |connection: &mut rusqlite::Connection, sql: &str| ask(connection, sql);
        Box::new(Blocking { recorder, ask })
    }
}

impl Adapter for SqlxConnection {
    fn name(&self) -> &'static str {
        "sqlx connection"
    }

    fn open(&self, file: &Path, tape: Tape) -> Box<dyn Session> {
        let runtime = runtime();
        let options = sqlx_options(file);
        let connecting = SqliteConnection::connect_with(&options);
        let connection = runtime.block_on(connecting).unwrap();
        let recorder = Recorder { connection, tape };
        Box::new(Awaited::new(runtime, recorder, ask_sqlx, |runtime, it| {
            runtime.block_on(it.close()).unwrap();
        }))
    }
}

impl Adapter for SqlxPool {
    fn name(&self) -> &'static str {
        "sqlx pool"
    }

    fn open(&self, file: &Path, tape: Tape) -> Box<dyn Session> {
        let runtime = runtime();
        let connecting = async { pool(file).acquire().await.unwrap() };
        let connection: PoolConnection<Sqlite> = runtime.block_on(connecting);
        let recorder = Recorder { connection, tape };
        let ask = |runtime: &Runtime, it: &mut PoolConnection<Sqlite>, sql: &str| {
            ask_sqlx(runtime, it, sql)
        };
        Box::new(Awaited::new(runtime, recorder, ask, |runtime, it| {
            runtime.block_on(it.close()).unwrap();
        }))
    }
}

/// A connection that does not wait for locks and leaves it to the operating system when to flush.
pub fn rusqlite(file: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")
        .unwrap();
    connection
}

/// A pool of one connection like that of [`rusqlite()`]; to be made where something awaits.
pub fn pool(file: &Path) -> SqlitePool {
    let options = SqlitePoolOptions::new().max_connections(1);
    options.connect_lazy_with(sqlx_options(file))
}

/// What awaits: one thread.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn sqlx_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .busy_timeout(Duration::ZERO)
        .synchronous(SqliteSynchronous::Off)
}

fn ask(connection: &rusqlite::Connection, sql: &str) -> Option<String> {
    crate::database::query(connection, sql)
        .into_iter()
        .next()?
        .into_iter()
        .next()?
}

fn ask_sqlx(runtime: &Runtime, connection: &mut SqliteConnection, sql: &str) -> Option<String> {
    let answer = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_optional(connection);
    let row = runtime.block_on(answer).unwrap()?;
    row.try_get_unchecked(0).unwrap()
}
