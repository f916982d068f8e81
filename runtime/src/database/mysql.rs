//! MySQL 8 or newer and MariaDB 10.6 or newer, on one server or a cluster of them: no lock of a
//! session is used, as on a cluster each server has its own.

mod probe;

use std::time::Duration;

use super::{Fence, Log, Server, Sql};
use crate::connection::DriverError;
use crate::migrator::Options;
use crate::table::recovery::Condition;
use crate::table::{Script, Statement};

pub(super) struct Mysql;

/// Codes, <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>.
const DUP_ENTRY: i32 = 1062;
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

/// Which server this is; the members of a cluster may share a name but not a port.
const SERVER: &str = "CONCAT(@@hostname, ':', @@port)";

/// What a migration may change in its session.
const VARIABLES: [Variable; 11] = [
    Variable::Text("character_set_client"),
    Variable::Text("character_set_results"),
    Variable::Text("collation_connection"),
    Variable::Text("default_storage_engine"),
    Variable::Number("foreign_key_checks"),
    Variable::Number("group_concat_max_len"),
    Variable::Text("sql_mode"),
    Variable::Number("sql_notes"),
    Variable::Number("sql_safe_updates"),
    Variable::Text("time_zone"),
    Variable::Number("unique_checks"),
];
/// What rungs itself changes in it.
const LIMITS: [Variable; 3] = [
    Variable::Number("autocommit"),
    Variable::Number("innodb_lock_wait_timeout"),
    Variable::Number("lock_wait_timeout"),
];

/// A variable of the session, and which kind of value it takes.
#[derive(Clone, Copy)]
enum Variable {
    Number(&'static str),
    Text(&'static str),
}

impl Variable {
    fn save(self) -> String {
        let (Self::Number(name) | Self::Text(name)) = self;
        format!("@rungs_{name} = {}", self.saved())
    }

    fn restore(self) -> String {
        let saved = self.saved();
        match self {
            Self::Number(name) => format!("SESSION {name} = CAST({saved} AS UNSIGNED)"),
            Self::Text(name) => format!("SESSION {name} = {saved}"),
        }
    }

    /// What was saved, else what is there now: an earlier run may not have put back what was there at
    /// first, and a run may stop before it has saved anything.
    fn saved(self) -> String {
        match self {
            // Beside a text MariaDB makes a flag the text `ON`, which as a number is 0.
            Self::Number(name) => {
                format!("COALESCE(@rungs_{name}, CAST(@@SESSION.{name} AS UNSIGNED))")
            }
            Self::Text(name) => format!("COALESCE(@rungs_{name}, @@SESSION.{name})"),
        }
    }

    fn forget(self) -> String {
        let (Self::Number(name) | Self::Text(name)) = self;
        format!("@rungs_{name} = NULL")
    }
}

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
        has_code(error, &[NO_SUCH_TABLE])
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

impl Server for Mysql {
    fn session(&self, log: &Log) -> String {
        format!(
            "CONCAT('connection ', CONNECTION_ID(), ' on ', {SERVER}, ', ', CURRENT_USER(), ', {}')",
            log.run
        )
    }

    fn expiry(&self, lease: Duration) -> String {
        format!(
            "UTC_TIMESTAMP(6) + INTERVAL {} MICROSECOND",
            lease.as_micros()
        )
    }

    fn lease(&self, log: &Log, _: Duration) -> String {
        // Only sessions of this server and of the same account can be seen; of others the expiry
        // must tell. Through a pooler the own session may be that of another run.
        let id = "SUBSTRING_INDEX(SUBSTRING_INDEX(session, ' ', 2), ' ', -1)";
        let here = format!(
            "CONVERT(CONCAT({SERVER}, ', ', CURRENT_USER()) USING utf8mb4) COLLATE utf8mb4_bin"
        );
        let is_here =
            format!("SUBSTRING_INDEX(SUBSTRING_INDEX(session, ', run ', 1), ' on ', -1) = {here}");
        let is_other = format!("{id} <> CONNECTION_ID()");
        let found = format!("EXISTS (SELECT 1 FROM information_schema.processlist WHERE id = {id}");
        format!(
            "CASE WHEN outcome <> 'started' THEN NULL WHEN session IS NULL THEN 'free' \
             WHEN {is_here} AND NOT {found}) THEN 'free' \
             WHEN {is_here} AND {is_other} AND {found} AND command NOT IN ('Sleep', 'Killed')) THEN 'held' \
             WHEN {} THEN 'free' WHEN expires_at > UTC_TIMESTAMP(6) THEN 'held' \
             WHEN {is_here} AND {is_other} THEN 'stalled' ELSE 'free' END",
            self.is_of_run(log)
        )
    }

    fn end_session(&self, _: &Log, _: i64, session: &str) -> Option<String> {
        let id: u64 = session.split(' ').nth(1)?.parse().ok()?;
        Some(format!("KILL {id}"))
    }

    fn transaction_settings(&self, _: &Options) -> Option<String> {
        None
    }

    fn session_settings(&self, options: &Options) -> Option<String> {
        let limit = options.lock_timeout.as_secs().max(1);
        Some(format!(
            "SET SESSION autocommit = 1, SESSION innodb_lock_wait_timeout = {limit}, SESSION lock_wait_timeout = {limit}"
        ))
    }

    fn save_session(&self, script: Script, in_transaction: bool) -> Option<String> {
        set(changed(script, in_transaction).map(Variable::save))
    }

    fn restore_session(
        &self,
        script: Script,
        in_transaction: bool,
        schema: Option<&str>,
    ) -> Vec<String> {
        let variables = || changed(script, in_transaction);
        let forgotten = variables().map(Variable::forget);
        let variables = set(variables().map(Variable::restore).chain(forgotten));
        let schema = schema.filter(|_| script.statements().any(leaves_schema));
        let schema = schema.map(|schema| format!("USE {}", self.name(schema)));
        schema.into_iter().chain(variables).collect()
    }

    fn rolls_back_settings(&self) -> bool {
        false
    }

    fn current_schema(&self, script: Script, _: &Log) -> Option<String> {
        let leaves = script.statements().any(leaves_schema);
        leaves.then(|| "SELECT DATABASE()".to_owned())
    }

    fn is_outside_transaction(&self) -> String {
        // What holds for the next transaction cannot be set during one. The two servers have another
        // name for it, each in a comment that the other does not read.
        "SET /*M! @@tx_read_only = @@SESSION.tx_read_only */\
         /*!80000 @@transaction_read_only = @@SESSION.transaction_read_only */"
            .to_owned()
    }

    fn autocommit(&self) -> Option<&'static str> {
        Some("SELECT CAST(@@SESSION.autocommit AS UNSIGNED)")
    }

    fn take_own_role(&self, _: Script) -> Option<&'static str> {
        None
    }

