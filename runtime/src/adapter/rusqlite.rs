//! SQLite through `rusqlite`.

use std::any::Any;

use rusqlite::types::ValueRef;

use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for rusqlite::Connection {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        rows(self, command.sql()).map_err(|error| driver_error(command.sql(), error))
    }
}

/// Steps the statement to its end whether it answers or not: a statement that is not is not done.
fn rows(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut answer = statement.query([])?;
    let mut rows = Rows::new();
    while let Some(row) = answer.next()? {
        rows.push(
            (0..columns)
                .map(|column| Ok(text(row.get_ref(column)?)))
                .collect::<rusqlite::Result<_>>()?,
        );
    }
    Ok(rows)
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn driver_error(sql: &str, error: rusqlite::Error) -> DriverError {
    let (message, offset) = match &error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => (message.clone(), None),
        _ => message_and_offset(sql, error.to_string()),
    };
    let code = error
        .sqlite_error()
        .map(|error| error.extended_code.to_string());
    DriverError::new(message, error).code(code).offset(offset)
}

/// Takes `no such column: x in SELECT x at offset 7` apart.
///
/// The variant that has these as fields exists only with rusqlite's feature `modern_sqlite`, which is
/// for the application to choose.
fn message_and_offset(sql: &str, text: String) -> (String, Option<usize>) {
    let parts = text
        .rsplit_once(" at offset ")
        .and_then(|(before, offset)| {
            let message = before.strip_suffix(sql)?.strip_suffix(" in ")?;
            Some((message.to_owned(), offset.parse().ok()?))
        });
    match parts {
        Some((message, offset)) => (message, Some(offset)),
        None => (text, None),
    }
}
