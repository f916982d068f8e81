//! PostgreSQL through `diesel-async`.
//!
//! Diesel reads rows of prepared statements only, which poolers that give each transaction another
//! connection need to support. It passes places inside of functions off as places in the text, so
//! none is taken from it.

use std::any::Any;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use super::diesel::{Answer, parts};
use super::diesel_postgres_family::driver_error;
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for AsyncPgConnection {
    fn database(&self) -> Database {
        Database::Postgres
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn counts_statements(&self) -> bool {
        false
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let (before, last) = parts(command);
        if !before.is_empty() {
            let answer = self.batch_execute(before).await;
            answer.map_err(|error| driver_error(before, 0, error).offset(None))?;
        }
        let Some((start, query)) = last else {
            return Ok(Rows::new());
        };
        let answers = sql_query(query).load::<Answer>(self).await;
        let answers = answers.map_err(|error| driver_error(query, start, error).offset(None))?;
        Ok(answers.into_iter().map(|Answer(row)| row).collect())
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
