//! PostgreSQL as a server.

use std::time::Duration;

use super::{Postgres, REFUSAL, guard, guard_with, has_code, probe};
use crate::connection::{Database, DriverError};
use crate::database::{Fence, Log, Server, Sql, TrialRules};
#[cfg(feature = "adopt")]
use crate::database::{PeerLock, SQLX_LOCK};
use crate::migrator::Options;
use crate::table::recovery::{Condition, Recovery};
use crate::table::{Script, Statement};

const UNIQUE_VIOLATION: &str = "23505";

/// The same of the guard that looks for a transaction: after all others a rollback is right.
const OPEN_TRANSACTION: &str = "not for this run of rungs: a transaction is open";

/// Which backend this is: a process id is used again, its time is not.
const BACKEND: &str = "'pid ' || pid || ' since ' || \
                       to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')";

/// A client that is cut off frees its locks within seconds. `tcp_user_timeout` counts where a reply
/// was not acknowledged, the check where a statement is running; each is in milliseconds or seconds
/// as PostgreSQL has it.
const CUT_OFF: &str = "set_config('tcp_keepalives_idle', '5', true), \
                       set_config('tcp_keepalives_interval', '2', true), \
                       set_config('tcp_keepalives_count', '3', true), \
                       set_config('tcp_user_timeout', '8000', true), \
                       CASE WHEN current_setting('client_connection_check_interval', true) IS NOT NULL \
                       THEN set_config('client_connection_check_interval', '500', true) END";

/// Rolling back to the savepoint leaves constraints as deferred as they were.
const TRIAL: TrialRules = TrialRules {
    check_constraints: "SAVEPOINT rungs_constraints; SET CONSTRAINTS ALL IMMEDIATE; \
                        ROLLBACK TO SAVEPOINT rungs_constraints",
    // A value that was added to an enum is used; a table is changed whose deferred triggers wait.
    needs_commit: &["55P04", "55006"],
};

impl Server for Postgres {
    fn session(&self, log: &Log) -> String {
        format!(
            "(SELECT {BACKEND} || ', ' || session_user || coalesce(' from ' || host(inet_client_addr()), '') \
             || coalesce(' as ' || nullif(application_name, ''), '') || ', {}' \
             FROM pg_stat_activity WHERE pid = pg_backend_pid())",
            log.run
        )
    }

    fn expiry(&self, lease: Duration) -> String {
        format!(
            "clock_timestamp() + interval '{} milliseconds'",
            lease.as_millis()
        )
    }

    fn lease(&self, log: &Log, lease: Duration) -> String {
        // Through a pooler the session may be another one than that of the statement that runs, so
        // a statement is recognised by its tag, and the own session may be that of another run. Of
        // other users' sessions only the id may be seen.
        let tag = format!(
            "{} || seq || ' ' || right(session, {}) || ' */'",
            self.text(&tag_start(log)),
            log.run.len()
        );
        let is_ours = self.is_of_run(log);
        let is_tagged =
            format!("datname = current_database() AND left(query, length({tag})) = {tag}");
        let is_other = "pid <> pg_backend_pid()";
        // Its lease may have run out while a long statement ran, and is renewed with the next message.
        let has_just_ended = format!(
            "state_change > clock_timestamp() - interval '{} milliseconds'",
            lease.as_millis()
        );
        let is_session = format!(
            "pid::text = split_part(session, ' ', 2) \
             AND (backend_start IS NULL OR {BACKEND} = split_part(session, ',', 1))"
        );
        format!(
            "CASE WHEN outcome <> 'started' THEN NULL WHEN session IS NULL THEN 'free' \
             WHEN EXISTS (SELECT FROM pg_stat_activity WHERE {is_other} AND state = 'active' AND {is_tagged}) THEN 'held' \
             WHEN {is_ours} OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE {is_session}) THEN 'free' \
             WHEN expires_at > clock_timestamp() THEN 'held' \
             WHEN EXISTS (SELECT FROM pg_stat_activity WHERE {is_other} AND {is_session} AND {is_tagged} AND {has_just_ended}) \
             THEN 'held' \
             WHEN EXISTS (SELECT FROM pg_stat_activity WHERE {is_other} AND {is_session} AND {is_tagged}) THEN 'stalled' \
             ELSE 'free' END"
        )
    }

