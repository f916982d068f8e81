//! An old release rolls back what a newer one did, with what the log has of it.

use rungs::{Direction, Error, State};

use super::{Case, Scenario, THREE, assert_error, everywhere, statement_error, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "an old release rolls back to its head with the ways down of the log",
        to_head,
    ),
    everywhere(
        "a stored way down has the statements that the compiler has split",
        statements,
    ),
    everywhere(
        "a stored way down that stops goes on where it stopped",
        half_way,
    ),
    everywhere("guards are stored with the way down", guards),
    everywhere("batches are stored with the way down", batches),
    everywhere(
        "without a stored way down nothing is rolled back",
        irreversible,
    ),
    everywhere("a stored way down that was changed is not run", changed),
];

fn to_head(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let old = case.migrator(&THREE[..2]);
    assert_error!(session.downgrade_to(&old, "1"), Error::Ahead { .. });
    let old = old.stored_downs(true);
    assert_eq!(session.status(&old).unwrap()[2].name, "tags");
    assert_error!(session.upgrade(&old), Error::Ahead { .. });
    let plan = session.plan(&old, "head".into()).unwrap().to_string();
    let outside = if case.is_transactional() {
        ""
    } else {
        ", no transaction"
    };
    assert_eq!(
        plan,
        format!(
            "-- 3 tags (down{outside}): migrations/3_tags.down.sql\nDROP TABLE tags;\n\
             -- 2 posts (down{outside}): migrations/2_posts.down.sql\nDROP TABLE posts;\n"
        )
    );
    let report = session.downgrade_to(&old, "head").unwrap();
    assert_eq!(versions(&report.ran), [3, 2]);
    assert!(
        report
            .ran
            .iter()
            .all(|ran| ran.direction == Direction::Down)
    );
    assert_eq!(case.applied(), [1]);
    assert!(session.is_up_to_date(&old).unwrap());
    assert_error!(
        session.downgrade_to(&old, "head"),
        Error::WrongDirection { .. }
    );
    session.upgrade(&case.migrator(THREE)).unwrap();
    session.migrate_to(&old, "base").unwrap();
    assert_eq!(case.dump(), "");
}

fn statements(case: &Case<'_>) {
    let mut session = case.open();
    let down = "-- what; is here\nINSERT INTO users VALUES (2, 'a;b''c');\n/* é; \\ */ DROP TABLE posts;\n";
    let files = [&THREE[..3], &[("2_posts.down.sql", down)]].concat();
    session.upgrade(&case.migrator(&files)).unwrap();
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    let plan = session.plan(&old, "1".into()).unwrap();
    let sql = |step: &rungs::Step| {
        step.statements()
            .map(|(_, it)| it.sql())
            .collect::<Vec<_>>()
    };
    let known = case.table(&files).iter().nth(1).unwrap().down().unwrap();
    let known: Vec<_> = known.statements().map(|it| it.sql()).collect();
    let stored: Vec<_> = plan.steps().iter().map(sql).collect();
    assert_eq!(stored, [known]);
    assert_eq!(plan.steps()[0].script().text(), down);
    session.downgrade_to(&old, "1").unwrap();
    assert_eq!(case.observe().rows("users"), ["1 Ada", "2 a;b'c"]);
}

fn half_way(case: &Case<'_>) {
    let mut session = case.open();
    let down =
        "-- rungs: no-transaction\nDROP TABLE posts;\nDELETE FROM nowhere;\nDELETE FROM users;\n";
    let files = [&THREE[..3], &[("2_posts.down.sql", down)]].concat();
    session.upgrade(&case.migrator(&files)).unwrap();
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    let error = statement_error(session.downgrade_to(&old, "1").unwrap_err());
    assert_eq!((error.path, error.line), ("migrations/2_posts.down.sql", 3));
    assert_eq!(session.status(&old).unwrap()[1].state, State::Interrupted);
    case.observe().query("CREATE TABLE nowhere (id INTEGER)");
    session.downgrade_to(&old, "1").unwrap();
    assert!(case.observe().rows("users").is_empty());
    assert_eq!(case.applied(), [1]);
    assert!(session.is_up_to_date(&old).unwrap());
}

fn guards(case: &Case<'_>) {
    let mut session = case.open();
    let down = "-- rungs: when(SELECT count(*) > 5 FROM users)\nDELETE FROM users;\nDROP TABLE posts;\n\
                -- rungs: verify(SELECT count(*) = 1 FROM users)\n";
    let files = [&THREE[..3], &[("2_posts.down.sql", down)]].concat();
    session.upgrade(&case.migrator(&files)).unwrap();
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    session.downgrade_to(&old, "1").unwrap();
    assert_eq!(case.observe().rows("users"), ["1 Ada"]);
    assert_eq!(case.applied(), [1]);
}

fn batches(case: &Case<'_>) {
    let mut session = case.open();
    let down = "-- rungs: batch(2)\nDELETE FROM posts WHERE id > 0;\nDROP TABLE posts;\n";
    let up = "CREATE TABLE posts (id INTEGER PRIMARY KEY);\nINSERT INTO posts VALUES (1), (2), (3), (4), (5);\n";
    let files = [
        &THREE[..2],
        &[("2_posts.up.sql", up), ("2_posts.down.sql", down)],
    ]
    .concat();
    session.upgrade(&case.migrator(&files)).unwrap();
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    let (_, sent) = case.sent_by(|| session.downgrade_to(&old, "1").unwrap());
    let deletes = sent.iter().filter(|sql| sql.contains("DELETE FROM posts"));
    assert!(deletes.count() >= 3, "{sent:#?}");
    assert_eq!(case.applied(), [1]);
    assert_eq!(case.observe().tables(), ["rungs_log", "users"]);
}

fn irreversible(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..3], &THREE[4..]].concat();
    session.upgrade(&case.migrator(&files)).unwrap();
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    let before = case.dump();
    assert_error!(session.downgrade_to(&old, "head"), Error::Irreversible(ref it) if it.version.number() == 2);
    assert_eq!(case.dump(), before);
}

fn changed(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    case.observe().query(
        "UPDATE rungs_log SET down_script = replace(down_script, 'DROP TABLE posts', 'DROP TABLE users')",
    );
    let old = case.migrator(&THREE[..2]).stored_downs(true);
    assert_error!(session.downgrade_to(&old, "1"), Error::Irreversible(_));
    assert_eq!(case.applied(), [1, 2]);
}
