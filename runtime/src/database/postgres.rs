//! PostgreSQL, 12 or newer, also behind a pooler: nothing here outlives a transaction but what is
//! put back, and no lock is waited for on behalf of a session.

mod probe;
mod server;

use super::{Log, Server, Sql};
use crate::connection::DriverError;

pub(super) struct Postgres;

/// Codes, <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
const FOREIGN_KEY_VIOLATION: &str = "23503";
const READ_ONLY_TRANSACTION: &str = "25006";
const SERIALIZATION_FAILURE: &str = "40001";
const INVALID_SCHEMA_NAME: &str = "3F000";
const DEADLOCK_DETECTED: &str = "40P01";
const UNDEFINED_TABLE: &str = "42P01";
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// What the error of a guard quotes, whatever language the server speaks and whatever of an error the
/// driver shows.
const REFUSAL: &str = "not for this run of rungs";

/// The same of a query that has to be true.
const UNTRUE: &str = "not what rungs was told to verify";

impl Sql for Postgres {
    fn name(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn text(&self, text: &str) -> String {
        // PostgreSQL has no NUL in texts.
        let text = text.replace('\'', "''").replace('\0', "\u{fffd}");
        if text.contains('\\') {
            // What a backslash means in a plain literal is a setting.
            format!("E'{}'", text.replace('\\', "\\\\"))
        } else {
            format!("'{text}'")
        }
    }

    fn as_text(&self, expression: &str) -> String {
        format!("{expression}::text")
    }

    #[cfg(feature = "adopt")]
    fn hexadecimal(&self, column: &str) -> String {
        format!("encode({column}, 'hex')")
    }

    #[cfg(feature = "adopt")]
    fn columns(&self, table: &str) -> String {
        format!(
            "SELECT {}, attname::text FROM pg_attribute \
             WHERE attrelid = to_regclass({}) AND attnum > 0 AND NOT attisdropped",
            self.text(table),
            self.text(&self.path(table))
        )
    }

    fn now(&self) -> &'static str {
        // That of the transaction stands still.
        "clock_timestamp()"
    }

    fn time_as_text(&self, column: &str) -> String {
        format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    }

    fn elapsed(&self) -> &'static str {
        "round(extract(epoch FROM clock_timestamp() - started_at) * 1000)::bigint"
    }

    fn begin(&self) -> &'static str {
        "BEGIN"
    }

    fn create_log(&self, log: &Log) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\
             set_key text NOT NULL, seq bigint NOT NULL, version bigint NOT NULL, name text NOT NULL, \
             operation text NOT NULL, outcome text NOT NULL, checksum text NOT NULL, \
             statements_done integer NOT NULL, progress text, state text, operator text, \
             session text, expires_at timestamptz, attempts bigint NOT NULL, \
             started_at timestamptz NOT NULL, duration_ms bigint, error text, down_script text, \
             PRIMARY KEY (set_key, seq))",
            self.table(log)
        )
    }

    fn create_schema(&self, schema: &str) -> String {
        // Who may make none is refused even where there is one. Runs of other sets may make it at the
        // same time.
        let (name, text) = (self.name(schema), self.text(schema));
        let create = format!(
            "BEGIN IF to_regnamespace({text}) IS NULL THEN BEGIN CREATE SCHEMA {name}; \
             EXCEPTION WHEN duplicate_schema OR unique_violation THEN NULL; END; END IF; END"
        );
        format!("DO {}", self.text(&create))
    }

    fn verify(&self, query: &str) -> String {
        guard_with(&format!("({query})"), UNTRUE)
    }

    fn is_untrue(&self, error: &DriverError) -> bool {
        error.message.contains(UNTRUE)
    }

    fn server(&self) -> Option<&'static dyn Server> {
        Some(&Self)
    }

    fn is_missing_log(&self, error: &DriverError) -> bool {
        has_code(error, &[UNDEFINED_TABLE])
    }

    fn is_missing_schema(&self, error: &DriverError) -> bool {
        has_code(error, &[INVALID_SCHEMA_NAME])
    }

    fn is_foreign_key_violation(&self, error: &DriverError) -> bool {
        has_code(error, &[FOREIGN_KEY_VIOLATION])
    }

    fn is_read_only(&self, error: &DriverError) -> bool {
        has_code(error, &[READ_ONLY_TRANSACTION])
    }

    fn is_busy(&self, error: &DriverError) -> bool {
        let codes = [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, SERIALIZATION_FAILURE];
        has_code(error, &codes)
    }
}

fn has_code(error: &DriverError, codes: &[&str]) -> bool {
    error
        .code
        .as_deref()
        .is_some_and(|code| codes.contains(&code))
}

/// A statement that fails unless a condition holds.
fn guard(condition: &str) -> String {
    guard_with(condition, REFUSAL)
}

fn guard_with(condition: &str, refusal: &str) -> String {
    format!("SELECT (CASE WHEN {condition} THEN '1' ELSE '{refusal}' END)::integer")
}
