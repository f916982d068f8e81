//! Migrations that run without a transaction.

use rungs::{Ahead, Error, Migrator, RolledBack, State};

use super::{
    Case, Scenario, assert_error, everywhere, postgres, sqlite, statement_error, versions,
};

pub(super) const SCENARIOS: &[Scenario] = &[
    sqlite(
        "what cannot run in a transaction runs without one",
        refused_statements,
    ),
    everywhere(
        "a migration that stops goes on after its last statement",
        resumes,
    ),
    everywhere(
        "what ran may not be edited while a migration is stopped",
        edited,
    ),
    everywhere(
        "two releases that stopped in two migrations are both made good",
        two_releases,
    ),
    everywhere(
        "a binary that does not know a migration sees that it is stopped",
        stopped_elsewhere,
    ),
    everywhere(
        "a way down that stops is no state to be at",
        stopped_rollback,
    ),
    everywhere(
        "a way down that stopped before its first statement changed nothing",
        rollback_not_begun,
    ),
    everywhere(
        "redo finishes a way down that stopped, then runs up again",
        redo_after_stopped_rollback,
    ),
    postgres(
        "what is in doubt stays so when the session cannot be prepared for it",
        doubt_is_kept,
    ),
    everywhere(
        "redo finishes a migration that stopped, then redoes it",
        redo_after_stop,
    ),
];

const TABLE: (&str, &str) = ("1_a.up.sql", "CREATE TABLE a (b INTEGER);\n");
const STOPS: (&str, &str) = (
    "2_stops.up.sql",
    "-- rungs: no-transaction\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n\nINSERT INTO nowhere VALUES (3);\n",
);
const MENDED: (&str, &str) = (
    "2_stops.up.sql",
    "-- rungs: no-transaction\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n\nINSERT INTO a VALUES (3);\n",
);
fn refused_statements(case: &Case<'_>) {
    let mut session = case.open();
    let files = [
        TABLE,
        ("2_wal.up.sql", "PRAGMA journal_mode = WAL;\n"),
        ("3_b.up.sql", "CREATE TABLE b (c INTEGER);\n"),
        (
            "4_vacuum.up.sql",
            "-- rungs: no-transaction\nINSERT INTO a VALUES (1);\nVACUUM;\n",
        ),
    ];
    let report = session.upgrade(&case.migrator(&files)).unwrap();
    assert_eq!(versions(&report.ran), [1, 2, 3, 4]);
    assert_eq!(session.ask("PRAGMA journal_mode").as_deref(), Some("wal"));
    assert_eq!(case.log()[3], "4 run success 2");
    assert!(session.is_up_to_date(&case.migrator(&files)).unwrap());
}

fn resumes(case: &Case<'_>) {
    let mut session = case.open();
    let error = statement_error(
        session
            .upgrade(&case.migrator(&[TABLE, STOPS]))
            .unwrap_err(),
    );
    assert_eq!(
        error.rolled_back,
        RolledBack::Nothing { statements_done: 2 }
    );
    assert_eq!((error.line, versions(&error.ran)), (5, vec![1]));
    let status = session.status(&case.migrator(&[TABLE, STOPS])).unwrap();
    assert_eq!(status[1].state, State::Interrupted);
    assert!(
        !session
            .is_up_to_date(&case.migrator(&[TABLE, STOPS]))
            .unwrap()
    );
    assert_eq!(
        session
            .plan(&case.migrator(&[TABLE, MENDED]), "head".into())
            .unwrap()
            .to_string(),
        "-- 2 stops (up, no transaction): migrations/2_stops.up.sql\nINSERT INTO a VALUES (3);\n"
    );
    session.upgrade(&case.migrator(&[TABLE, MENDED])).unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "2", "3"]);
    // Without a place the statement that fails is found by sending it once more.
    let stopped = if case.adapter().tells_place() {
        "run"
    } else {
        "run_partial"
    };
    let stopped = format!("2 {stopped} error 2");
    assert_eq!(
        case.log(),
        ["1 run success 1", &*stopped, "2 run_partial success 3"]
    );
    assert!(
        session
            .is_up_to_date(&case.migrator(&[TABLE, MENDED]))
            .unwrap()
    );
}

