//! MySQL and MariaDB through `mysql_async`.

use std::any::Any;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Error, Pool, Row, Value};

use super::answers::Answers;
use crate::connection::{Acquire, AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for Conn {
    fn database(&self) -> Database {
        Database::Mysql
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut answers = Answers::default();
        let result = read(self, command.sql(), &mut answers).await;
        answers.end(result.map_err(driver_error))
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    /// The server gets the commands behind what is in flight. The driver gives up a connection that
    /// owes an answer nobody waited for: its pool replaces it, and others should drop it.
    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            let query = self.query_drop(command.sql());
            let _ = pin!(query).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl Acquire for &Pool {
    type Connection = Conn;

    async fn acquire(self) -> Result<Self::Connection, DriverError> {
        self.get_conn().await.map_err(driver_error)
    }
}

async fn read(connection: &mut Conn, sql: &str, answers: &mut Answers) -> Result<(), Error> {
    let mut results = connection.query_iter(sql).await?;
    while let Some(mut rows) = results.stream::<Row>().await? {
        while let Some(row) = rows.try_next().await? {
            answers.row(values(&row));
        }
        answers.complete();
    }
    Ok(())
}

/// In the text protocol a value is text or NULL.
fn values(row: &Row) -> Vec<Option<String>> {
    let text = |column| match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    };
    (0..row.len()).map(text).collect()
}

fn driver_error(error: Error) -> DriverError {
    match &error {
        Error::Server(server) => {
            let message = server.message.clone();
            let code = server.code.to_string();
            DriverError::new(message, error).code(Some(code))
        }
        _ => DriverError::new(error.to_string(), error),
    }
}
