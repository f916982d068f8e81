//! SQLite, 3.16 or newer.

use super::{End, ForeignKeys, Log, NewRow, Sql};
use crate::connection::DriverError;

pub(super) struct Sqlite;

/// Primary result codes, <https://www.sqlite.org/rescode.html>.
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
/// An extended one.
const SQLITE_CONSTRAINT_FOREIGNKEY: &str = "787";

const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
const ELAPSED: &str =
    "CAST(round((julianday('now') - julianday(started_at)) * 86400000) AS INTEGER)";

static FOREIGN_KEYS: ForeignKeys = ForeignKeys {
    query: "PRAGMA foreign_keys",
    suspend: "PRAGMA foreign_keys = OFF",
    enforce: "PRAGMA foreign_keys = ON",
    violations: "SELECT \"table\", \"parent\", CAST(count(*) AS TEXT) FROM pragma_foreign_key_check \
                 GROUP BY \"table\", \"parent\"",
};

impl Sql for Sqlite {
    fn begin(&self) -> &'static str {
        // A deferred transaction that reads and then writes fails at once when another one wrote
        // in between, whatever the busy timeout is.
        "BEGIN IMMEDIATE"
    }

    fn create_log(&self, log: &Log) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\
             set_key TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, \
             operation TEXT NOT NULL, outcome TEXT NOT NULL, checksum TEXT NOT NULL, \
             statements_done INTEGER NOT NULL, progress TEXT, state TEXT, operator TEXT, \
             started_at TEXT NOT NULL, duration_ms INTEGER, error TEXT, down_script TEXT, \
             PRIMARY KEY (set_key, seq)) WITHOUT ROWID",
            name(&log.table)
        )
    }

    fn state(&self, log: &Log) -> String {
        newest_row(log, "state")
    }

    fn history(&self, log: &Log) -> String {
        format!(
            "SELECT CAST(seq AS TEXT), CAST(version AS TEXT), name, operation, outcome, checksum, \
             CAST(statements_done AS TEXT), progress, state, operator, started_at, \
             CAST(duration_ms AS TEXT), error FROM {} WHERE set_key = {} ORDER BY seq",
            name(&log.table),
            text(&log.key)
        )
    }

    fn insert(&self, log: &Log, row: &NewRow<'_>) -> String {
        format!(
            "INSERT INTO {} (set_key, seq, version, name, operation, outcome, checksum, statements_done, \
             progress, state, operator, started_at, error, down_script) \
             VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {NOW}, {}, {})",
            name(&log.table),
            text(&log.key),
            row.seq,
            row.version,
            text(row.name),
            text(row.operation.word()),
            text(row.outcome.word()),
            text(row.checksum),
            row.statements_done,
            optional(row.progress),
            optional(row.state),
            optional(row.operator),
            optional(row.error),
            optional(row.down_script),
        )
    }

    fn finish(&self, log: &Log, seq: i64) -> String {
        update(log, seq, &format!("duration_ms = {ELAPSED}"))
    }

    fn advance(&self, log: &Log, seq: i64, statements_done: usize, progress: &str) -> String {
        update(
            log,
            seq,
            &format!(
                "statements_done = {statements_done}, progress = {}",
                text(progress)
            ),
        )
    }

    fn end(&self, log: &Log, seq: i64, end: &End<'_>) -> String {
        let (outcome, state, error) = (
            text(end.outcome.word()),
            optional(end.state),
            optional(end.error),
        );
        update(
            log,
            seq,
            &format!(
                "outcome = {outcome}, state = {state}, error = {error}, duration_ms = {ELAPSED}"
            ),
        )
    }

    fn newest(&self, log: &Log) -> String {
        newest_row(
            log,
            "CAST(seq AS TEXT), outcome, CAST(statements_done AS TEXT)",
        )
    }

    fn foreign_keys(&self) -> Option<&'static ForeignKeys> {
        Some(&FOREIGN_KEYS)
    }

    fn is_missing_log(&self, error: &DriverError) -> bool {
        error.message.contains("no such table")
    }

    fn is_foreign_key_violation(&self, error: &DriverError) -> bool {
        error.code.as_deref() == Some(SQLITE_CONSTRAINT_FOREIGNKEY)
    }

    fn is_busy(&self, error: &DriverError) -> bool {
        // The primary code is the lowest byte of the extended one.
        let code = error
            .code
            .as_ref()
            .and_then(|code| code.parse::<i32>().ok());
        code.is_some_and(|code| matches!(code & 0xff, SQLITE_BUSY | SQLITE_LOCKED))
    }
}

fn newest_row(log: &Log, columns: &str) -> String {
    let (table, key) = (name(&log.table), text(&log.key));
    format!("SELECT {columns} FROM {table} WHERE set_key = {key} ORDER BY seq DESC LIMIT 1")
}

fn update(log: &Log, seq: i64, assignments: &str) -> String {
    let (table, key) = (name(&log.table), text(&log.key));
    format!("UPDATE {table} SET {assignments} WHERE set_key = {key} AND seq = {seq}")
}

fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text(text: &str) -> String {
    // A NUL would end the statement for SQLite.
    format!("'{}'", text.replace('\'', "''").replace('\0', "\u{fffd}"))
}

fn optional(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), text)
}