    fn take_script_role(&self, _: Script) -> Option<&'static str> {
        None
    }

    fn lock(&self, _: &Log) -> Option<String> {
        None
    }

    #[cfg(feature = "adopt")]
    fn database_name(&self) -> &'static str {
        "DATABASE()"
    }

    #[cfg(feature = "adopt")]
    fn begin_reading_committed(&self) -> &'static str {
        // What is read first decides what is seen, and nothing is read before the locks are taken.
        "START TRANSACTION"
    }

    #[cfg(feature = "adopt")]
    fn lock_of_sqlx(&self, database: &str) -> super::PeerLock {
        let key = super::SQLX_LOCK * i64::from(crate::adopt::crc32(database));
        super::PeerLock::OfSession {
            take: format!(
                "SELECT IF(GET_LOCK('{key:x}', 0) <=> 1, 1, (SELECT 1 UNION ALL SELECT 2))"
            ),
            release: format!("DO RELEASE_LOCK('{key:x}')"),
        }
    }

    fn lock_holder(&self, _: &Log) -> Option<String> {
        None
    }

    fn fence(&self, log: &Log, row: &Fence, in_transaction: bool) -> String {
        // A subquery of two rows fails, and needs no right to.
        let (table, key) = (self.table(log), self.text(&log.key));
        let row = format!("{} {} {}", row.seq, row.outcome, row.statements_done);
        let hold = if in_transaction { " FOR UPDATE" } else { "" };
        format!(
            "SELECT IF((SELECT CONCAT(seq, ' ', outcome, ' ', statements_done) FROM {table} WHERE set_key = {key} \
             ORDER BY seq DESC LIMIT 1{hold}) <=> '{row}', 1, (SELECT 1 UNION ALL SELECT 2))"
        )
    }

    fn probe(&self, conditions: &[Condition]) -> Option<String> {
        probe::probe(self, conditions)
    }

    fn index_validity(&self, _: &Condition) -> Option<String> {
        None
    }

    fn index_guard(&self, _: &Condition) -> Option<String> {
        None
    }

    fn tag(&self, _: &Log, _: i64) -> String {
        String::new()
    }

    fn is_refusal(&self, error: &DriverError) -> bool {
        has_code(error, &[SUBQUERY_NO_1_ROW])
    }

    fn found_transaction(&self, error: &DriverError) -> bool {
        has_code(error, &[CANT_CHANGE_TX_CHARACTERISTICS])
    }

    fn is_duplicate(&self, error: &DriverError) -> bool {
        has_code(error, &[DUP_ENTRY])
    }

    fn runs_alone(&self) -> bool {
        false
    }

    fn miscounts(&self) -> bool {
        true
    }

    fn offset(&self, error: &DriverError, statement: &str) -> Option<usize> {
        place_of_syntax_error(&error.message, statement)
    }
}

