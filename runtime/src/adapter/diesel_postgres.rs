//! PostgreSQL through `diesel`.
//!
//! Diesel reads rows of prepared statements only, which poolers that give each transaction another
//! connection need to support.

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;

use super::diesel::load;
use super::diesel_postgres_family::driver_error;
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for PgConnection {
    fn database(&self) -> Database {
        Database::Postgres
    }

    /// Sends the statements one after the other: of a text that fails diesel does not say how many of
    /// its statements were complete.
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut rows = Rows::new();
        let count = command.statements().count();
        for (completed, (start, sql)) in command.statements().enumerate() {
            if completed + 1 == count {
                rows = load(self, sql).map_err(|it| driver_error(sql, start, it, completed))?;
            } else {
                let answer = self.batch_execute(sql);
                answer.map_err(|it| driver_error(sql, start, it, completed))?;
            }
        }
        Ok(rows)
    }
}
