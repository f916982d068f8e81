//! SQLite, 3.16 or newer.

use super::{ForeignKeys, Log, Sql};
use crate::connection::DriverError;

pub(super) struct Sqlite;

/// Primary result codes, <https://www.sqlite.org/rescode.html>.
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
/// An extended one.
const SQLITE_CONSTRAINT_FOREIGNKEY: &str = "787";

static FOREIGN_KEYS: ForeignKeys = ForeignKeys {
    query: "PRAGMA foreign_keys",
    suspend: "PRAGMA foreign_keys = OFF",
    enforce: "PRAGMA foreign_keys = ON",
    violations: |log| match &log.schema {
        Some(schema) => format!(
            "SELECT \"table\", \"parent\", CAST(count(*) AS TEXT) \
             FROM pragma_foreign_key_check(NULL, {}) GROUP BY \"table\", \"parent\"",
            Sqlite.text(schema)
        )
        .into(),
        None => VIOLATIONS.into(),
    },
};

const VIOLATIONS: &str = "SELECT \"table\", \"parent\", CAST(count(*) AS TEXT) FROM pragma_foreign_key_check \
                          GROUP BY \"table\", \"parent\"";

impl Sql for Sqlite {
    fn name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn text(&self, text: &str) -> String {
        // A NUL would end the statement for SQLite.
        format!("'{}'", text.replace('\'', "''").replace('\0', "\u{fffd}"))
    }

    fn as_text(&self, expression: &str) -> String {
        format!("CAST({expression} AS TEXT)")
    }

    #[cfg(feature = "adopt")]
    fn hexadecimal(&self, column: &str) -> String {
        format!("hex({column})")
    }

    #[cfg(feature = "adopt")]
    fn columns(&self, table: &str) -> String {
        let (schema, name) = table.rsplit_once('.').unwrap_or(("main", table));
        // Of a database that is not attached the pragma would be an error.
        format!(
            "SELECT {}, info.name FROM pragma_database_list AS attached, \
             pragma_table_info({}, attached.name) AS info WHERE attached.name = {}",
            self.text(table),
            self.text(name),
            self.text(schema)
        )
    }

    fn now(&self) -> &'static str {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    }

    fn time_as_text(&self, column: &str) -> String {
        column.to_owned()
    }

    fn elapsed(&self) -> &'static str {
        "CAST(round((julianday('now') - julianday(started_at)) * 86400000) AS INTEGER)"
    }

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
             session TEXT, expires_at TEXT, attempts INTEGER NOT NULL, \
             started_at TEXT NOT NULL, duration_ms INTEGER, error TEXT, down_script TEXT, \
             PRIMARY KEY (set_key, seq)) WITHOUT ROWID",
            self.table(log)
        )
    }

    fn verify(&self, query: &str) -> String {
        // Of the smallest number there is no absolute value.
        format!("SELECT CASE WHEN ({query}) THEN 1 ELSE abs(-9223372036854775808) END")
    }

    fn is_untrue(&self, error: &DriverError) -> bool {
        error.message.contains("integer overflow")
    }

    fn foreign_keys(&self) -> Option<&'static ForeignKeys> {
        Some(&FOREIGN_KEYS)
    }

    fn is_missing_log(&self, error: &DriverError) -> bool {
        error.message.starts_with("no such table")
    }

    fn is_missing_schema(&self, error: &DriverError) -> bool {
        error.message.starts_with("unknown database")
    }

    fn is_foreign_key_violation(&self, error: &DriverError) -> bool {
        error.code.as_deref() == Some(SQLITE_CONSTRAINT_FOREIGNKEY)
    }

    fn is_read_only(&self, error: &DriverError) -> bool {
        primary_code(error) == Some(SQLITE_READONLY)
    }

    fn is_busy(&self, error: &DriverError) -> bool {
        matches!(primary_code(error), Some(SQLITE_BUSY | SQLITE_LOCKED))
    }
}

/// The primary code is the lowest byte of the extended one.
fn primary_code(error: &DriverError) -> Option<i32> {
    Some(error.code.as_ref()?.parse::<i32>().ok()? & 0xff)
}