/// What is changed by a script, and by rungs outside a transaction.
fn changed(script: Script, in_transaction: bool) -> impl Iterator<Item = Variable> {
    let limits = if in_transaction { &[][..] } else { &LIMITS };
    // In a transaction only what is sure to be needed: a `SET` may hide that it was rolled back.
    let may_change = script.statements().any(|statement| {
        statement.is_session() || (!in_transaction && statement.may_change_session())
    });
    let variables = if may_change { &VARIABLES[..] } else { &[] };
    limits.iter().chain(variables).copied()
}

fn leaves_schema(statement: Statement) -> bool {
    let verb = statement.sql().split_whitespace().next();
    verb.is_some_and(|verb| verb.eq_ignore_ascii_case("use"))
}

fn set(assignments: impl Iterator<Item = String>) -> Option<String> {
    let assignments: Vec<String> = assignments.collect();
    (!assignments.is_empty()).then(|| format!("SET {}", assignments.join(", ")))
}

fn has_code(error: &DriverError, codes: &[i32]) -> bool {
    let code = error.code.as_ref().and_then(|code| code.parse().ok());
    code.is_some_and(|code| codes.contains(&code))
}

/// From `... near 'text' at line 2`, which counts the lines of the statement.
fn place_of_syntax_error(message: &str, statement: &str) -> Option<usize> {
    let (before, line) = message.rsplit_once("' at line ")?;
    let (_, near) = before.split_once(" near '")?;
    let line: usize = line.trim().parse().ok()?;
    let mut start = 0;
    for _ in 1..line {
        start += statement.get(start..)?.find('\n')? + 1;
    }
    let rest = statement.get(start..)?;
    // Long texts are cut, perhaps inside a character.
    let near: String = near
        .chars()
        .take_while(|character| *character != '\u{fffd}')
        .collect();
    Some(start + rest.find(&near).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_means_itself_whatever_is_set() {
        assert_eq!(Mysql.text("it's"), "'it''s'");
        assert_eq!(Mysql.text("a\\"), "CONVERT(X'615c' USING utf8mb4)");
    }

    #[cfg(feature = "adopt")]
    #[test]
    fn the_lock_of_sqlx_is_the_one_that_sqlx_takes() {
        // Computed with sqlx 0.9.
        let lock = format!("{:?}", Mysql.lock_of_sqlx("d"));
        assert!(lock.contains("GET_LOCK('248afdb71bf805e8', 0)"), "{lock}");
    }

    #[test]
    fn what_was_not_saved_stays_as_it_is() {
        assert_eq!(
            Variable::Number("autocommit").restore(),
            "SESSION autocommit = \
             CAST(COALESCE(@rungs_autocommit, CAST(@@SESSION.autocommit AS UNSIGNED)) AS UNSIGNED)"
        );
    }

    #[test]
    fn a_syntax_error_is_found_in_its_line() {
        let statement = "CREATE TABLE é (\n  a INT,\n  b INT INT\n)";
        let message = "You have an error in your SQL syntax; check the manual for the right syntax to use near 'INT\n)' at line 3";
        let offset = place_of_syntax_error(message, statement).unwrap_or_default();
        assert_eq!(&statement[offset..], "INT\n)");
        assert_eq!(place_of_syntax_error("no such thing", statement), None);
    }
}
