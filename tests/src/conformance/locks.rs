//! Somebody else holds the database.

use std::sync::Mutex;
use std::time::Duration;

use rungs::{Error, Event, Migrator};

use super::{Case, Scenario, THREE, assert_error, migrator};
use crate::{applied, log, observer};

pub(super) const SCENARIOS: &[Scenario] = &[
    ("a run waits for a lock and goes on when it is free", waits),
    (
        "a run gives up after its limit and leaves nothing open",
        gives_up,
    ),
    (
        "a reader that keeps a commit waiting does not undo the run",
        busy_commit,
    ),
    (
        "up to date is known while somebody else writes",
        reads_while_locked,
    ),
    (
        "another process that did it all leaves nothing to do",
        done_meanwhile,
    ),
    (
        "a migration that another process took over is finished by that one",
        taken_over,
    ),
];

fn waits(case: &Case<'_>) {
    let other = observer(&case.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let other = Mutex::new((other, 0));
    let migrator = migrator(THREE).observer(move |event| {
        if let Event::Waiting { .. } = event {
            let (other, waits) = &mut *other.lock().unwrap();
            *waits += 1;
            if *waits == 3 {
                other.execute_batch("ROLLBACK").unwrap();
            }
        }
    });
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(applied(&case.file()), [1, 2, 3]);
}

fn gives_up(case: &Case<'_>) {
    let mut session = case.open();
    let other = observer(&case.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let impatient = migrator(THREE).wait_limit(Duration::ZERO);
    let error = session.upgrade(&impatient).unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error:?}");
    assert!(
        error.to_string().ends_with("database is locked (code 5)"),
        "{error}"
    );
    other.execute_batch("COMMIT").unwrap();
    session.upgrade(&impatient).unwrap();
}

fn busy_commit(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&migrator(&THREE[..2])).unwrap();
    let reader = observer(&case.file());
    reader.execute_batch("BEGIN; SELECT * FROM users").unwrap();
    let impatient = migrator(THREE).wait_limit(Duration::ZERO);
    assert_error!(session.upgrade(&impatient), Error::Busy { .. });
    assert_eq!(log(&case.file()).len(), 1);
    let reader = Mutex::new(reader);
    let patient = migrator(THREE).observer(move |event| {
        if let Event::Waiting { .. } = event {
            reader.lock().unwrap().execute_batch("COMMIT").unwrap();
        }
    });
    session.upgrade(&patient).unwrap();
    assert_eq!(applied(&case.file()), [1, 2, 3]);
}

fn reads_while_locked(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&migrator(THREE)).unwrap();
    let other = observer(&case.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let impatient = migrator(THREE).wait_limit(Duration::ZERO);
    assert!(session.upgrade(&impatient).unwrap().already_up_to_date());
}

fn done_meanwhile(case: &Case<'_>) {
    let file = case.file();
    let other = observer(&file);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let other = Mutex::new(other);
    let migrator = migrator(THREE).observer(move |event| {
        if let Event::Waiting { .. } = event {
            let mut other = other.lock().unwrap();
            other.execute_batch("ROLLBACK").unwrap();
            migrator(THREE).upgrade(&mut *other).unwrap();
        }
    });
    let report = case.open().upgrade(&migrator).unwrap();
    assert!(report.already_up_to_date());
    assert_eq!(report.current.map(rungs::Version::number), Some(3));
    assert_eq!(log(&case.file()).len(), 3);
}

fn taken_over(case: &Case<'_>) {
    let text =
        "-- rungs: no-transaction\nCREATE TABLE a (b);\nVACUUM;\nINSERT INTO a VALUES (1);\n";
    let files = [&[("1_a.up.sql", text)], &THREE[2..]].concat();
    let other = Mutex::new(observer(&case.file()));
    let migrations = crate::table(&files);
    let migrator = Migrator::new(migrations).observer(move |event| {
        // After `VACUUM` nothing is open.
        if let Event::StatementDone { done: 2, .. } = event {
            migrations.upgrade(&mut *other.lock().unwrap()).unwrap();
        }
    });
    let report = case.open().upgrade(&migrator).unwrap();
    assert!(report.already_up_to_date(), "{report}");
    assert_eq!(report.current.map(rungs::Version::number), Some(3));
    let log = log(&case.file());
    assert_eq!(log[..2], ["1 run started 2", "1 run_partial success 3"]);
    assert!(case.open().is_up_to_date(&migrator).unwrap());
}
