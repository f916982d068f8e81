//! Somebody else holds the database, or what a migration needs of it.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rungs::{Error, Event, State};

use super::{
    Case, Scenario, THREE, assert_error, everywhere, mysql, servers, sqlite, transactional,
    versions,
};
use crate::engine::Observer;

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("a run waits for a lock and goes on when it is free", waits),
    transactional(
        "an atomic run that had to wait reports each migration once",
        waits_as_a_whole,
    ),
    everywhere(
        "a run gives up after its limit and leaves nothing open",
        gives_up,
    ),
    sqlite(
        "a reader that keeps a commit waiting does not undo the run",
        busy_commit,
    ),
    servers(
        "a transaction of the caller is refused, not ended",
        callers_transaction,
    ),
    everywhere(
        "up to date is known while somebody else writes",
        reads_while_locked,
    ),
    mysql(
        "a run that finds its row to be that of another does nothing with it",
        row_of_another,
    ),
    mysql(
        "who holds a migration is found while somebody says what a list of sessions cannot show",
        wide_character,
    ),
    transactional(
        "another process that did it all leaves nothing to do",
        done_meanwhile,
    ),
    sqlite(
        "a migration that another process took over is finished by that one",
        taken_over,
    ),
];

/// A release that changes the table of the first.
const SECOND: &[(&str, &str)] = &[
    THREE[0],
    (
        "2_age.up.sql",
        "ALTER TABLE users ADD COLUMN age INTEGER;\n",
    ),
];

/// Somebody who holds what the second release changes, until they end their transaction.
fn holder(case: &Case<'_>) -> Box<dyn Observer> {
    let mut holder = case.observe();
    holder.query(case.by_family(
        "BEGIN IMMEDIATE",
        "BEGIN; LOCK TABLE users",
        "BEGIN; SELECT * FROM users",
    ));
    holder
}

fn waits(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&SECOND[..1])).unwrap();
    let holder = Mutex::new((holder(case), 0));
    let migrator = case.migrator(SECOND).observer(move |event| {
        if let Event::Waiting { .. } = event {
            let (holder, waits) = &mut *holder.lock().unwrap();
            *waits += 1;
            if *waits == 3 {
                holder.query("ROLLBACK");
            }
        }
    });
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.applied(), [1, 2]);
    assert_eq!(case.observe().rows("users"), ["1 Ada NULL"]);
}

fn waits_as_a_whole(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    let free = ("3_free.up.sql", "INSERT INTO posts VALUES (1);\n");
    let held = ("4_held.up.sql", "UPDATE users SET name = 'Grace';\n");
    let holder = Mutex::new(holder(case));
    let files = [&THREE[..4], &[free, held]].concat();
    let migrator = case.migrator(&files).atomic(true).observer(move |event| {
        if let Event::Waiting { .. } = event {
            holder.lock().unwrap().query("ROLLBACK; SELECT 1");
        }
    });
    let report = session.upgrade(&migrator).unwrap();
    assert_eq!(versions(&report.ran), [3, 4]);
    assert_eq!(case.observe().rows("posts"), ["1"]);
    assert_eq!(case.applied(), [1, 2, 3, 4]);
}

fn gives_up(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&SECOND[..1])).unwrap();
    let mut holder = holder(case);
    let impatient = case.migrator(SECOND).wait_limit(Duration::ZERO);
    if !case.readers_keep_schema() {
        session.upgrade(&impatient).unwrap();
        holder.try_query("SELECT * FROM users").unwrap_err();
        return;
    }
    let error = session.upgrade(&impatient).unwrap_err();
    let is_of_lock = match &error {
        Error::Busy { .. } => true,
        Error::Statement(error) => error.waited.is_some(),
        _ => false,
    };
    assert!(is_of_lock, "{error:?}");
    let says = case.by_family(
        "database is locked (code 5)",
        "canceling statement due to lock timeout (code 55P03)",
        "Lock wait timeout exceeded; try restarting transaction (code 1205)",
    );
    assert!(error.to_string().contains(says), "{error}");
    holder.query("ROLLBACK");
    session.upgrade(&impatient).unwrap();
    assert_eq!(case.applied(), [1, 2]);
}