    fn end_session(&self, log: &Log, seq: i64, session: &str) -> Option<String> {
        // Whose last statement was another one may serve somebody else by now, and who runs one has
        // come back.
        let (_, run) = session.rsplit_once(", ")?;
        let tag = self.text(&format!("{}{seq} {run} */", tag_start(log)));
        Some(format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE pid <> pg_backend_pid() AND datname = current_database() AND state <> 'active' \
             AND left(query, length({tag})) = {tag}"
        ))
    }

    fn is_lost_member(&self, _: &str) -> Option<String> {
        None
    }

    fn transaction_settings(&self, options: &Options, schema: Option<&str>) -> Option<String> {
        let limit = options.lock_timeout.as_millis();
        let path = schema.map(|schema| format!(", {}", enter(self, schema, true)));
        Some(format!(
            "SELECT set_config('rungs.lock_timeout', current_setting('lock_timeout'), true), \
             set_config('lock_timeout', '{limit}', true), {CUT_OFF}{}",
            path.unwrap_or_default()
        ))
    }

    fn session_settings(&self, _: &Options) -> Option<String> {
        // What cannot run in a transaction takes locks that hold nobody up, and a setting of the
        // session would stay with the pooler.
        None
    }

    fn save_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String> {
        // In a transaction the limit is that of rungs, and ends with it.
        let (value, keep_limit) = if in_transaction {
            (
                "CASE name WHEN 'lock_timeout' THEN current_setting('rungs.lock_timeout') ELSE setting END",
                ", set_config('rungs.lock_limit', current_setting('lock_timeout'), true)",
            )
        } else {
            ("setting", "")
        };
        let save = format!(
            "SELECT set_config('rungs.settings', (SELECT json_object_agg(name, {value})::text FROM pg_settings \
             WHERE context IN ('user', 'superuser') AND name NOT LIKE 'transaction\\_%'), false), \
             set_config('rungs.role', current_setting('role'), false), \
             set_config('rungs.session_authorization', current_setting('session_authorization'), false){keep_limit}"
        );
        let save = changes_session(script).then_some(save);
        let schema = schema_of_session(script, in_transaction, log);
        let enter = schema.map(|schema| format!("SELECT {}", enter(self, schema, false)));
        save.into_iter().chain(enter).collect()
    }

    fn restore_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String> {
        let limit = if in_transaction {
            ", set_config('lock_timeout', current_setting('rungs.lock_limit'), true)"
        } else {
            ""
        };
        let restore = format!(
            "SELECT set_config('session_authorization', current_setting('rungs.session_authorization'), false), \
                       set_config('role', current_setting('rungs.role'), false), \
                       (SELECT count(set_config(name, value, false)) \
                       FROM json_each_text(current_setting('rungs.settings')::json) AS saved (name, value) \
                       JOIN pg_settings USING (name) WHERE setting IS DISTINCT FROM value), \
                       set_config('rungs.settings', '{{}}', false){limit}"
        );
        let restore = changes_session(script).then_some(restore);
        // In a transaction all that was noted is the search path of the set.
        let has_local_path = in_transaction && changes_session(script);
        let local = log.schema.as_deref().filter(|_| has_local_path);
        let leave = local.map(|schema| {
            let path = self.text(&self.name(schema));
            format!("SELECT {LEAVE}, set_config('search_path', {path}, true)")
        });
        let schema = schema_of_session(script, in_transaction, log);
        let leave = leave.or_else(|| schema.map(|_| format!("SELECT {LEAVE}, {FORGET}")));
        restore.into_iter().chain(leave).collect()
    }

    fn rolls_back_settings(&self) -> bool {
        true
    }

    fn may_hide_rollback(&self, _: Statement) -> bool {
        // Whatever follows an error fails, too.
        false
    }

    fn may_lose_commit(&self) -> bool {
        false
    }

    fn current_schema(&self, script: Script, log: &Log) -> Option<String> {
        // In a transaction the search path is put back before the log is written to.
        let leaves = changes_session(script) && !script.is_transactional(Database::Postgres);
        (leaves && log.schema.is_none()).then(|| {
            let table = self.text(&self.name(&log.table));
            format!(
                "SELECT coalesce((SELECT nspname FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid \
                 WHERE pg_class.oid = to_regclass({table})), current_schema())::text"
            )
        })
    }

    fn is_outside_transaction(&self) -> String {
        // In a transaction that is open time stands still.
        let is_outside = "now() = statement_timestamp()";
        guard_with(is_outside, OPEN_TRANSACTION)
    }

    fn autocommit(&self) -> Option<&'static str> {
        None
    }

    fn take_own_role(&self, script: Script) -> Option<&'static str> {
        // What a script has set itself comes back when the transaction ends. Behind a pooler this may be
        // another session, in which nothing was noted and nothing changed.
        let take = "SELECT set_config('rungs.script_authorization', current_setting('session_authorization'), true), \
                    set_config('rungs.script_role', current_setting('role'), true), \
                    set_config('session_authorization', coalesce(nullif(current_setting('rungs.session_authorization', true), ''), \
                    current_setting('session_authorization')), true), \
                    set_config('role', coalesce(nullif(current_setting('rungs.role', true), ''), current_setting('role')), true)";
        changes_session(script).then_some(take)
    }

    fn take_script_role(&self, script: Script) -> Option<&'static str> {
        let take = "SELECT set_config('session_authorization', current_setting('rungs.script_authorization'), true), \
                    set_config('role', current_setting('rungs.script_role'), true)";
        changes_session(script).then_some(take)
    }

    fn lock(&self, log: &Log) -> Option<String> {
        // Never the one that waits: with `CREATE INDEX CONCURRENTLY` it would be a deadlock.
        let lock = format!("pg_try_advisory_xact_lock({})", lock_key(self, log));
        Some(guard(&lock))
    }

    #[cfg(feature = "adopt")]
    fn database_name(&self) -> &'static str {
        "current_database()::text"
    }

    #[cfg(feature = "adopt")]
    fn begin_reading_committed(&self) -> &'static str {
        "BEGIN ISOLATION LEVEL READ COMMITTED"
    }

    #[cfg(feature = "adopt")]
    fn lock_of_sqlx(&self, database: &str) -> PeerLock {
        let key = SQLX_LOCK * i64::from(crate::adopt::crc32(database));
        PeerLock::InTransaction(guard(&format!("pg_try_advisory_xact_lock({key})")))
    }

    fn lock_holder(&self, log: &Log) -> Option<String> {
        let key = lock_key(self, log);
        Some(format!(
            "SELECT 'pid ' || pid || ', ' || usename || coalesce(' from ' || host(client_addr), '') \
             || coalesce(' as ' || nullif(application_name, ''), ''), {} \
             FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted \
             AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) = {key}",
            self.time_as_text("xact_start")
        ))
    }

    fn fence(&self, log: &Log, row: &Fence, in_transaction: bool) -> String {
        let (table, key) = (self.table(log), self.text(&log.key));
        let (seq, outcome) = (row.seq, self.text(row.outcome.word()));
        let done = row.statements_done;
        let hold = if in_transaction { " FOR UPDATE" } else { "" };
        let newest = if row.is_newest {
            format!(" AND NOT EXISTS (SELECT FROM {table} WHERE set_key = {key} AND seq > {seq})")
        } else {
            String::new()
        };
        let ours = format!(
            "SELECT FROM {table} AS held WHERE set_key = {key} AND seq = {seq} \
             AND outcome = {outcome} AND statements_done = {done}{newest}{hold}"
        );
        let is_ours = format!("(SELECT count(*) FROM ({ours}) AS ours) = 1");
        guard(&is_ours)
    }

    fn probe(&self, conditions: &[Condition], log: &Log) -> Option<String> {
        probe::probe(self, &log.located(conditions))
    }

    fn index_validity(&self, condition: &Condition, log: &Log) -> Option<String> {
        let located = log.located(std::slice::from_ref(condition));
        probe::index_validity(self, located.first()?)
    }

    fn index_guard(&self, condition: &Condition, log: &Log) -> Option<String> {
        let probe = self.probe(std::slice::from_ref(condition), log)?;
        Some(guard(&format!("({probe}) = '1'")))
    }

    fn tag(&self, log: &Log, seq: i64) -> String {
        format!("{}{seq} {} */ ", tag_start(log), log.run)
    }

    fn is_refusal(&self, error: &DriverError) -> bool {
        error.message.contains(REFUSAL)
    }

    fn found_transaction(&self, error: &DriverError) -> bool {
        error.message.contains(OPEN_TRANSACTION)
    }

    fn is_duplicate(&self, error: &DriverError) -> bool {
        has_code(error, &[UNIQUE_VIOLATION])
    }

    fn runs_alone(&self) -> bool {
        true
    }

    fn miscounts(&self) -> bool {
        false
    }

    fn trial_rules(&self) -> Option<&'static TrialRules> {
        Some(&TRIAL)
    }

    fn offset(&self, error: &DriverError, statement: &str) -> Option<usize> {
        line_of_block(error.detail.as_deref()?, statement)
    }
}

