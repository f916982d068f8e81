//! PostgreSQL through `diesel`.
//!
//! Diesel reads rows of prepared statements only, which poolers that give each transaction another
//! connection need to support.

use std::any::Any;

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;

use super::diesel::{load, parts};
use super::diesel_postgres_family::driver_error;
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for PgConnection {
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
        let (before, last) = parts(command);
        if !before.is_empty() {
            let answer = self.batch_execute(before);
            answer.map_err(|error| driver_error(before, 0, error))?;
        }
        let Some((start, query)) = last else {
            return Ok(Rows::new());
        };
        load(self, query).map_err(|error| driver_error(query, start, error))
    }
}
