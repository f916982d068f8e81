//! MySQL and MariaDB as servers.

use std::time::Duration;

use super::session::{Variable, changed, set};
use super::{CANT_CHANGE_TX_CHARACTERISTICS, DUP_ENTRY, Mysql, SUBQUERY_NO_1_ROW, has_code, probe};
use crate::connection::DriverError;
use crate::database::{Fence, Log, Server, Sql, TrialRules};
#[cfg(feature = "adopt")]
use crate::database::{PeerLock, SQLX_LOCK};
use crate::migrator::Options;
use crate::table::recovery::Condition;
use crate::table::{Script, Statement};

/// Which server this is; the members of a cluster may share a name but not a port, and those of a
/// group know each other by their identifiers.
const SERVER: &str = "CONCAT(@@hostname, ':', @@port /*!80022 , ' ', @@server_uuid */)";

/// The sessions that can be seen. That of MySQL's information schema cannot be read while anybody's
/// statement has a character of four bytes; the one in its place is empty where it is turned off.
const SESSIONS: &str = "/*M! information_schema *//*!80022 performance_schema */.processlist";

/// Whether this server is configured for Group Replication, which only MySQL has.
const IN_GROUP: &str = "EXISTS (SELECT 1 FROM performance_schema.global_variables \
     WHERE variable_name = 'group_replication_group_name' AND variable_value <> '')";

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
        let found = format!("EXISTS (SELECT 1 FROM {SESSIONS} WHERE id = {id}");
        let sees = format!("EXISTS (SELECT 1 FROM {SESSIONS} WHERE id = CONNECTION_ID())");
        // Nothing undoes what two members did at once, so that others are left a long time.
        let unheard = "expires_at + INTERVAL 1 HOUR > UTC_TIMESTAMP(6)";
        format!(
            "CASE WHEN outcome <> 'started' THEN NULL WHEN session IS NULL THEN 'free' \
             WHEN {is_here} AND {sees} AND NOT {found}) THEN 'free' \
             WHEN {is_here} AND {is_other} AND {found} AND command NOT IN ('Sleep', 'Killed')) THEN 'held' \
             WHEN {} THEN 'free' WHEN expires_at > UTC_TIMESTAMP(6) THEN 'held' \
             WHEN {is_here} AND {is_other} THEN 'stalled' WHEN {is_here} THEN 'free' \
             /*!80022 WHEN {unheard} AND {IN_GROUP} THEN 'unseen' */ ELSE 'free' END",
            self.is_of_run(log)
        )
    }

    fn end_session(&self, _: &Log, _: i64, session: &str) -> Option<String> {
        let id: u64 = session.split(' ').nth(1)?.parse().ok()?;
        Some(format!("KILL {id}"))
    }

    fn is_lost_member(&self, session: &str) -> Option<String> {
        let (_, server) = session.split_once(" on ")?;
        let (server, _) = server.split_once(',')?;
        // Whoever has no identifier is in no group.
        let member = self.text(server.split_once(' ').map_or("", |(_, member)| member));
        // A server that is itself outside of the group, or is left alone in it, knows nothing.
        Some(format!(
            "SELECT COUNT(IF(member_id = @@server_uuid AND member_state = 'ONLINE', 1, NULL)) = 1 \
             AND COUNT(IF(member_id = {member}, 1, NULL)) = 0 \
             FROM performance_schema.replication_group_members"
        ))
    }

    fn transaction_settings(&self, _: &Options, _: Option<&str>) -> Option<String> {
        None
    }

    fn session_settings(&self, options: &Options) -> Option<String> {
        let limit = options.lock_timeout.as_secs().max(1);
        Some(format!(
            "SET SESSION autocommit = 1, SESSION innodb_lock_wait_timeout = {limit}, SESSION lock_wait_timeout = {limit}"
        ))
    }

    fn save_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String> {
        let save = set(changed(script, in_transaction).map(Variable::save));
        let enter = log.schema.as_deref().map(|schema| use_schema(self, schema));
        save.into_iter().chain(enter).collect()
    }

    fn restore_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String> {
        let variables = || changed(script, in_transaction);
        let forgotten = variables().map(Variable::forget);
        let variables = set(variables().map(Variable::restore).chain(forgotten));
        let leaves = log.schema.is_some() || script.statements().any(leaves_schema);
        // A connection need not have any at first.
        let place = log
            .place
            .as_deref()
            .filter(|place| leaves && !place.is_empty());
        let back = place.map(|place| use_schema(self, place));
        back.into_iter().chain(variables).collect()
    }

    fn rolls_back_settings(&self) -> bool {
        false
    }

    fn may_hide_rollback(&self, statement: Statement) -> bool {
        // A deadlock ends a transaction, and on a cluster so does what another node has committed.
        // `DO` always succeeds on MariaDB, and `SET` does when that comes to light in it.
        // What a function does nobody knows.
        statement.is_call() || is_verb(statement, "do") || is_verb(statement, "set")
    }

    fn may_lose_commit(&self) -> bool {
        // Galera may roll back what another node was faster with, and go on with the message.
        true
    }

    fn current_schema(&self, script: Script, log: &Log) -> Option<String> {
        let leaves = log.schema.is_some() || script.statements().any(leaves_schema);
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
    fn lock_of_sqlx(&self, database: &str) -> PeerLock {
        let key = SQLX_LOCK * i64::from(crate::adopt::crc32(database));
        PeerLock::OfSession {
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
        let (whose, run) = if row.is_ours {
            let length = log.run.len();
            (
                format!(", ' ', RIGHT(session, {length})"),
                format!(" {}", log.run),
            )
        } else {
            (String::new(), String::new())
        };
        let which = if row.is_newest {
            String::new()
        } else {
            format!(" AND seq = {}", row.seq)
        };
        let row = format!("{} {} {}{run}", row.seq, row.outcome, row.statements_done);
        let hold = if in_transaction { " FOR UPDATE" } else { "" };
        format!(
            "SELECT IF((SELECT CONCAT(seq, ' ', outcome, ' ', statements_done{whose}) FROM {table} WHERE set_key = {key}{which} \
             ORDER BY seq DESC LIMIT 1{hold}) <=> '{row}', 1, (SELECT 1 UNION ALL SELECT 2))"
        )
    }

    fn probe(&self, conditions: &[Condition], log: &Log) -> Option<String> {
        probe::probe(self, &log.located(conditions))
    }

    fn index_validity(&self, _: &Condition, _: &Log) -> Option<String> {
        None
    }

    fn index_guard(&self, _: &Condition, _: &Log) -> Option<String> {
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

    fn trial_rules(&self) -> Option<&'static TrialRules> {
        None
    }

    fn offset(&self, error: &DriverError, statement: &str) -> Option<usize> {
        place_of_syntax_error(&error.message, statement)
    }
}

fn use_schema(sql: &Mysql, schema: &str) -> String {
    format!("USE {}", sql.name(schema))
}

fn leaves_schema(statement: Statement) -> bool {
    is_verb(statement, "use")
}

/// Whether a statement begins with this word.
fn is_verb(statement: Statement, word: &str) -> bool {
    let end = |character: char| !character.is_ascii_alphabetic();
    let verb = statement.written().split(end).next();
    verb.is_some_and(|verb| verb.eq_ignore_ascii_case(word))
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