fn changes_session(script: Script) -> bool {
    script
        .statements()
        .any(|statement| statement.may_change_session())
}

/// The schema that a script enters with its session: one statement that cannot be in a transaction is
/// enough, and so is a question that is asked before a transaction.
fn schema_of_session(script: Script, in_transaction: bool, log: &Log) -> Option<&str> {
    let is_outside = |statement: Statement| {
        (statement.is_refused_by(Database::Postgres) && !names_schema(statement))
            || (statement.when().is_some() && statement.batch(Database::Postgres).is_some())
    };
    let enters = changes_session(script) || script.statements().any(is_outside);
    log.schema.as_deref().filter(|_| enters && !in_transaction)
}

/// Whether a statement says itself in which schema everything is that it is about.
fn names_schema(statement: Statement) -> bool {
    let Recovery::Probe(conditions) = statement.recovery() else {
        return false;
    };
    let is_named = |condition: &Condition| condition.schema.is_some();
    conditions.iter().all(is_named)
}

/// Notes the search path, and makes it that of a set.
fn enter(sql: &Postgres, schema: &str, in_transaction: bool) -> String {
    let path = sql.text(&sql.name(schema));
    format!(
        "set_config('rungs.search_path', '=' || current_setting('search_path'), {in_transaction}), \
         set_config('search_path', {path}, {in_transaction})"
    )
}

