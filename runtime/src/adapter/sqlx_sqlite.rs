//! SQLite through `sqlx`.

use std::any::Any;
use std::borrow::Cow;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteRow, SqliteTransactionManager};
use sqlx::{AssertSqlSafe, Row as _, SqlSafeStr as _, Sqlite, SqliteConnection};
use sqlx_core::transaction::TransactionManager as _;

use super::sqlx::Known;
use crate::connection::{AsyncConnection, Command, Database, DriverError, Effect, Rows};

impl AsyncConnection for SqliteConnection {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
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
                // When SQLite has dropped the transaction that sqlx counts, sqlx needs another one
                // to end; when it has not, this `BEGIN` fails. The last command ends a transaction
                // that sqlx does not count.
                start(self, "BEGIN");
                SqliteTransactionManager::start_rollback(self);
            }
            start(self, command.sql());
        }
    }
}

impl Known for Sqlite {
    // The pool asks the worker thread of sqlx for an answer first, which comes after all else.
    const CLOSE_ABANDONED: bool = false;
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

/// SQLite converts every value to bytes of text.
fn text(row: &SqliteRow, column: usize) -> sqlx::Result<Option<String>> {
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(column)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn driver_error(error: sqlx::Error) -> DriverError {
    let database = error.as_database_error();
    let message = database.map_or_else(|| error.to_string(), |error| error.message().to_owned());
    let code = database.and_then(DatabaseError::code).map(Cow::into_owned);
    DriverError::new(message, error).code(code)
}
