//! The migrations and the database disagree.

use rungs::{Ahead, Changed, Error, OutOfOrder};

use super::{Case, Scenario, THREE, assert_error, everywhere, transactional, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("an edited migration is refused, or tolerated", edited),
    everywhere("a migration that is gone is refused", missing),
    everywhere("a late migration is refused, or run", out_of_order),
    everywhere(
        "steps are counted through late migrations",
        steps_out_of_order,
    ),
    everywhere("a database that is ahead is refused, or left alone", ahead),
    everywhere(
        "an old release does not touch what a newer one left half-way",
        ahead_half_way,
    ),
    transactional("an atomic run is all or nothing", atomic),
    everywhere(
        "an atomic run refuses what cannot be rolled back",
        not_atomic,
    ),
];

const EDITED: (&str, &str) = ("1_users.up.sql", "CREATE TABLE users (other INTEGER);\n");

fn edited(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let files = [&[EDITED], &THREE[1..]].concat();
    let error = session.upgrade(&case.migrator(&files)).unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Changed {
                path: "migrations/1_users.up.sql",
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(case.applied(), [1]);
    let tolerant = case.migrator(&files).changed(Changed::Tolerate);
    assert_eq!(versions(&session.upgrade(&tolerant).unwrap().ran), [2, 3]);
    let (report, sent) = case.sent_by(|| session.upgrade(&tolerant).unwrap());
    assert!(report.already_up_to_date());
    assert_eq!(sent.len(), 2, "{sent:#?}");
    assert_error!(
        session.is_up_to_date(&case.migrator(&files)),
        Error::Changed { .. }
    );
}

fn missing(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let gap = [&THREE[..2], &THREE[4..]].concat();
    assert_error!(session.upgrade(&case.migrator(&gap)), Error::Missing { version } if version.number() == 2);
}

fn out_of_order(case: &Case<'_>) {
    let mut session = case.open();
    let early = [&THREE[..2], &THREE[4..]].concat();
    session.upgrade(&case.migrator(&early)).unwrap();
    assert_error!(
        session.upgrade(&case.migrator(THREE)),
        Error::OutOfOrder { .. }
    );
    assert_eq!(case.applied(), [1, 3]);
    let lenient = case.migrator(THREE).out_of_order(OutOfOrder::Allow);
    assert_eq!(versions(&session.upgrade(&lenient).unwrap().ran), [2]);
    let (_, sent) = case.sent_by(|| session.upgrade(&lenient).unwrap());
    assert_eq!(
        sent.len(),
        1,
        "the state does not depend on the order: {sent:#?}"
    );
}

fn steps_out_of_order(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[4..])).unwrap();
    let lenient = case.migrator(THREE).out_of_order(OutOfOrder::Allow);
    session.upgrade_to(&lenient, "+1").unwrap();
    assert_eq!(case.applied(), [1, 3]);
}

fn ahead(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let old = case.migrator(&THREE[..2]);
    let error = session.upgrade(&old).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database is ahead: it has 2, 3, these migrations end at 1"
    );
    assert_error!(session.is_up_to_date(&old), Error::Ahead { .. });
    let tolerant = old.ahead(Ahead::Tolerate);
    let (report, sent) = case.sent_by(|| session.upgrade(&tolerant).unwrap());
    assert!(report.already_up_to_date());
    assert!(
        sent.len() == 2 && sent.iter().all(|sql| sql.starts_with("SELECT")),
        "{sent:#?}"
    );
    assert!(session.is_up_to_date(&tolerant).unwrap());
    assert_error!(session.downgrade_to(&tolerant, "base"), Error::Ahead { .. });
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn ahead_half_way(case: &Case<'_>) {
    let mut session = case.open();
    let stops =
        "-- rungs: no-transaction\nCREATE TABLE a (b INTEGER);\nINSERT INTO nowhere VALUES (1);\n";
    let new = [&THREE[..2], &[("2_stops.up.sql", stops)]].concat();
    session.upgrade(&case.migrator(&new)).unwrap_err();
    let old = case.migrator(&THREE[..2]);
    assert_error!(session.upgrade(&old), Error::Ahead { .. });
    let report = session.upgrade(&old.ahead(Ahead::Tolerate)).unwrap();
    assert!(report.already_up_to_date());
}

fn atomic(case: &Case<'_>) {
    let mut session = case.open();
    let files = [
        &THREE[..2],
        &[("2_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n")],
    ]
    .concat();
    let error = session
        .upgrade(&case.migrator(&files).atomic(true))
        .unwrap_err();
    let error = super::statement_error(error);
    assert_eq!(error.rolled_back, rungs::RolledBack::Run);
    assert!(error.ran.is_empty());
    assert_eq!(case.dump(), "");
    assert_eq!(case.log(), ["2 run error 0"]);
    session.upgrade(&case.migrator(THREE).atomic(true)).unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn not_atomic(case: &Case<'_>) {
    let mut session = case.open();
    let refused = case.by_family("VACUUM;\n", "VACUUM;\n", "CREATE TABLE a (b INTEGER);\n");
    let files = [&THREE[..2], &[("2_refused.up.sql", refused)]].concat();
    assert_error!(
        session.upgrade(&case.migrator(&files).atomic(true)),
        Error::NotAtomic { .. }
    );
    assert_eq!(case.dump(), "");
    session.upgrade(&case.migrator(&files)).unwrap();
}
