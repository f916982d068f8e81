//! MySQL and MariaDB through `mysql`.

use std::any::Any;

use mysql::prelude::Queryable;
use mysql::{Conn, Error, PooledConn, Row, Value};

use super::answers::Answers;
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for Conn {
    fn database(&self) -> Database {
        Database::Mysql
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        run(self, command.sql())
    }
}

impl Connection for PooledConn {
    fn database(&self) -> Database {
        Database::Mysql
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        run(self, command.sql())
    }
}

fn run(connection: &mut impl Queryable, sql: &str) -> Result<Rows, DriverError> {
    let mut answers = Answers::default();
    let result = read(connection, sql, &mut answers);
    answers.end(result.map_err(driver_error))
}

/// Asks for every result: the error of one that is not asked for gets lost.
fn read(connection: &mut impl Queryable, sql: &str, answers: &mut Answers) -> Result<(), Error> {
    let mut results = connection.query_iter(sql)?;
    while let Some(rows) = results.iter() {
        for row in rows {
            answers.row(values(&row?));
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
        Error::MySqlError(server) => {
            let message = server.message.clone();
            let code = server.code.to_string();
            DriverError::new(message, error).code(Some(code))
        }
        _ => DriverError::new(error.to_string(), error),
    }
}
