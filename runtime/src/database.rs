//! The SQL of each database: text only, one file each.

mod mysql;
mod postgres;
mod rows;
mod server;
mod sqlite;

pub(crate) use rows::{Advance, End, Fence, ForeignKeys, Log, NewRow};
#[cfg(feature = "adopt")]
pub(crate) use server::{PeerLock, SQLX_LOCK};
pub(crate) use server::{Server, TrialRules};

use crate::connection::{Database, DriverError};
use crate::log::Outcome;
use crate::migrator::Options;

/// What the engine needs to say to a database, and to understand of its answers.
///
/// The statements about the log have the same shape everywhere; what differs are the words at the
/// top of this trait.
pub(crate) trait Sql: Sync {
    /// An identifier, quoted.
    fn name(&self, name: &str) -> String;

    /// The table of the log.
    fn table(&self, log: &Log) -> String {
        match log.schema() {
            Some(schema) => format!("{}.{}", self.name(schema), self.name(&log.table)),
            None => self.name(&log.table),
        }
    }

    /// A text as a literal.
    fn text(&self, text: &str) -> String;

    /// An expression made text.
    fn as_text(&self, expression: &str) -> String;

    /// A name that may have that of a schema before it.
    #[cfg(feature = "adopt")]
    fn path(&self, path: &str) -> String {
        let names: Vec<String> = path.split('.').map(|name| self.name(name)).collect();
        names.join(".")
    }

    /// A column of bytes as hexadecimal text.
    #[cfg(feature = "adopt")]
    fn hexadecimal(&self, column: &str) -> String;

    /// The columns of a table, if there is one: rows of a literal and a column.
    #[cfg(feature = "adopt")]
    fn columns(&self, table: &str) -> String;

    /// An empty text and the name of the database, then what of these tables there is: rows of a table,
    /// as it is called here, and one of its columns.
    #[cfg(feature = "adopt")]
    fn columns_of(&self, tables: &[&str]) -> String {
        let name = self.server().map_or("''", |server| server.database_name());
        let tables = tables.iter().map(|table| self.columns(table));
        let selects = std::iter::once(format!("SELECT '', {name}")).chain(tables);
        selects.collect::<Vec<_>>().join(" UNION ALL ")
    }

    /// The time by the clock of the database.
    fn now(&self) -> &'static str;

    /// A column with such a time, as `2026-01-31T12:00:00.000Z`.
    fn time_as_text(&self, column: &str) -> String;

    /// The milliseconds since `started_at`.
    fn elapsed(&self) -> &'static str;

    /// Begins a transaction that may write, waiting for others as long as the connection is set to.
    fn begin(&self) -> &'static str;

    /// Makes the log if there is none.
    fn create_log(&self, log: &Log) -> String;

    /// Makes the schema of a set if there is none.
    fn create_schema(&self, schema: &str) -> String {
        format!("CREATE SCHEMA IF NOT EXISTS {}", self.name(schema))
    }

