//! PostgreSQL through `diesel-async`.
//!
//! Diesel reads rows of prepared statements only, which poolers that give each transaction another
//! connection need to support.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use super::diesel::Answer;
use super::diesel_postgres_family::driver_error;
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for AsyncPgConnection {
    fn database(&self) -> Database {
        Database::Postgres
    }

    /// Sends the statements one after the other: of a text that fails diesel does not say how many of
    /// its statements were complete.
    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut rows = Rows::new();
        let count = command.statements().count();
        for (completed, (start, sql)) in command.statements().enumerate() {
            if completed + 1 == count {
                let answers = sql_query(sql).load::<Answer>(self).await;
                let answers = answers.map_err(|it| driver_error(sql, start, it, completed))?;
                rows = answers.into_iter().map(|Answer(row)| row).collect();
            } else {
                let answer = self.batch_execute(sql).await;
                answer.map_err(|it| driver_error(sql, start, it, completed))?;
            }
        }
        Ok(rows)
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            // The first poll queues it behind what is in flight, as in `tokio-postgres` below.
            let execution = self.batch_execute(command.sql());
            let _ = pin!(execution).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}
