//! What a node of a cluster may do to whoever was slower than another node.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rungs::{Ahead, Event};

use super::{Case, Scenario, mysql, versions};
use crate::recorder::Fault;

pub(super) const SCENARIOS: &[Scenario] = &[
    mysql(
        "a commit that comes to nothing unnoticed is made again",
        lost_commits,
    ),
    mysql(
        "an atomic run whose transaction is ended unnoticed is made again as a whole",
        lost_transaction,
    ),
    mysql(
        "what is committed is reported, also when another run was right behind",
        others_behind,
    ),
    mysql(
        "a run on a server that no group has is taken over at once",
        lost_server,
    ),
    mysql(
        "a run on another member of a group is waited for when its lease has run out",
        other_member,
    ),
];

const TABLE: (&str, &str) = (
    "1_a.up.sql",
    "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER);\nINSERT INTO a VALUES (1, 0);\n",
);

/// In a transaction.
const ADDS: (&str, &str) = ("2_add.up.sql", "UPDATE a SET n = n + 1;\n");
/// Outside one.
const MORE: (&str, &str) = (
    "3_more.up.sql",
    "SET @more = 10;\nUPDATE a SET n = n + @more;\nALTER TABLE a ADD COLUMN c INTEGER;\n\
     UPDATE a SET n = n + 100;\n",
);

/// Commits, and another run adds a row at once.
const BEHIND: &str = "CREATE PROCEDURE behind() BEGIN COMMIT; \
                      INSERT INTO rungs_log (set_key, seq, version, name, operation, outcome, checksum, \
                      statements_done, attempts, started_at) SELECT 'main', max(seq) + 1, 99, 'newer', 'run', \
                      'success', '', 1, 1, UTC_TIMESTAMP(6) FROM rungs_log; END";

fn lost_commits(case: &Case<'_>) {
    at_each_commit(case, "ROLLBACK", &[1, 2, 3]);
}

fn others_behind(case: &Case<'_>) {
    at_each_commit(case, "CALL behind()", &[1, 2, 3, 99]);
}

/// Sends something else for each commit of a run, one at a time.
fn at_each_commit(case: &Case<'_>, instead: &'static str, applied: &[i64]) {
    for commit in 0.. {
        let case = case.another();
        case.observe().query(BEHIND);
        let mut session = case.open();
        let fault = Fault::Instead("COMMIT", commit, instead);
        session.tape().fault(Some(fault));
        let migrator = case.migrator(&[TABLE, ADDS, MORE]).ahead(Ahead::Tolerate);
        let report = session.upgrade(&migrator);
        let report = report.unwrap_or_else(|error| panic!("commit {commit}: {error}"));
        assert_eq!(versions(&report.ran), [1, 2, 3], "commit {commit}");
        assert_eq!(case.observe().rows("a"), ["1 111 NULL"], "commit {commit}");
        if session.tape().is_armed() {
            assert!(commit > 5, "commits: {commit}");
            break;
        }
        assert_eq!(case.applied(), applied, "commit {commit}");
    }
}

fn lost_transaction(case: &Case<'_>) {
    let adds = (
        "2_add.up.sql",
        "UPDATE a SET n = n + 1;\nDO SLEEP(0);\nUPDATE a SET n = n + 10;\n",
    );
    let sets = (
        "3_more.up.sql",
        "SET @more = 100;\nSET sql_mode = '';\nUPDATE a SET n = n + @more;\n",
    );
    let last = ("4_last.up.sql", "UPDATE a SET n = n + 1000;\n");
    let ends = [
        "DO SLEEP",
        "SET @rungs_",
        "SET @more",
        "SET sql_mode",
        "SET SESSION",
        "COMMIT",
    ];
    for end in ends {
        let case = case.another();
        let mut session = case.open();
        session.upgrade(&case.migrator(&[TABLE])).unwrap();
        session
            .tape()
            .fault(Some(Fault::Instead(end, 0, "ROLLBACK")));
        let migrator = case.migrator(&[TABLE, adds, sets, last]).atomic(true);
        let report = session.upgrade(&migrator);
        let report = report.unwrap_or_else(|error| panic!("{end}: {error}"));
        assert!(!session.tape().is_armed(), "{end}");
        assert_eq!(versions(&report.ran), [2, 3, 4], "{end}");
        assert_eq!(case.applied(), [1, 2, 3, 4], "{end}");
        assert_eq!(case.observe().rows("a"), ["1 1111"], "{end}");
    }
}

const STOPS: (&str, &str) = (
    "2_stops.up.sql",
    "ALTER TABLE a ADD COLUMN c INTEGER;\nALTER TABLE nowhere ADD COLUMN d INTEGER;\n",
);
const MENDED: (&str, &str) = (
    "2_stops.up.sql",
    "ALTER TABLE a ADD COLUMN c INTEGER;\nALTER TABLE a ADD COLUMN d INTEGER;\n",
);

/// Leaves a migration as if a run on another server had been at its second statement.
fn leave_half_way(case: &Case<'_>, server: &str) {
    let migrator = case.migrator(&[TABLE, STOPS]);
    case.open().upgrade(&migrator).unwrap_err();
    case.observe().query(&format!(
        "UPDATE rungs_log SET outcome = 'started', error = NULL, expires_at = UTC_TIMESTAMP(6), \
         session = 'connection 7 on elsewhere:3306 {server}, nobody@%, run 0' WHERE version = 2"
    ));
}

fn lost_server(case: &Case<'_>) {
    leave_half_way(case, "00000000-0000-0000-0000-000000000000");
    let migrator = case.migrator(&[TABLE, MENDED]);
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1 0 NULL NULL"]);
}

fn other_member(case: &Case<'_>) {
    let members = "SELECT member_id FROM performance_schema.replication_group_members \
                   WHERE member_state = 'ONLINE' AND member_id <> @@server_uuid LIMIT 1";
    // MariaDB has no such table.
    let member = case.observe().try_query(members).unwrap_or_default();
    let member = member.into_iter().flatten().flatten().next();
    leave_half_way(case, member.as_deref().unwrap_or("none"));
    let waits = Arc::new(AtomicUsize::new(0));
    let (counter, observer) = (Arc::clone(&waits), Mutex::new(case.observe()));
    let migrator = case.migrator(&[TABLE, MENDED]).observer(move |event| {
        if let Event::Waiting { .. } = event
            && counter.fetch_add(1, Ordering::Relaxed) == 2
        {
            let passes = "UPDATE rungs_log SET expires_at = expires_at - INTERVAL 2 HOUR \
                          WHERE version = 2";
            observer.lock().unwrap().query(passes);
        }
    });
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1 0 NULL NULL"]);
    let waits = waits.load(Ordering::Relaxed);
    assert_eq!(waits >= 3, member.is_some(), "{waits} of {member:?}");
}
