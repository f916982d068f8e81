//! Several processes, releases and sets use one database.

use rungs::{Ahead, Migrator};

use super::{Case, Scenario, THREE, everywhere};
use crate::conformance::Elsewhere;

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "an old and a new release that start at once both go on",
        two_releases,
    ),
    everywhere("two sets are migrated at once", two_sets),
    everywhere(
        "a start that fails again and again does not fill the log",
        failing_starts,
    ),
];

fn two_releases(case: &Case<'_>) {
    let old = case.migrator(&THREE[..2]).ahead(Ahead::Tolerate);
    let new = case.migrator(THREE);
    at_once(&case.elsewhere(), &[&old, &new, &old, &new]);
    let mut log = case.log();
    log.sort();
    assert_eq!(
        log,
        ["1 run success 2", "2 run success 1", "3 run success 1"]
    );
}

fn two_sets(case: &Case<'_>) {
    let application = case.migrator(&THREE[..4]);
    let library = case.migrator(&THREE[4..]).key("library");
    at_once(
        &case.elsewhere(),
        &[&application, &library, &application, &library],
    );
    assert_eq!(
        case.log(),
        ["3 run success 1", "1 run success 2", "2 run success 1"]
    );
    assert_eq!(
        case.observe().tables(),
        ["posts", "rungs_log", "tags", "users"]
    );
}

/// Each in a process of its own.
fn at_once(elsewhere: &Elsewhere, migrators: &[&Migrator<'_>]) {
    std::thread::scope(|scope| {
        for migrator in migrators {
            scope.spawn(|| elsewhere.run(|session| session.upgrade(migrator).unwrap()));
        }
    });
}

fn failing_starts(case: &Case<'_>) {
    let bad = ("2_bad.up.sql", "INSERT INTO users VALUES (1, 'again');\n");
    let migrator = case.migrator(&[THREE[0], bad]);
    let mut session = case.open();
    for _ in 0..50 {
        session.upgrade(&migrator).unwrap_err();
    }
    assert_eq!(case.log(), ["1 run success 2", "2 run error 0"]);
    let other = ("2_bad.up.sql", "INSERT INTO users VALUES (1, NULL);\n");
    let migrator = case.migrator(&[THREE[0], other]);
    session.upgrade(&migrator).unwrap_err();
    assert_eq!(case.log().len(), 3, "another error is another row");
}
