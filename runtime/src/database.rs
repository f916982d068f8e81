//! The SQL of each database: text only, one file each.

mod sqlite;

use crate::connection::{Database, DriverError};
use crate::log::{Operation, Outcome};
use crate::version::Version;

/// What the engine needs to say to a database, and to understand of its answers.
pub(crate) trait Sql: Sync {
    /// Begins a transaction that may write, waiting for others as long as the connection is set to.
    fn begin(&self) -> &'static str;

    /// Makes the log if there is none.
    fn create_log(&self, log: &Log) -> String;

    /// One row of one column at most: the state after the newest row of the log.
    fn state(&self, log: &Log) -> String;

    /// Every row of the set by `seq`, in the column order of [`crate::log::entries`].
    fn history(&self, log: &Log) -> String;

    /// Adds a row that begins now.
    fn insert(&self, log: &Log, row: &NewRow<'_>) -> String;

    /// Sets the duration of a row to the time since it began.
    fn finish(&self, log: &Log, seq: i64) -> String;

    /// Records how far a migration outside a transaction has come.
    fn advance(&self, log: &Log, seq: i64, statements_done: usize, progress: &str) -> String;

    /// Ends a `started` row.
    fn end(&self, log: &Log, seq: i64, end: &End<'_>) -> String;

    /// The newest row: `seq`, outcome, statements done.
    fn newest(&self, log: &Log) -> String;

    /// How foreign keys are suspended, where a migration cannot do that itself.
    fn foreign_keys(&self) -> Option<&'static ForeignKeys>;

    /// Whether the error says that the log does not exist.
    fn is_missing_log(&self, error: &DriverError) -> bool;

    /// Whether the error says that a row refers to one that does not exist.
    fn is_foreign_key_violation(&self, error: &DriverError) -> bool;

    /// Whether the error says that somebody else holds the database, so that trying again may help.
    fn is_busy(&self, error: &DriverError) -> bool;
}

/// Which rows of which table.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// The name of the table.
    pub(crate) table: String,
    /// The key of the migration set.
    pub(crate) key: String,
}

/// A row to add.
#[derive(Debug)]
pub(crate) struct NewRow<'a> {
    pub(crate) seq: i64,
    pub(crate) version: Version,
    pub(crate) name: &'a str,
    pub(crate) operation: Operation,
    pub(crate) outcome: Outcome,
    pub(crate) checksum: &'a str,
    pub(crate) statements_done: usize,
    pub(crate) progress: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) operator: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) down_script: Option<&'a str>,
}

/// How a `started` row ends.
#[derive(Debug)]
pub(crate) struct End<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) state: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
}

/// How foreign keys are suspended outside a transaction and checked inside one.
#[derive(Debug)]
pub(crate) struct ForeignKeys {
    /// One row: `1` when they are enforced.
    pub(crate) query: &'static str,
    pub(crate) suspend: &'static str,
    pub(crate) enforce: &'static str,
    /// A row for each pair of tables: the one that refers, the other, how many rows do in vain.
    pub(crate) violations: &'static str,
}

/// The SQL of a database that migrations can be applied to.
pub(crate) fn sql(database: Database) -> Option<&'static dyn Sql> {
    match database {
        Database::Sqlite => Some(&sqlite::Sqlite),
        Database::Mysql | Database::Postgres => None,
    }
}
