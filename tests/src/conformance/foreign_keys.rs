//! SQLite's way to change a table is to drop it, which with enforced foreign keys deletes the rows
//! that refer to it.

use std::sync::Mutex;

use rungs::{Error, Event, RolledBack};

use super::{Case, Scenario, assert_error, sqlite, statement_error};
use crate::recorder::Fault;
use crate::session::Session;

pub(super) const SCENARIOS: &[Scenario] = &[
    sqlite(
        "rebuilding a table keeps the rows that refer to it",
        rebuild,
    ),
    sqlite(
        "foreign keys are enforced again after any failure",
        enforced_after_failures,
    ),
    sqlite("enforcement that is off stays off", off_stays_off),
    sqlite(
        "enforcement that is off does not stop what comes after a dropped table",
        off_between_rounds,
    ),
    sqlite(
        "a migration that leaves rows without their parents is rolled back",
        new_violations,
    ),
    sqlite(
        "a violation that the database finds only at the commit is that of its migration",
        deferred_violation,
    ),
    sqlite(
        "a violation at the commit of one statement is not that of the migration before",
        deferred_outside,
    ),
    sqlite(
        "a violation before a statement that fails does not hide that statement",
        deferred_before_failure,
    ),
    sqlite(
        "violations that were there before are tolerated",
        old_violations,
    ),
    sqlite(
        "without a transaction foreign keys are enforced as ever",
        outside,
    ),
    sqlite(
        "beside a migration that drops a table others have their cascades",
        cascades,
    ),
    sqlite(
        "foreign keys are arranged anew when somebody else was faster",
        overtaken,
    ),
    sqlite(
        "a run that drops no table leaves foreign keys enforced",
        only_when_needed,
    ),
];

const FAMILY: (&str, &str) = (
    "1_family.up.sql",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n\
     CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent ON DELETE CASCADE);\n\
     INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (10, 1), (20, 2);\n",
);
const REBUILD: (&str, &str) = (
    "2_rebuild.up.sql",
    "PRAGMA foreign_keys = OFF;\nCREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);\n\
     INSERT INTO new (id) SELECT id FROM parent;\nDROP TABLE parent;\nALTER TABLE new RENAME TO parent;\n\
     PRAGMA foreign_keys = ON;\n",
);
const ORPHAN: (&str, &str) = (
    "2_orphan.up.sql",
    "CREATE TABLE gone (a);\nDROP TABLE gone;\nINSERT INTO child VALUES (30, 3);\n",
);

fn enforced(session: &mut dyn Session) -> bool {
    session.ask("PRAGMA foreign_keys").as_deref() == Some("1")
}

fn children(session: &mut dyn Session) -> Option<String> {
    session.ask("SELECT count(*) FROM child")
}

fn rebuild(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&[FAMILY])).unwrap();
    let (_, sent) = case.sent_by(|| session.upgrade(&case.migrator(&[FAMILY, REBUILD])).unwrap());
    assert_eq!(children(&mut *session).as_deref(), Some("2"));
    assert!(enforced(&mut *session));
    let suspended = sent
        .iter()
        .filter(|sql| sql.as_str() == "PRAGMA foreign_keys = OFF");
    assert_eq!(
        suspended.count(),
        1,
        "the statement of the file is not sent: {sent:#?}"
    );
}

fn enforced_after_failures(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(&[FAMILY, REBUILD]);
    for command in 0.. {
        session.tape().fault(Some(Fault::Fail(command)));
        let result = session.upgrade(&migrator);
        if session.tape().is_armed() {
            break;
        }
        let last = session.tape().commands().pop();
        let was_the_last = result.is_err() && last.as_deref() == Some("PRAGMA foreign_keys = ON");
        assert!(
            enforced(&mut *session) || was_the_last,
            "{:#?}",
            session.tape().commands()
        );
    }
    assert_eq!(case.applied(), [1, 2]);
    assert_eq!(children(&mut *session).as_deref(), Some("2"));
}

fn off_stays_off(case: &Case<'_>) {
    let mut session = case.open();
    session.ask("PRAGMA foreign_keys = OFF");
    session.upgrade(&case.migrator(&[FAMILY, REBUILD])).unwrap();
    assert!(!enforced(&mut *session));
    assert_eq!(children(&mut *session).as_deref(), Some("2"));
}

fn off_between_rounds(case: &Case<'_>) {
    let mut session = case.open();
    session.ask("PRAGMA foreign_keys = OFF");
    let delete = ("3_delete.up.sql", "DELETE FROM parent WHERE id = 1;\n");
    let report = session.upgrade(&case.migrator(&[FAMILY, REBUILD, delete]));
    assert_eq!(super::versions(&report.unwrap().ran), [1, 2, 3]);
    assert!(!enforced(&mut *session));
}

