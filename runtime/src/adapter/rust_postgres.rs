//! PostgreSQL through `postgres`.
//!
//! What the pool of `r2d2_postgres` hands out leads to this client: `&mut *connection`.

use postgres::{Client, Error, SimpleQueryMessage};

use super::rust_postgres_family::{driver_error, values};
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for Client {
    fn database(&self) -> Database {
        Database::Postgres
    }

    /// Sends the statements one after the other: of a text that fails this driver does not say how
    /// many of its statements were complete.
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut rows = Rows::new();
        for (completed, (start, sql)) in command.statements().enumerate() {
            rows = read(self, sql).map_err(|error| {
                let mut error = driver_error(sql, error).completed(completed);
                error.offset = error.offset.map(|offset| start + offset);
                error
            })?;
        }
        Ok(rows)
    }
}

fn read(client: &mut Client, sql: &str) -> Result<Rows, Error> {
    let messages = client.simple_query(sql)?.into_iter();
    let rows = messages.filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(values(&row)),
        _ => None,
    });
    rows.collect()
}
