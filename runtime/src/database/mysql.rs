//! MySQL 8 or newer and MariaDB 10.6 or newer, on one server or a cluster of them: no lock of a
//! session is used, as on a cluster each server has its own.

mod probe;
mod server;
mod session;

use super::{Log, Server, Sql};
use crate::connection::DriverError;

pub(super) struct Mysql;

/// Codes, <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>.
const DUP_ENTRY: i32 = 1062;
const BAD_DB_ERROR: i32 = 1049;
const NO_SUCH_TABLE: i32 = 1146;
const LOCK_WAIT_TIMEOUT: i32 = 1205;
const LOCK_DEADLOCK: i32 = 1213;
const SUBQUERY_NO_1_ROW: i32 = 1242;
const OPTION_PREVENTS_STATEMENT: i32 = 1290;
const NO_REFERENCED_ROW: [i32; 2] = [1216, 1452];
const ROW_IS_REFERENCED: [i32; 2] = [1217, 1451];
const CANT_CHANGE_TX_CHARACTERISTICS: i32 = 1568;
const CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: i32 = 1792;
const READ_ONLY_MODE: i32 = 1836;
/// Another member of the cluster was first: at the commit, and as the group says it.
const ERROR_DURING_COMMIT: i32 = 1180;
const TRANSACTION_ROLLBACK_DURING_COMMIT: i32 = 3101;

impl Sql for Mysql {
    fn name(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn text(&self, text: &str) -> String {
        if text.contains(['\\', '\0']) {
            // What a backslash means in a plain literal is a setting.
            let digits = text.bytes().fold(String::new(), |digits, byte| {
                digits + &format!("{byte:02x}")
            });
            format!("CONVERT(X'{digits}' USING utf8mb4)")
        } else {
            format!("'{}'", text.replace('\'', "''"))
        }
    }

    fn as_text(&self, expression: &str) -> String {
        format!("CAST({expression} AS CHAR)")
    }

    #[cfg(feature = "adopt")]
    fn hexadecimal(&self, column: &str) -> String {
        format!("HEX({column})")
    }

    #[cfg(feature = "adopt")]
    fn columns(&self, table: &str) -> String {
        let (schema, name) = match table.rsplit_once('.') {
            Some((schema, name)) => (self.text(schema), name),
            None => ("DATABASE()".to_owned(), table),
        };
        format!(
            "SELECT {}, column_name FROM information_schema.columns \
             WHERE table_schema = {schema} AND table_name = {}",
            self.text(table),
            self.text(name)
        )
    }

    fn now(&self) -> &'static str {
        "UTC_TIMESTAMP(6)"
    }

    fn time_as_text(&self, column: &str) -> String {
        format!("CONCAT(LEFT(DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')")
    }

    fn elapsed(&self) -> &'static str {
        "TIMESTAMPDIFF(MICROSECOND, started_at, UTC_TIMESTAMP(6)) DIV 1000"
    }

    fn begin(&self) -> &'static str {
        "START TRANSACTION"
    }

    fn create_log(&self, log: &Log) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (\
             set_key VARCHAR(255) NOT NULL, seq BIGINT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL, \
             operation VARCHAR(16) NOT NULL, outcome VARCHAR(16) NOT NULL, checksum VARCHAR(80) NOT NULL, \
             statements_done INTEGER NOT NULL, progress VARCHAR(80), state VARCHAR(80), operator TEXT, \
             session TEXT, expires_at DATETIME(6), attempts BIGINT NOT NULL, \
             started_at DATETIME(6) NOT NULL, duration_ms BIGINT, error LONGTEXT, down_script LONGTEXT, \
             PRIMARY KEY (set_key, seq)) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            self.table(log)
        )
    }

    fn changed_rows(&self) -> Option<[&'static str; 2]> {
        // A driver that prepares the question would ask how many rows preparing it has changed.
        Some([
            "SET @rungs_rows = ROW_COUNT()",
            "SELECT CAST(@rungs_rows AS CHAR)",
        ])
    }

    fn verify(&self, query: &str) -> String {
        format!("SELECT IF(({query}), 1, (SELECT 1 UNION ALL SELECT 2))")
    }

    fn is_untrue(&self, error: &DriverError) -> bool {
        has_code(error, &[SUBQUERY_NO_1_ROW])
    }

    fn server(&self) -> Option<&'static dyn Server> {
        Some(&Self)
    }

    fn is_missing_log(&self, error: &DriverError) -> bool {
        has_code(error, &[NO_SUCH_TABLE, BAD_DB_ERROR])
    }

    fn is_missing_schema(&self, error: &DriverError) -> bool {
        has_code(error, &[BAD_DB_ERROR])
    }

    fn is_foreign_key_violation(&self, error: &DriverError) -> bool {
        has_code(error, &NO_REFERENCED_ROW) || has_code(error, &ROW_IS_REFERENCED)
    }

    fn is_read_only(&self, error: &DriverError) -> bool {
        let codes = [
            OPTION_PREVENTS_STATEMENT,
            CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
            READ_ONLY_MODE,
        ];
        has_code(error, &codes)
    }

    fn is_busy(&self, error: &DriverError) -> bool {
        let codes = [
            LOCK_WAIT_TIMEOUT,
            LOCK_DEADLOCK,
            ERROR_DURING_COMMIT,
            TRANSACTION_ROLLBACK_DURING_COMMIT,
        ];
        has_code(error, &codes)
    }
}

fn has_code(error: &DriverError, codes: &[i32]) -> bool {
    let code = error.code.as_ref().and_then(|code| code.parse().ok());
    code.is_some_and(|code| codes.contains(&code))
}
