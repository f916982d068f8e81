//! The schema of a database that is there, as the replay of its migrations would have it.
//!
//! A server is asked for the statements that would make its objects anew, and they are read like those
//! of a migration: so both sides have one reader, and a difference is one of the schemas.

mod mysql;
mod postgres;
mod sqlite;

use std::fmt;

use rungs::{Command, Connection, Database, DriverError, Rows};
use rungs_build::catalog::Catalog;
use rungs_build::{Diagnostic, Dialect, SourceFile, read_schema};

/// Why a schema could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum IntrospectError {
    /// The database refused a query.
    Driver(DriverError),
    /// What it says of an object is not understood: this is a bug of rungs.
    Unreadable(String, Box<Diagnostic>),
    /// It is of no kind that is known here.
    Unsupported(Database),
}

impl fmt::Display for IntrospectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver(error) => f.write_str(&error.message),
            Self::Unreadable(statement, found) => {
                write!(
                    f,
                    "{}, in what the database says of itself: {statement}",
                    found.message
                )
            }
            Self::Unsupported(database) => write!(f, "the schema of {database} cannot be read"),
        }
    }
}

impl std::error::Error for IntrospectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Driver(error) => Some(&*error.source),
            Self::Unreadable(..) | Self::Unsupported(_) => None,
        }
    }
}

impl From<DriverError> for IntrospectError {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// Reads the schema of a database: everything in it but what belongs to the server.
///
/// Objects of the schema that is the default come without a schema on MySQL, as those of `main` on
/// SQLite and of `public` on PostgreSQL, where `search_path` of the connection is set to that.
///
/// # Errors
/// When the database refuses a query.
pub fn introspect<C: Connection + ?Sized>(connection: &mut C) -> Result<Catalog, IntrospectError> {
    let (dialect, statements) = match connection.database() {
        Database::Sqlite => (Dialect::Sqlite, sqlite::statements(connection)?),
        Database::Postgres => (Dialect::Postgres, postgres::statements(connection)?),
        Database::Mysql => (Dialect::Mysql, mysql::statements(connection)?),
        database => return Err(IntrospectError::Unsupported(database)),
    };
    if statements.is_empty() {
        return Ok(Catalog::default());
    }
    let file = SourceFile::new("", &statements.join(";\n"));
    let (catalog, found) = read_schema(&file, dialect);
    match found.into_iter().next() {
        None => Ok(catalog),
        Some(found) => {
            let line = found.labels.first().map(|label| label.range.clone());
            let text = line.map_or("", |range| file.slice(range));
            Err(IntrospectError::Unreadable(
                text.to_owned(),
                Box::new(found),
            ))
        }
    }
}

/// The rows of the last of these statements.
fn query<C: Connection + ?Sized>(
    connection: &mut C,
    statements: &[impl AsRef<str>],
) -> Result<Rows, DriverError> {
    connection.run(&Command::of(statements).with_answer(true))
}

/// The values of one column; NULL is none.
fn column(rows: Rows, index: usize) -> impl Iterator<Item = String> {
    rows.into_iter()
        .filter_map(move |row| row.into_iter().nth(index).flatten())
}
