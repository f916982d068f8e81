//! SQLite: a database is a file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rungs::{Database, Rows};
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;

use super::{Engine, Observer, Scratch};

/// The SQLite that is compiled in.
#[derive(Debug)]
pub struct Sqlite;

struct File {
    path: String,
    /// Removes the file when it is dropped.
    _directory: tempfile::TempDir,
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn create(&self) -> Arc<dyn Scratch> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("database.sqlite");
        Arc::new(File {
            path: path.to_str().unwrap().to_owned(),
            _directory: directory,
        })
    }
}

impl Scratch for File {
    fn url(&self) -> &str {
        &self.path
    }

    fn observe(&self) -> Box<dyn Observer> {
        Box::new(open(Path::new(&self.path)))
    }
}

impl Observer for rusqlite::Connection {
    fn try_query(&mut self, sql: &str) -> Result<Rows, String> {
        try_query(self, sql).map_err(|error| error.to_string())
    }

    fn schema(&mut self) -> Rows {
        let objects = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' \
                       ORDER BY type, name";
        (self as &mut dyn Observer).query(objects)
    }

    fn quoted(&self, table: &str) -> String {
        format!("\"{}\"", table.replace('"', "\"\""))
    }
}

/// A connection that does not wait for locks and leaves it to the operating system when to flush.
pub(crate) fn open(file: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(file).unwrap();
    // Others open the file at the same time.
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")
        .unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    connection
}

fn try_query(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Rows> {
    let mut rows = Rows::new();
    let mut batch = rusqlite::Batch::new(connection, sql);
    while let Some(mut statement) = batch.next()? {
        rows.clear();
        let columns = statement.column_count();
        let mut answer = statement.query([])?;
        while let Some(row) = answer.next()? {
            rows.push(
                (0..columns)
                    .map(|column| Ok(text(row.get_ref(column)?)))
                    .collect::<rusqlite::Result<_>>()?,
            );
        }
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