/// Makes the search path what was noted, if anything was.
const LEAVE: &str = "CASE WHEN current_setting('rungs.search_path', true) LIKE '=%' \
                     THEN set_config('search_path', substr(current_setting('rungs.search_path'), 2), false) END";
const FORGET: &str = "set_config('rungs.search_path', '', false)";

fn lock_key(sql: &Postgres, log: &Log) -> String {
    let schema = log.schema.as_deref().map(|schema| sql.text(schema));
    let schema = schema.unwrap_or_else(|| "current_schema()".to_owned());
    let name = sql.text(&format!(".{}:{}", log.table, log.key));
    format!("hashtextextended({schema} || {name}, 0)")
}

/// A comment that does not end early, whatever the key is.
fn tag_start(log: &Log) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    let schema = log.schema.iter().flat_map(|schema| [schema, "."]);
    let key: String = schema.chain([&*log.key]).collect();
    let key = key.replace(|character| !is_plain(character), "_");
    format!("/* rungs {key} ")
}

/// The beginning of the line of a `DO` block that the context of an error names: PL/pgSQL counts
/// from the line on which the body is opened.
fn line_of_block(context: &str, statement: &str) -> Option<usize> {
    let (_, rest) = context.split_once("inline_code_block line ")?;
    let line: usize = rest
        .split(|character: char| !character.is_ascii_digit())
        .next()?
        .parse()
        .ok()?;
    let opening = statement.find(['$', '\''])?;
    let body = match statement.get(opening..)?.strip_prefix('$') {
        Some(tag) => opening + tag.find('$')? + 2,
        None => opening + 1,
    };
    let mut start = body;
    for _ in 1..line {
        start += statement.get(start..)?.find('\n')? + 1;
    }
    let indented = statement.get(start..)?;
    Some(start + indented.len() - indented.trim_start().len())
}
