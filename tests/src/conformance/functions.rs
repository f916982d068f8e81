//! Functions of the application that migrations call.

use rungs::{Error, ErrorKind, RolledBack};

use super::{Case, Scenario, assert_error, everywhere, statement_error};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "a function that is not registered is found before anything runs",
        unknown,
    ),
    everywhere("functions run between the statements, both ways", called),
    everywhere("what a function did is undone with its migration", undone),
    everywhere(
        "a function that fails outside a transaction is called again",
        outside,
    ),
    everywhere("a function for other connections is refused", other),
];

const TABLE: (&str, &str) = (
    "1_a.up.sql",
    "CREATE TABLE a (b INTEGER);\nINSERT INTO a VALUES (1);\n",
);
const CALLS: &[(&str, &str)] = &[
    TABLE,
    (
        "2_calls.up.sql",
        "INSERT INTO a VALUES (2);\n-- rungs: call(doubled)\nINSERT INTO a VALUES (5);\n\
         -- rungs: verify(SELECT count(*) = 5 FROM a)\n",
    ),
    ("2_calls.down.sql", "-- rungs: call(halved)\n"),
];
const DOUBLE: &str = "INSERT INTO a SELECT b + 2 FROM a";
const HALVE: &str = "DELETE FROM a WHERE b > 1";

fn unknown(case: &Case<'_>) {
    let error = case.open().upgrade(&case.migrator(CALLS)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "migration 2 `calls` calls `doubled` at migrations/2_calls.up.sql:2, which is not registered"
    );
    assert!(case.observe().tables().is_empty());
}

fn called(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = session.with_function(case.migrator(CALLS), "doubled", DOUBLE);
    let migrator = session.with_function(migrator, "halved", HALVE);
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "2", "3", "4", "5"]);
    session.downgrade_to(&migrator, "1").unwrap();
    assert_eq!(case.observe().rows("a"), ["1"]);
    assert_eq!(case.applied(), [1]);
}

fn undone(case: &Case<'_>) {
    let mut session = case.open();
    // Four rows instead of five.
    let migrator =
        session.with_function(case.migrator(CALLS), "doubled", "INSERT INTO a VALUES (9)");
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!(error.line, 4, "{error}");
    // Nobody knows what a function does, so on MySQL it is not in one transaction with the rest.
    let left = case.by_family(&["1"][..], &["1"], &["1", "2", "5", "9"]);
    assert_eq!(case.observe().rows("a"), left);
}

fn outside(case: &Case<'_>) {
    let text = "-- rungs: no-transaction\nINSERT INTO a VALUES (2);\n  -- rungs: call(doubled)\n";
    let files = [TABLE, ("2_calls.up.sql", text)];
    let mut session = case.open();
    let broken = "INSERT INTO nowhere VALUES (1)";
    let migrator = session.with_function(case.migrator(&files), "doubled", broken);
    let error = statement_error(session.upgrade(&migrator).unwrap_err());
    assert_eq!((error.line, error.column), (3, 18), "{error}");
    assert_eq!(error.statement, "doubled");
    assert!(error.to_string().contains("nowhere"), "{error}");
    assert_eq!(
        error.rolled_back,
        RolledBack::Nothing { statements_done: 1 }
    );
    let migrator = session.with_function(case.migrator(&files), "doubled", DOUBLE);
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), ["1", "2", "3", "4"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn other(case: &Case<'_>) {
    let migrator = case.migrator(CALLS);
    let migrator = migrator.function("doubled", |_: &mut String| Ok::<_, std::fmt::Error>(()));
    let error = case.open().upgrade(&migrator).unwrap_err();
    assert_error!(
        Err::<(), _>(error),
        Error::UnknownFunction {
            registered_for: Some("alloc::string::String"),
            ..
        }
    );
}
