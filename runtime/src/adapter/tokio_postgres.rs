//! PostgreSQL through `tokio-postgres`.
//!
//! What pools hand out leads to this client: `&mut **object` for deadpool, `&mut *connection` for bb8.

use std::any::Any;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use super::answers::Answers;
use super::rust_postgres_family::{driver_error, values};
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};

impl AsyncConnection for Client {
    fn database(&self) -> Database {
        Database::Postgres
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut answers = Answers::default();
        let result = read(self, command.sql(), &mut answers).await;
        answers.end(result.map_err(|error| driver_error(command.sql(), error)))
    }

    async fn sleep(&mut self, pause: Duration) {
        futures_timer::Delay::new(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            // The first poll queues it behind what is in flight; the task of the connection sends it
            // and reads what nobody waits for.
            let query = self.simple_query(command.sql());
            let _ = pin!(query).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

async fn read(client: &Client, sql: &str, answers: &mut Answers) -> Result<(), Error> {
    let mut messages = pin!(client.simple_query_raw(sql).await?);
    while let Some(message) = messages.try_next().await? {
        match message {
            SimpleQueryMessage::Row(row) => answers.row(values(&row)?),
            SimpleQueryMessage::CommandComplete(_) => answers.complete(),
            _ => {}
        }
    }
    Ok(())
}