fn callers_transaction(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    session.ask("BEGIN");
    session.ask("INSERT INTO users VALUES (2, 'Grace')");
    let error = session.upgrade(&case.migrator(THREE)).unwrap_err();
    let says = "a transaction is open on this connection";
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(case.observe().rows("users"), ["1 Ada"]);
    session.ask("COMMIT");
    // After an error PostgreSQL itself gives a transaction up.
    let kept = case.by_family(&[][..], &["1 Ada"], &["1 Ada", "2 Grace"]);
    assert_eq!(case.observe().rows("users"), kept);
    session.upgrade(&case.migrator(THREE)).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn busy_commit(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let mut reader = case.observe();
    reader.query("BEGIN; SELECT * FROM users");
    let impatient = case.migrator(THREE).wait_limit(Duration::ZERO);
    assert_error!(session.upgrade(&impatient), Error::Busy { .. });
    assert_eq!(case.log().len(), 1);
    let reader = Mutex::new(reader);
    let patient = case.migrator(THREE).observer(move |event| {
        if let Event::Waiting { .. } = event {
            reader.lock().unwrap().query("COMMIT");
        }
    });
    session.upgrade(&patient).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn reads_while_locked(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let _holder = holder(case);
    let impatient = case.migrator(THREE).wait_limit(Duration::ZERO);
    assert!(session.upgrade(&impatient).unwrap().already_up_to_date());
}

/// As on a cluster where another node was faster with the row of the same number.
fn row_of_another(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let mut other = case.observe();
    other.query(
        "CREATE TRIGGER faster BEFORE INSERT ON rungs_log FOR EACH ROW \
         SET NEW.session = 'connection 1 on elsewhere:1, root@localhost, run 0123456789abcdef'",
    );
    let other = Mutex::new(other);
    let migrator = case.migrator(THREE).observer(move |event| {
        if let Event::Waiting { .. } = event {
            let mut other = other.lock().unwrap();
            assert_eq!(other.tables(), ["rungs_log", "users"]);
            other.query("DROP TRIGGER IF EXISTS faster");
        }
    });
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

/// The list of MySQL's information schema fails on characters of four bytes.
fn wide_character(case: &Case<'_>) {
    const WAITS: &str = "SELECT count(*) FROM /*M! information_schema *//*!80022 performance_schema */\
                         .processlist WHERE db = DATABASE() AND state = 'User lock'";
    let mut session = case.open();
    let migrator = case.migrator(&THREE[..2]);
    session.upgrade(&migrator).unwrap();
    let (mut holder, mut waiter, mut observer) = (case.observe(), case.observe(), case.observe());
    holder.query("SELECT GET_LOCK(DATABASE(), 0)");
    holder.query(
        "UPDATE rungs_log SET outcome = 'started', expires_at = UTC_TIMESTAMP() + INTERVAL 1 HOUR, \
         session = CONCAT('connection ', CONNECTION_ID(), ' on ', @@hostname, ':', @@port, ', ', \
         CURRENT_USER(), ', run 0123456789abcdef')",
    );
    let status = thread::scope(|scope| {
        let waiting = scope.spawn(move || waiter.query("SELECT GET_LOCK(DATABASE(), 600), '🦀'"));
        while observer.value(WAITS).as_deref() == Some("0") && !waiting.is_finished() {}
        let status = session.status(&migrator);
        holder.query("SELECT RELEASE_LOCK(DATABASE())");
        status
    });
    assert_eq!(status.unwrap()[0].state, State::Running);
}

fn done_meanwhile(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&SECOND[..1])).unwrap();
    let (holder, faster) = (Mutex::new(holder(case)), case.elsewhere());
    let same = case.migrator(SECOND);
    let migrator = same.clone().observer(move |event| {
        if let Event::Waiting { .. } = event {
            holder.lock().unwrap().query("ROLLBACK");
            faster.run(|session| session.upgrade(&same).unwrap());
        }
    });
    let report = session.upgrade(&migrator).unwrap();
    assert!(report.already_up_to_date());
    assert_eq!(report.current.map(rungs::Version::number), Some(2));
    assert_eq!(case.log().len(), 2);
}

fn taken_over(case: &Case<'_>) {
    let text =
        "-- rungs: no-transaction\nCREATE TABLE a (b);\nVACUUM;\nINSERT INTO a VALUES (1);\n";
    let files = [&[("1_a.up.sql", text)], &THREE[2..]].concat();
    let (same, other) = (case.migrator(&files), case.elsewhere());
    let migrator = same.clone().observer(move |event| {
        // After `VACUUM` nothing is open.
        if let Event::StatementDone { done: 2, .. } = event {
            other.run(|session| session.upgrade(&same).unwrap());
        }
    });
    let report = case.open().upgrade(&migrator).unwrap();
    assert!(report.already_up_to_date(), "{report}");
    assert_eq!(report.current.map(rungs::Version::number), Some(3));
    assert_eq!(case.log()[0], "1 run_partial success 3");
    assert!(case.open().is_up_to_date(&migrator).unwrap());
}