    /// How foreign keys are suspended, where a migration cannot do that itself.
    fn foreign_keys(&self) -> Option<&'static ForeignKeys> {
        None
    }

    /// What only a server has; none when the database is a file.
    fn server(&self) -> Option<&'static dyn Server> {
        None
    }

    /// Whether the error says that the log does not exist.
    fn is_missing_log(&self, error: &DriverError) -> bool;

    /// Whether the error says that a schema does not exist.
    fn is_missing_schema(&self, error: &DriverError) -> bool;

    /// Whether the error says that a row refers to one that does not exist.
    fn is_foreign_key_violation(&self, error: &DriverError) -> bool;

    /// Whether the error says that nothing can be written here.
    fn is_read_only(&self, error: &DriverError) -> bool;

    /// Whether the error says that somebody else is in the way, so that trying again may help.
    fn is_busy(&self, error: &DriverError) -> bool;

    /// One row of one column at most: the state after the newest row of the log.
    fn state(&self, log: &Log) -> String {
        self.newest_row(log, "state")
    }

    /// The newest row: `seq`, outcome, statements done; on a server also `1` when this run has
    /// written it.
    fn newest(&self, log: &Log) -> String {
        let (seq, done) = (self.as_text("seq"), self.as_text("statements_done"));
        let ours = self.server().map(|_| {
            let is_ours = format!("CASE WHEN {} THEN 1 ELSE 0 END", self.is_of_run(log));
            format!(", {}", self.as_text(&is_ours))
        });
        let ours = ours.unwrap_or_default();
        self.newest_row(log, &format!("{seq}, outcome, {done}{ours}"))
    }

    /// One row of one column: `1` when a query is true, else `0`.
    fn ask(&self, query: &str) -> String {
        let answer = format!("(CASE WHEN ({query}) THEN 1 ELSE 0 END)");
        format!("SELECT {}", self.as_text(&answer))
    }

    /// Notes how many rows the statement before it has changed, and asks for that, where the statement
    /// of a batch does not answer it itself.
    fn changed_rows(&self) -> Option<[&'static str; 2]> {
        None
    }

    /// Fails unless a query is true.
    fn verify(&self, query: &str) -> String;

    /// Whether [`Sql::verify`] failed because of that.
    fn is_untrue(&self, error: &DriverError) -> bool;

    /// How long the newest migrations took, in milliseconds, newest first.
    fn durations(&self, log: &Log, count: usize) -> String {
        let duration = self.as_text("duration_ms");
        let (table, key) = (self.table(log), self.text(&log.key));
        format!(
            "SELECT {duration} FROM {table} AS entry WHERE set_key = {key} \
             ORDER BY entry.seq DESC LIMIT {count}"
        )
    }

    /// The columns of the newest row.
    fn newest_row(&self, log: &Log, columns: &str) -> String {
        let (table, key) = (self.table(log), self.text(&log.key));
        format!(
            "SELECT {columns} FROM {table} AS entry WHERE set_key = {key} ORDER BY entry.seq DESC LIMIT 1"
        )
    }

    /// Every row of the set by `seq` (the column: `PostgreSQL` gives the text of it in the answer the
    /// same name, and texts sort otherwise), in the column order of [`crate::log::entries`].
    fn history(&self, log: &Log, options: &Options) -> String {
        let number = |column| self.as_text(column);
        let lease = self.server().map_or_else(
            || "NULL".to_owned(),
            |server| server.lease(log, options.lease),
        );
        // It may be long, and is read on request only.
        let down = if options.policy.stored_downs {
            "down_script"
        } else {
            "NULL"
        };
        format!(
            "SELECT {}, {}, name, operation, outcome, checksum, {}, progress, state, operator, session, {}, {}, \
             {}, error, {lease}, {down} FROM {} AS entry WHERE set_key = {} ORDER BY entry.seq",
            number("seq"),
            number("version"),
            number("statements_done"),
            number("attempts"),
            self.time_as_text("started_at"),
            number("duration_ms"),
            self.table(log),
            self.text(&log.key)
        )
    }

    /// Adds a row that begins now.
    fn insert(&self, log: &Log, row: &NewRow<'_>) -> String {
        let is_started = row.outcome == Outcome::Started;
        let server = self.server();
        // Who has written it is asked of a row that may have come to nothing, too.
        let session = server.filter(|server| is_started || server.may_lose_commit());
        let expires = server.filter(|_| is_started).zip(row.lease);
        let null = || "NULL".to_owned();
        let session = session.map_or_else(null, |server| server.session(log));
        let expires = expires.map_or_else(null, |(server, lease)| server.expiry(lease));
        format!(
            "INSERT INTO {} (set_key, seq, version, name, operation, outcome, checksum, statements_done, progress, \
             state, operator, session, expires_at, attempts, started_at, error, down_script) \
             VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {session}, {expires}, {}, {}, {}, {})",
            self.table(log),
            self.text(&log.key),
            row.seq,
            row.version,
            self.text(row.name),
            self.text(row.operation.word()),
            self.text(row.outcome.word()),
            self.text(row.checksum),
            row.statements_done,
            self.optional(row.progress),
            self.optional(row.state),
            self.optional(row.operator),
            row.attempts,
            self.now(),
            self.optional(row.error),
            self.optional(row.down_script.as_deref()),
        )
    }

    /// Sets the duration of a row to the time since it began.
    fn finish(&self, log: &Log, seq: i64) -> String {
        self.update(log, seq, &format!("duration_ms = {}", self.elapsed()))
    }

    /// Records how far a migration outside a transaction has come, and holds it for longer.
    fn advance(&self, log: &Log, seq: i64, step: &Advance<'_>) -> String {
        let (done, progress) = (step.statements_done, self.text(step.progress));
        let held = self.server().map(|server| {
            let expiry = server.expiry(step.lease);
            format!(", session = {}, expires_at = {expiry}", server.session(log))
        });
        let held = held.unwrap_or_default();
        let assignments = format!("statements_done = {done}, progress = {progress}{held}");
        self.update(log, seq, &assignments)
    }

    /// Ends a `started` row.
    fn end(&self, log: &Log, seq: i64, end: &End<'_>) -> String {
        let assignments = format!(
            "outcome = {}, state = {}, error = {}, duration_ms = {}, attempts = {}",
            self.text(end.outcome.word()),
            self.optional(end.state),
            self.optional(end.error),
            self.elapsed(),
            end.attempts,
        );
        self.update(log, seq, &assignments) + " AND outcome = 'started'"
    }

    /// Lets others have a `started` row at once, if it is that of this run, which does not know when
    /// it stops whether it or another one made the row.
    fn release(&self, log: &Log, seq: i64) -> String {
        let started = self.text(Outcome::Started.word());
        let is_ours = self.is_of_run(log);
        self.update(log, seq, "session = NULL") + &format!(" AND outcome = {started} AND {is_ours}")
    }

    /// A condition on a `started` row of a server: this run has written it, through whichever session.
    fn is_of_run(&self, log: &Log) -> String {
        let run = self.text(&log.run);
        format!("RIGHT(session, {}) = {run}", log.run.len())
    }

    /// Removes a row that a newer one with more attempts stands for.
    fn forget(&self, log: &Log, seq: i64) -> String {
        let (table, key) = (self.table(log), self.text(&log.key));
        format!(
            "DELETE FROM {table} WHERE set_key = {key} AND seq = {seq} AND outcome <> 'success'"
        )
    }

    /// Changes one row.
    fn update(&self, log: &Log, seq: i64, assignments: &str) -> String {
        let (table, key) = (self.table(log), self.text(&log.key));
        format!("UPDATE {table} SET {assignments} WHERE set_key = {key} AND seq = {seq}")
    }

    /// A literal or NULL.
    fn optional(&self, value: Option<&str>) -> String {
        value.map_or_else(|| "NULL".to_owned(), |value| self.text(value))
    }
}

/// The SQL of a database.
pub(crate) fn sql(database: Database) -> &'static dyn Sql {
    match database {
        Database::Mysql => &mysql::Mysql,
        Database::Postgres => &postgres::Postgres,
        Database::Sqlite => &sqlite::Sqlite,
    }
}
