//! Where a run can be told to end.

use rungs::{Direction, Error};

use super::{Case, Scenario, THREE, assert_error, everywhere, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "a target is a version, a name, their beginnings, steps, head or base",
        forms,
    ),
    everywhere(
        "a target that is none, or several, is refused",
        wrong_targets,
    ),
    everywhere("a target the other way is refused", wrong_direction),
    everywhere("more steps than there are are refused", out_of_range),
    everywhere("down undoes, newest first", down),
    everywhere(
        "what cannot be undone is found before anything is",
        irreversible,
    ),
    everywhere("redo runs the last migration again", redo),
];

/// Verb, target, and the versions that must then be applied.
type Move = (&'static str, &'static str, &'static [i64]);

fn forms(case: &Case<'_>) {
    const MOVES: &[Move] = &[
        ("up", "+1", &[1]),
        ("up", "2", &[1, 2]),
        ("up", "2", &[1, 2]),
        ("up", "tag", &[1, 2, 3]),
        ("down", "-2", &[1]),
        ("down", "users", &[1]),
        ("down", "base", &[]),
        ("any", "posts", &[1, 2]),
        ("any", "head", &[1, 2, 3]),
        ("any", "1", &[1]),
        ("any", "+2", &[1, 2, 3]),
        ("any", "-1", &[1, 2]),
        ("up", "+0", &[1, 2]),
        ("down", "-0", &[1, 2]),
        ("any", "base", &[]),
        ("down", "base", &[]),
        ("up", "head", &[1, 2, 3]),
    ];
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    for (verb, target, expected) in MOVES {
        let report = match *verb {
            "up" => session.upgrade_to(&migrator, target),
            "down" => session.downgrade_to(&migrator, target),
            _ => session.migrate_to(&migrator, target),
        };
        let report = report.unwrap_or_else(|error| panic!("{verb} {target}: {error:?}"));
        let current = report.current.map(rungs::Version::number);
        assert_eq!(current, expected.last().copied(), "{verb} {target}");
        assert_eq!(case.applied(), *expected, "{verb} {target}");
    }
}

fn wrong_targets(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(&[
        ("20260101_users.up.sql", "CREATE TABLE a (b INTEGER);"),
        ("20260202_user_names.up.sql", "CREATE TABLE b (c INTEGER);"),
    ]);
    let error = session.upgrade_to(&migrator, "2026").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`2026` could be 20260101 `users`, 20260202 `user_names`"
    );
    assert_error!(
        session.upgrade_to(&migrator, "user"),
        Error::AmbiguousTarget { .. }
    );
    let error = session.upgrade_to(&migrator, "the_users").unwrap_err();
    assert_eq!(error.to_string(), "there is no migration `the_users`");
    assert_eq!(error.help(), "did you mean 20260101 `users`?");
    assert_error!(
        session.upgrade_to(&migrator, "9"),
        Error::UnknownTarget { .. }
    );
    assert_error!(
        session.migrate_to(&migrator, "9"),
        Error::UnknownTarget { .. }
    );
    assert_eq!(case.dump(), "");
}

fn wrong_direction(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade_to(&migrator, "2").unwrap();
    let before = case.log();
    for target in ["1", "users", "base", "-1"] {
        assert_error!(
            session.upgrade_to(&migrator, target),
            Error::WrongDirection {
                direction: Direction::Up,
                ..
            }
        );
    }
    for target in ["3", "tags", "head", "+1"] {
        assert_error!(
            session.downgrade_to(&migrator, target),
            Error::WrongDirection {
                direction: Direction::Down,
                ..
            }
        );
    }
    let error = session.upgrade_to(&migrator, "1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`1` is not up from 2, where the database is"
    );
    assert_eq!(case.log(), before);
}

fn out_of_range(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade_to(&migrator, "1").unwrap();
    assert_error!(
        session.upgrade_to(&migrator, "+3"),
        Error::OutOfRange { available: 2, .. }
    );
    assert_error!(
        session.migrate_to(&migrator, "-2"),
        Error::OutOfRange { available: 1, .. }
    );
    assert_error!(
        session.downgrade_to(&migrator, "-99999"),
        Error::OutOfRange { available: 1, .. }
    );
}

fn down(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade(&migrator).unwrap();
    let report = session.downgrade_to(&migrator, "1").unwrap();
    assert_eq!(versions(&report.ran), [3, 2]);
    assert!(report.to_string().starts_with("- 3 tags (1 statement, "));
    assert_eq!(
        case.log()[3..],
        ["3 rollback success 1", "2 rollback success 1"]
    );
    session.downgrade_to(&migrator, "base").unwrap();
    assert_eq!(case.dump(), "");
}

fn irreversible(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..2], &[THREE[2]], &THREE[4..]].concat();
    let migrator = case.migrator(&files);
    session.upgrade(&migrator).unwrap();
    let (before, schema) = (case.log(), case.dump());
    let error = session.downgrade_to(&migrator, "base").unwrap_err();
    assert_eq!(error.to_string(), "migration 2 `posts` has no way down");
    assert_eq!((case.log(), case.dump()), (before, schema));
    session.downgrade_to(&migrator, "posts").unwrap();
    assert_error!(session.redo(&migrator), Error::Irreversible(_));
}

fn redo(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    assert_error!(
        session.redo(&migrator),
        Error::OutOfRange { available: 0, .. }
    );
    session.upgrade_to(&migrator, "2").unwrap();
    let report = session.redo(&migrator).unwrap();
    assert_eq!(versions(&report.ran), [2, 2]);
    assert_eq!(case.applied(), [1, 2]);
    assert_eq!(case.log()[2..], ["2 rollback success 1", "2 run success 1"]);
}
