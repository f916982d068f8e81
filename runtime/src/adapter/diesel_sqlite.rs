//! SQLite through `diesel`.

use std::any::Any;

use diesel::SqliteConnection;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::diesel::{AsText, load};
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for SqliteConnection {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        Some(self)
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        load(self, command.sql()).map_err(driver_error)
    }
}

impl AsText for Sqlite {
    fn text(mut value: SqliteValue<'_, '_, '_>) -> diesel::deserialize::Result<String> {
        Ok(value.read_text().to_owned())
    }
}

fn driver_error(error: Error) -> DriverError {
    let Error::DatabaseError(kind, information) = &error else {
        return DriverError::new(error.to_string(), error);
    };
    let message = information.message().to_owned();
    let code = code(*kind, &message).map(str::to_owned);
    DriverError::new(message, error).code(code)
}

/// The result code, which diesel shows as a kind and for some not at all; SQLite has its messages in
/// one language.
fn code(kind: DatabaseErrorKind, message: &str) -> Option<&'static str> {
    match (kind, message) {
        (DatabaseErrorKind::UniqueViolation, _) => Some("19"),
        (DatabaseErrorKind::ForeignKeyViolation, _) => Some("787"),
        (DatabaseErrorKind::NotNullViolation, _) => Some("1299"),
        (DatabaseErrorKind::CheckViolation, _) => Some("275"),
        (_, "database is locked") => Some("5"),
        (_, "attempt to write a readonly database") => Some("8"),
        (_, text) if text.starts_with("database table is locked") => Some("6"),
        (_, text) if text.starts_with("no such table: ") => Some("1"),
        _ => None,
    }
}