fn new_violations(case: &Case<'_>) {
    let mut session = case.open();
    let error = session
        .upgrade(&case.migrator(&[FAMILY, ORPHAN]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 2 `orphan` (migrations/2_orphan.up.sql) leaves rows without the rows they refer to: \
         1 in `child` to `parent`"
    );
    assert_eq!(children(&mut *session).as_deref(), Some("2"));
    assert!(enforced(&mut *session));
    assert_eq!(case.log(), ["1 run success 4", "2 run error 0"]);
    let atomic = case.migrator(&[FAMILY, ORPHAN]).atomic(true);
    assert_error!(session.upgrade(&atomic), Error::ForeignKeys { .. });
}

fn deferred_violation(case: &Case<'_>) {
    let deferred = (
        "2_deferred.up.sql",
        "CREATE TABLE pet (owner REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\n",
    );
    let orphan = ("3_orphan.up.sql", "INSERT INTO pet VALUES (3);\n");
    let after = ("4_after.up.sql", "CREATE TABLE after_it (a);\n");
    let all = case.migrator(&[FAMILY, deferred, orphan, after]);
    let mut session = case.open();
    let error = session.upgrade(&all).unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 3 `orphan` (migrations/3_orphan.up.sql) leaves rows without the rows they refer to"
    );
    assert_eq!(
        case.log(),
        ["1 run success 4", "2 run success 1", "3 run error 0"]
    );
    let repaired = ("3_orphan.up.sql", "INSERT INTO pet VALUES (2);\n");
    let repaired = case.migrator(&[FAMILY, deferred, repaired, after]);
    let report = session.upgrade(&repaired).unwrap();
    assert_eq!(super::versions(&report.ran), [3, 4]);
    let atomic = ("5_atomic.up.sql", "INSERT INTO pet VALUES (5);\n");
    let atomic = case.migrator(&[
        FAMILY,
        deferred,
        ("3_orphan.up.sql", "INSERT INTO pet VALUES (2);\n"),
        after,
        atomic,
    ]);
    let error = session.upgrade(&atomic.atomic(true)).unwrap_err();
    assert!(error.to_string().starts_with("cannot commit: "), "{error}");
    assert!(error.help().contains("foreign key"), "{}", error.help());
    assert_eq!(case.applied(), [1, 2, 3, 4]);
}

fn deferred_outside(case: &Case<'_>) {
    let deferred = (
        "2_deferred.up.sql",
        "CREATE TABLE pet (owner REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\n",
    );
    let orphan = (
        "3_orphan.up.sql",
        "-- rungs: no-transaction\nINSERT INTO pet VALUES (1);\nINSERT INTO pet VALUES (3);\n",
    );
    let mut session = case.open();
    let migrator = case.migrator(&[FAMILY, deferred, orphan]);
    let error = session.upgrade(&migrator).unwrap_err();
    assert!(error.to_string().starts_with("cannot commit: "), "{error}");
    assert_eq!(case.applied(), [1, 2]);
    assert_eq!(
        case.log(),
        ["1 run success 4", "2 run success 1", "3 run started 1"]
    );
}

fn deferred_before_failure(case: &Case<'_>) {
    let deferred = (
        "2_deferred.up.sql",
        "CREATE TABLE pet (owner REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\n",
    );
    let orphan = ("3_orphan.up.sql", "INSERT INTO pet VALUES (3);\n");
    let broken = ("4_broken.up.sql", "INSERT INTO nowhere VALUES (1);\n");
    let mut session = case.open();
    let all = case.migrator(&[FAMILY, deferred, orphan, broken]);
    let error = statement_error(session.upgrade(&all).unwrap_err());
    assert_eq!(error.migration.version.number(), 4);
    assert_eq!(error.rolled_back, RolledBack::RunByDatabase);
    assert!(error.ran.is_empty());
    assert_eq!(case.dump(), "");
}

fn old_violations(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&[FAMILY])).unwrap();
    session.ask("PRAGMA foreign_keys = OFF");
    session.ask("INSERT INTO child VALUES (40, 4)");
    session.ask("PRAGMA foreign_keys = ON");
    session.upgrade(&case.migrator(&[FAMILY, REBUILD])).unwrap();
    assert_eq!(children(&mut *session).as_deref(), Some("3"));
}

fn outside(case: &Case<'_>) {
    let mut session = case.open();
    let cascade = (
        "3_delete.up.sql",
        "-- rungs: no-transaction\nDELETE FROM parent WHERE id = 1;\n",
    );
    let again = (
        "4_again.up.sql",
        "CREATE TABLE gone (a);\nDROP TABLE gone;\n",
    );
    session
        .upgrade(&case.migrator(&[FAMILY, REBUILD, cascade, again]))
        .unwrap();
    assert_eq!(children(&mut *session).as_deref(), Some("1"));
    assert!(enforced(&mut *session));
}

fn cascades(case: &Case<'_>) {
    let mut session = case.open();
    let delete = ("3_delete.up.sql", "DELETE FROM parent WHERE id = 1;\n");
    let report = session.upgrade(&case.migrator(&[FAMILY, REBUILD, delete]));
    assert_eq!(super::versions(&report.unwrap().ran), [1, 2, 3]);
    assert_eq!(children(&mut *session).as_deref(), Some("1"));
}

fn overtaken(case: &Case<'_>) {
    let mut holder = case.observe();
    holder.query("BEGIN IMMEDIATE");
    let (holder, faster) = (Mutex::new(holder), case.elsewhere());
    let first = case.migrator(&[FAMILY]);
    let patient = case.migrator(&[FAMILY, REBUILD]).observer(move |event| {
        if let Event::Waiting { .. } = event {
            holder.lock().unwrap().query("ROLLBACK");
            faster.run(|session| session.upgrade(&first).unwrap());
        }
    });
    let mut session = case.open();
    let report = session.upgrade(&patient).unwrap();
    assert_eq!(super::versions(&report.ran), [2]);
    assert_eq!(children(&mut *session).as_deref(), Some("2"));
    assert!(enforced(&mut *session));
}

fn only_when_needed(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&[FAMILY, REBUILD])).unwrap();
    let delete = ("3_delete.up.sql", "DELETE FROM parent WHERE id = 1;\n");
    let migrator = case.migrator(&[FAMILY, REBUILD, delete]);
    let (_, sent) = case.sent_by(|| session.upgrade(&migrator).unwrap());
    assert!(
        !sent.iter().any(|sql| sql.contains("foreign_key")),
        "{sent:#?}"
    );
    assert_eq!(children(&mut *session).as_deref(), Some("1"));
}
