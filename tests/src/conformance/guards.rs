//! Statements that run only sometimes, and what has to be true afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rungs::{Event, RolledBack};

use super::{Case, Scenario, everywhere, postgres, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("a statement runs only when its query is true", when),
    everywhere(
        "so it does outside a transaction",
        when_outside_a_transaction,
    ),
    postgres(
        "so does one that has to be a message of its own",
        when_alone,
    ),
    everywhere(
        "a query that asks nonsense fails where it stands",
        when_of_nothing,
    ),
    everywhere("what is not true after a migration undoes it", verification),
    everywhere(
        "what is verified outside a transaction is asked again",
        verification_outside_a_transaction,
    ),
];

const TABLE: (&str, &str) = ("1_a.up.sql", "CREATE TABLE a (b INTEGER);\n");

/// Two rows, each only into an empty table.
const TWICE: &str = "-- rungs: when(SELECT count(*) = 0 FROM a)\nINSERT INTO a VALUES (1);\n\
                     -- rungs: when(SELECT count(*) = 0 FROM a)\nINSERT INTO a VALUES (2);\n";

fn when(case: &Case<'_>) {
    let skipped = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&skipped);
    let files = [TABLE, ("2_rows.up.sql", TWICE), ("3_rows.up.sql", TWICE)];
    let migrator = case.migrator(&files).observer(move |event| {
        if let Event::StatementSkipped { .. } = event {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    });
    case.open().upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1"]);
    assert_eq!(skipped.load(Ordering::Relaxed), 3);
    assert_eq!(
        case.log(),
        ["1 run success 1", "2 run success 2", "3 run success 2"]
    );
}

fn when_outside_a_transaction(case: &Case<'_>) {
    let text = format!("-- rungs: no-transaction\n{TWICE}INSERT INTO a VALUES (3);\n");
    case.open()
        .upgrade(&case.migrator(&[TABLE, ("2_rows.up.sql", &text)]))
        .unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "3"]);
    assert_eq!(case.log()[1], "2 run success 3");
}

fn when_alone(case: &Case<'_>) {
    let index = |name: &str, is: &str| {
        format!("-- rungs: when(SELECT {is})\nCREATE INDEX CONCURRENTLY {name} ON a (b);\n")
    };
    let text = [
        "-- rungs: no-transaction\n",
        &index("one", "true"),
        &index("two", "false"),
    ];
    case.open()
        .upgrade(&case.migrator(&[TABLE, ("2_indexes.up.sql", &text.concat())]))
        .unwrap();
    let indexes = case
        .observe()
        .query("SELECT indexname FROM pg_indexes WHERE tablename = 'a'");
    assert_eq!(indexes, [[Some("one".to_owned())]]);
}

fn when_of_nothing(case: &Case<'_>) {
    let text = "INSERT INTO a VALUES (1);\n\n  -- rungs: when(SELECT is_missing FROM a)\n\
                INSERT INTO a VALUES (2);\n";
    let mut session = case.open();
    let migrator = case.migrator(&[TABLE, ("2_rows.up.sql", text)]);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, error.column), (3, 18), "{error}");
    assert_eq!(error.statement, "SELECT is_missing FROM a");
    assert_eq!(error.rolled_back, RolledBack::Migration);
    assert_eq!(case.observe().rows("a"), [""; 0]);
    assert_eq!(case.log(), ["1 run success 1", "2 run error 0"]);
}

fn verification(case: &Case<'_>) {
    let text = |count: usize| {
        format!(
            "-- rungs: verify(SELECT count(*) = {count} FROM a)\n\
             INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n"
        )
    };
    let mut session = case.open();
    let migrator = case.migrator(&[TABLE, ("2_rows.up.sql", &text(3))]);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, error.column), (1, 18), "{error}");
    assert_eq!(error.statement, "SELECT count(*) = 3 FROM a");
    assert_eq!(error.rolled_back, RolledBack::Migration);
    let says = "what has to be true after the migration is not";
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(case.observe().rows("a"), [""; 0]);
    session
        .upgrade(&case.migrator(&[TABLE, ("2_rows.up.sql", &text(2))]))
        .unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "2"]);
}

fn verification_outside_a_transaction(case: &Case<'_>) {
    let text = "-- rungs: no-transaction\nINSERT INTO a VALUES (1);\n\
                -- rungs: verify(SELECT count(*) = 2 FROM a)\n";
    let mut session = case.open();
    let migrator = case.migrator(&[TABLE, ("2_row.up.sql", text)]);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!(error.line, 3, "{error}");
    assert_eq!(
        error.rolled_back,
        RolledBack::Nothing { statements_done: 1 }
    );
    case.observe().query("INSERT INTO a VALUES (2)");
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "2"]);
    assert_eq!(case.applied(), [1, 2]);
}
