//! MySQL and MariaDB through `sqlx`.

use std::any::Any;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sqlx::mysql::{MySql, MySqlConnection, MySqlDatabaseError, MySqlRow};
use sqlx::{AssertSqlSafe, Error, Row as _};

use super::answers::Answers;
use super::sqlx::{Known, read};
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for MySqlConnection {
    fn database(&self) -> Database {
        Database::Mysql
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut answers = Answers::default();
        let sql = AssertSqlSafe(command.sql().to_owned());
        let stream = sqlx::raw_sql(sql).fetch_many(self);
        let result = read::<MySql>(stream, value, &mut answers).await;
        answers.end(result.map_err(driver_error))
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    /// Sends the commands when nothing is in flight. Behind something in flight sqlx queues no text:
    /// a connection without a pool should be dropped then, with which the server rolls back.
    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            let sql = AssertSqlSafe(command.sql().to_owned());
            let execution = sqlx::raw_sql(sql).execute(&mut *self);
            let _ = pin!(execution).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl Known for MySql {
    // The pool would take it back with the transaction that is open.
    const CLOSE_ABANDONED: bool = true;
}

/// In the text protocol a value is text or NULL, whatever its type.
fn value(row: &MySqlRow, column: usize) -> Result<Option<String>, Error> {
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(column)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn driver_error(error: Error) -> DriverError {
    let database = error.as_database_error();
    let Some(database) = database.and_then(|it| it.try_downcast_ref::<MySqlDatabaseError>()) else {
        return DriverError::new(error.to_string(), error);
    };
    let message = database.message().to_owned();
    let code = database.number().to_string();
    DriverError::new(message, error).code(Some(code))
}
