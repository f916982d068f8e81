//! PostgreSQL through `postgres`.
//!
//! What the pool of `r2d2_postgres` hands out leads to this client: `&mut *connection`.

use std::any::Any;

use postgres::{Client, Error, SimpleQueryMessage};

use super::rust_postgres_family::{driver_error, values};
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for Client {
    fn database(&self) -> Database {
        Database::Postgres
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn counts_statements(&self) -> bool {
        false
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let messages = self.simple_query(command.sql());
        let rows = messages.and_then(|messages| last_rows(&messages));
        rows.map_err(|error| driver_error(command.sql(), error))
    }
}

/// Each statement ends with how many rows it was about.
fn last_rows(messages: &[SimpleQueryMessage]) -> Result<Rows, Error> {
    let mut answers =
        messages.rsplit(|message| matches!(message, SimpleQueryMessage::CommandComplete(_)));
    // Nothing follows the end of the last one.
    let last = answers.nth(1).unwrap_or_default().iter();
    let rows = last.filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(values(row)),
        _ => None,
    });
    rows.collect()
}
