//! PostgreSQL through `sqlx`.

use std::any::Any;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sqlx::postgres::{
    PgConnection, PgDatabaseError, PgErrorPosition, PgRow, PgTransactionManager, Postgres,
};
use sqlx::{AssertSqlSafe, Error, Row as _, SqlSafeStr as _};
use sqlx_core::transaction::TransactionManager as _;

use super::answers::Answers;
use super::postgres_error::{byte_offset, lines};
use super::sqlx::{Known, read};
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for PgConnection {
    fn database(&self) -> Database {
        Database::Postgres
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut answers = Answers::default();
        let sql = AssertSqlSafe(command.sql().to_owned());
        let stream = sqlx::raw_sql(sql).fetch_many(self);
        let result = read::<Postgres>(stream, value, &mut answers).await;
        answers.end(result.map_err(|error| driver_error(command.sql(), error)))
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            // Of all that sqlx offers only the beginning of a transaction queues its text, at the
            // first poll, behind what is in flight. Whoever uses the connection next sends it first.
            let sql = AssertSqlSafe(command.sql().to_owned()).into_sql_str();
            let begin = PgTransactionManager::begin(self, Some(sql));
            let _ = pin!(begin).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl Known for Postgres {
    // A pool waits for what is in flight and takes the connection back only when it succeeded.
    const CLOSE_ABANDONED: bool = false;
}

/// In the simple protocol a value is text or NULL, whatever its type.
fn value(row: &PgRow, column: usize) -> Result<Option<String>, Error> {
    row.try_get_unchecked(column)
}

fn driver_error(sql: &str, error: Error) -> DriverError {
    let database = error.as_database_error();
    let Some(database) = database.and_then(|it| it.try_downcast_ref::<PgDatabaseError>()) else {
        return DriverError::new(error.to_string(), error);
    };
    let (offset, query) = match database.position() {
        Some(PgErrorPosition::Original(position)) => (byte_offset(sql, position), None),
        Some(PgErrorPosition::Internal { query, .. }) => (None, Some(query)),
        None => (None, None),
    };
    let detail = lines([
        database.detail(),
        database.hint(),
        database.r#where(),
        query,
    ]);
    let message = database.message().to_owned();
    let code = database.code().to_owned();
    DriverError::new(message, error)
        .code(Some(code))
        .detail(detail)
        .offset(offset)
}
