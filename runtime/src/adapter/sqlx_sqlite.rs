//! SQLite through `sqlx`.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteTransactionManager;
use sqlx::{
    AssertSqlSafe, Row as _, SqlSafeStr as _, Sqlite, SqliteConnection, SqlitePool, TypeInfo as _,
    ValueRef as _,
};
use sqlx_core::transaction::TransactionManager as _;

use crate::connection::{Acquire, AsyncConnection, Command, Database, DriverError, Effect, Rows};

impl AsyncConnection for SqliteConnection {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let result = match command.effect() {
            Effect::None => rows(self, command.sql()).await,
            effect => transaction(self, effect, command.sql())
                .await
                .map(|()| Rows::new()),
        };
        result.map_err(driver_error)
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            if command.effect() == Effect::Rollback {
                SqliteTransactionManager::start_rollback(self);
            } else {
                start(self, command.sql());
            }
        }
    }
}

impl AsyncConnection for PoolConnection<Sqlite> {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        SqliteConnection::run(self, command).await
    }

    async fn sleep(&mut self, pause: Duration) {
        SqliteConnection::sleep(self, pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        SqliteConnection::abandon(self, commands);
    }
}

impl Acquire for &SqlitePool {
    type Connection = PoolConnection<Sqlite>;

    async fn acquire(self) -> Result<Self::Connection, DriverError> {
        SqlitePool::acquire(self).await.map_err(driver_error)
    }
}

/// Lets sqlx count the transaction: it rolls back on drop only those that it counted.
async fn transaction(
    connection: &mut SqliteConnection,
    effect: Effect,
    sql: &str,
) -> sqlx::Result<()> {
    match effect {
        Effect::Begin => {
            let begin = AssertSqlSafe(sql.to_owned()).into_sql_str();
            SqliteTransactionManager::begin(connection, Some(begin)).await
        }
        Effect::Commit => SqliteTransactionManager::commit(connection).await,
        Effect::Rollback => {
            let result = SqliteTransactionManager::rollback(connection).await;
            if result.is_err() {
                // The database dropped the transaction by itself. sqlx counts it as open until one
                // has ended, so it gets one to end.
                rows(connection, "BEGIN").await?;
                SqliteTransactionManager::rollback(connection).await?;
            }
            result
        }
        Effect::None => Ok(()),
    }
}

/// Sends a command whose answer nobody waits for: the worker thread of sqlx has it after one poll.
fn start(connection: &mut SqliteConnection, sql: &str) {
    let execution = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection);
    let _ = pin!(execution).poll(&mut Context::from_waker(Waker::noop()));
}

async fn rows(connection: &mut SqliteConnection, sql: &str) -> sqlx::Result<Rows> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| (0..row.len()).map(|column| text(row, column)).collect())
        .collect()
}

fn text(row: &sqlx::sqlite::SqliteRow, column: usize) -> sqlx::Result<Option<String>> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    match value.type_info().name() {
        "TEXT" => row.try_get_unchecked(column).map(Some),
        "INTEGER" => row
            .try_get_unchecked::<i64, _>(column)
            .map(|number| Some(number.to_string())),
        _ => row
            .try_get_unchecked::<f64, _>(column)
            .map(|number| Some(number.to_string())),
    }
}

fn driver_error(error: sqlx::Error) -> DriverError {
    let database = error.as_database_error();
    DriverError {
        message: database.map_or_else(|| error.to_string(), |error| error.message().to_owned()),
        code: database
            .and_then(|error| error.code())
            .map(|code| code.into_owned()),
        offset: None,
        source: error.into(),
    }
}
