//! Statements that change their rows in batches.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rungs::{Event, Migrator, RolledBack};

use super::{Case, Scenario, everywhere, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("rows are changed in batches until none is left", batches),
    everywhere(
        "a batch that was not reached is done by the next run",
        goes_on,
    ),
    everywhere("a batch that fails keeps those before it", fails),
];

/// Twenty-five rows.
fn rows() -> String {
    let rows: Vec<String> = (1..=25).map(|row| format!("({row}, NULL)")).collect();
    let rows = rows.join(", ");
    format!("CREATE TABLE a (b INTEGER PRIMARY KEY, c INTEGER);\nINSERT INTO a VALUES {rows};\n")
}

const COPY: &str =
    "-- rungs: batch(10)\nUPDATE a SET c = b WHERE c IS NULL;\nINSERT INTO a VALUES (100, 0);\n";

/// A migrator that notes how many rows each batch has changed.
fn noting(migrator: Migrator<'static>) -> (Migrator<'static>, Arc<Mutex<Vec<u64>>>) {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&noted);
    let migrator = migrator.batch_pause(Duration::ZERO).observer(move |event| {
        if let Event::BatchDone { rows, .. } = event {
            seen.lock().unwrap().push(*rows);
        }
    });
    (migrator, noted)
}

fn batches(case: &Case<'_>) {
    let delete = "-- rungs: batch(9)\n-- rungs: when(SELECT count(*) = 26 FROM a)\n\
                  DELETE FROM a WHERE b > 3 AND b IN (SELECT b FROM a AS other);\n";
    // MySQL reads no table in the statement that changes it.
    let unreadable = if case.is_transactional() {
        "nothing of it"
    } else {
        " AND b IN (SELECT b FROM a AS other)"
    };
    let delete = delete.replace(unreadable, "");
    let (rows, skipped) = (rows(), delete.replace("26", "27"));
    let files = [
        ("1_a.up.sql", &*rows),
        ("2_copy.up.sql", COPY),
        ("3_skipped.up.sql", &skipped),
        ("4_delete.up.sql", &delete),
    ];
    let (migrator, noted) = noting(case.migrator(&files));
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(*noted.lock().unwrap(), [10, 10, 5, 0, 9, 9, 5, 0]);
    assert_eq!(case.observe().rows("a"), ["1 1", "2 2", "3 3"]);
    assert_eq!(case.applied(), [1, 2, 3, 4]);
    assert_eq!(case.log()[1..3], ["2 run success 2", "3 run success 1"]);
}

fn goes_on(case: &Case<'_>) {
    // A run that is given up cleans up in a way of its driver's.
    let case = case.another();
    let rows = rows();
    let files = [("1_a.up.sql", &*rows), ("2_copy.up.sql", COPY)];
    let stops = case.migrator(&files).observer(|event| {
        if let Event::BatchDone { total: 20, .. } = event {
            std::panic::resume_unwind(Box::new("observer"));
        }
    });
    let mut session = case.open();
    let ended = catch_unwind(AssertUnwindSafe(|| session.upgrade(&stops))).is_ok();
    assert!(!ended);
    drop(session);
    let done = "SELECT CAST(count(*) AS CHAR(9)) FROM a WHERE c = b";
    assert_eq!(
        case.observe().value(done).as_deref().map(str::trim),
        Some("10")
    );
    let (migrator, noted) = noting(case.migrator(&files));
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(*noted.lock().unwrap(), [10, 5, 0]);
    assert_eq!(case.applied(), [1, 2]);
    assert_eq!(case.observe().rows("a").len(), 26);
}

fn fails(case: &Case<'_>) {
    let rows = rows();
    // The seventeenth row takes the key of the first.
    let text = "-- rungs: batch(1)\nUPDATE a SET c = 1, b = CASE WHEN b = 17 THEN 101 ELSE b + 100 END WHERE c IS NULL;\n";
    let files = [("1_a.up.sql", &*rows), ("2_copy.up.sql", text)];
    let (migrator, noted) = noting(case.migrator(&files));
    let error = statement_error(case.open().upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, error.column), (2, 1), "{error}");
    assert_eq!(
        error.rolled_back,
        RolledBack::Nothing { statements_done: 0 }
    );
    assert_eq!(*noted.lock().unwrap(), [1; 16]);
    assert_eq!(case.log()[1], "2 run error 0");
}