fn doubt_is_kept(case: &Case<'_>) {
    let configuration = "CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple)";
    let made = format!("CREATE TABLE a (b INTEGER);\n{configuration};\n");
    let files = [
        ("1_a.up.sql", &*made),
        (
            "2_index.up.sql",
            "-- rungs: no-transaction\nSET default_text_search_config = 'mine';\n\
             CREATE INDEX CONCURRENTLY i ON a (c);\nINSERT INTO a (b) VALUES (1);\n",
        ),
    ];
    let mut session = case.open();
    let error = statement_error(session.upgrade(&case.migrator(&files)).unwrap_err());
    assert_eq!(error.line, 3, "{error}");
    // As if the process had died when the index was built, before that was noted.
    let mut other = case.observe();
    other.query("ALTER TABLE a ADD COLUMN c INTEGER; CREATE INDEX i ON a (c)");
    other.query(
        "UPDATE rungs_log SET outcome = 'started', error = NULL, session = NULL WHERE version = 2",
    );
    other.query("DROP TEXT SEARCH CONFIGURATION mine");
    let error = statement_error(session.upgrade(&case.migrator(&files)).unwrap_err());
    assert_eq!(error.line, 2, "{error}");
    other.query(configuration);
    session.upgrade(&case.migrator(&files)).unwrap();
    assert_eq!(case.observe().rows("a"), ["1 NULL"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn two_releases(case: &Case<'_>) {
    let (newer, newer_mended) = (("3_newer.up.sql", STOPS.1), ("3_newer.up.sql", MENDED.1));
    let mut session = case.open();
    session
        .upgrade(&case.migrator(&[TABLE, newer]))
        .unwrap_err();
    let older = case.migrator(&[TABLE, STOPS]).ahead(Ahead::Tolerate);
    session.upgrade(&older).unwrap_err();
    assert_eq!(case.observe().rows("a"), ["1", "1", "2", "2"]);
    let mended = case.migrator(&[TABLE, MENDED, newer_mended]);
    session.upgrade(&mended).unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "1", "2", "2", "3", "3"]);
    assert!(session.is_up_to_date(&mended).unwrap());
}

fn edited(case: &Case<'_>) {
    let mut session = case.open();
    session
        .upgrade(&case.migrator(&[TABLE, STOPS]))
        .unwrap_err();
    let text = MENDED.1.replace("VALUES (2)", "VALUES (20)");
    let error = session
        .upgrade(&case.migrator(&[TABLE, (STOPS.0, &text)]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 2 `stops` stopped after statement 2, and what had run was edited since: migrations/2_stops.up.sql"
    );
    assert_error!(
        session.upgrade(&case.migrator(&[TABLE])),
        Error::Ahead { .. } | Error::Missing { .. }
    );
    assert_eq!(case.observe().rows("a"), ["1", "2"]);
}

fn stopped_elsewhere(case: &Case<'_>) {
    let mut session = case.open();
    session
        .upgrade(&case.migrator(&[TABLE, STOPS]))
        .unwrap_err();
    let status = session.status(&case.migrator(&[TABLE])).unwrap();
    let status: Vec<_> = status.iter().map(ToString::to_string).collect();
    assert_eq!(status, ["1 a: applied", "2 stops: interrupted"]);
}

/// The way down of [`MENDED`], which needs a table that is not there yet.
const GATED: (&str, &str) = (
    "2_stops.down.sql",
    "-- rungs: no-transaction\nDELETE FROM a WHERE b = 1;\nDELETE FROM gate;\nDELETE FROM a;\n",
);
const GATED_AT_ONCE: (&str, &str) = (
    "2_stops.down.sql",
    "-- rungs: no-transaction\nDELETE FROM gate;\nDELETE FROM a WHERE b = 1;\nDELETE FROM a;\n",
);

/// A database whose second migration was rolled back up to the gate, which is open now.
fn stopped(case: &Case<'_>, down: (&str, &str)) -> Migrator<'static> {
    let mut session = case.open();
    let migrator = case.migrator(&[TABLE, MENDED, down]);
    session.upgrade(&migrator).unwrap();
    session.downgrade_to(&migrator, "1").unwrap_err();
    case.observe().query("CREATE TABLE gate (b INTEGER)");
    migrator
}

fn stopped_rollback(case: &Case<'_>) {
    let migrator = stopped(case, GATED);
    let mut session = case.open();
    assert_eq!(case.observe().rows("a"), ["2", "3"]);
    assert_eq!(case.log()[2], "2 rollback error 1");
    assert!(!session.is_up_to_date(&migrator).unwrap());
    assert_eq!(
        session.status(&migrator).unwrap()[1].state,
        State::Interrupted
    );
    let report = session.upgrade(&migrator).unwrap();
    assert_eq!(versions(&report.ran), [2, 2]);
    assert_eq!(case.observe().rows("a"), ["1", "2", "3"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn rollback_not_begun(case: &Case<'_>) {
    let migrator = stopped(case, GATED_AT_ONCE);
    let mut session = case.open();
    assert_eq!(case.log()[2], "2 rollback error 0");
    assert!(session.is_up_to_date(&migrator).unwrap());
    session.downgrade_to(&migrator, "1").unwrap();
    assert!(case.observe().rows("a").is_empty());
    assert_eq!(case.applied(), [1]);
}

fn redo_after_stopped_rollback(case: &Case<'_>) {
    let migrator = stopped(case, GATED);
    let mut session = case.open();
    assert_eq!(
        session
            .plan(&migrator, "head".into())
            .unwrap()
            .steps()
            .len(),
        2
    );
    let report = session.redo(&migrator).unwrap();
    assert_eq!(versions(&report.ran), [2, 2]);
    assert_eq!(case.observe().rows("a"), ["1", "2", "3"]);
}

fn redo_after_stop(case: &Case<'_>) {
    let mut session = case.open();
    session
        .upgrade(&case.migrator(&[TABLE, STOPS]))
        .unwrap_err();
    let down = (
        "2_stops.down.sql",
        "-- rungs: no-transaction\nDELETE FROM a;\n",
    );
    let report = session
        .redo(&case.migrator(&[TABLE, MENDED, down]))
        .unwrap();
    assert_eq!(versions(&report.ran), [2, 2, 2]);
    assert_eq!(case.observe().rows("a"), ["1", "2", "3"]);
}
