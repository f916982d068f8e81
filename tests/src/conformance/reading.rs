//! Verbs that only read, and options.

use rungs::{Error, State};

use super::{Case, Scenario, THREE, assert_error, everywhere};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "reading a database that was never touched leaves it so",
        untouched,
    ),
    everywhere("a plan shows the SQL and changes nothing", plan),
    everywhere("the gate says what is pending", gate),
    everywhere("status says what the database has of each", status),
    everywhere("sets share a database by key", keys),
    everywhere("the log can have another name", log_table),
    everywhere(
        "options that no database takes are refused before anything is sent",
        options,
    ),
];

fn untouched(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    assert_eq!(session.current(&migrator).unwrap(), None);
    let status = session.status(&migrator).unwrap();
    assert!(status.iter().all(|status| status.state == State::Pending));
    assert_eq!(
        session
            .plan(&migrator, "head".into())
            .unwrap()
            .steps()
            .len(),
        3
    );
    assert!(session.plan(&migrator, "base".into()).unwrap().is_empty());
    assert!(!session.is_up_to_date(&migrator).unwrap());
    assert!(session.history(&migrator).unwrap().is_empty());
    assert_error!(
        session.require_up_to_date(&migrator),
        Error::Pending { count: 3, .. }
    );
    assert!(
        session
            .downgrade_to(&migrator, "base")
            .unwrap()
            .already_up_to_date()
    );
    assert!(case.observe().schema().is_empty());
}

fn plan(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade_to(&migrator, "2").unwrap();
    let before = case.log();
    let outside = case.by_family("", "", ", no transaction");
    let up = session.plan(&migrator, "head".into()).unwrap();
    assert_eq!(
        up.to_string(),
        format!(
            "-- 3 tags (up{outside}): migrations/3_tags.up.sql\nCREATE TABLE tags (id INTEGER PRIMARY KEY);\n"
        )
    );
    let down = session.plan(&migrator, "base".into()).unwrap();
    assert_eq!(
        down.to_string(),
        format!(
            "-- 2 posts (down{outside}): migrations/2_posts.down.sql\nDROP TABLE posts;\n\
             -- 1 users (down{outside}): migrations/1_users.down.sql\nDROP TABLE users;\n"
        )
    );
    assert_eq!(
        session.plan(&migrator, "2".into()).unwrap().to_string(),
        "-- nothing to do\n"
    );
    assert_eq!(case.log(), before);
}

fn gate(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade_to(&case.migrator(THREE), "1").unwrap();
    let error = session
        .require_up_to_date(&case.migrator(THREE))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "migrations are pending: 2, the first is 2 `posts`"
    );
    session.upgrade(&case.migrator(THREE)).unwrap();
    session.require_up_to_date(&case.migrator(THREE)).unwrap();
}

fn status(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    let edited = (
        "1_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    );
    let status = session.status(&case.migrator(&[edited, THREE[4]])).unwrap();
    let shown: Vec<_> = status.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["1 users: changed", "2 posts: missing", "3 tags: pending"]
    );
}

fn keys(case: &Case<'_>) {
    let mut session = case.open();
    let library = case.migrator(&THREE[2..4]).key("lib'rary");
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    assert_eq!(session.current(&library).unwrap(), None);
    session.upgrade(&library).unwrap();
    assert_eq!(session.history(&library).unwrap()[0].seq, 1);
    session.downgrade_to(&library, "base").unwrap();
    assert!(session.is_up_to_date(&case.migrator(&THREE[..2])).unwrap());
    assert_eq!(session.current(&library).unwrap(), None);
}

fn log_table(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE).log_table("audit_2");
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("audit_2").len(), 3);
    assert_eq!(
        case.observe().tables(),
        ["audit_2", "posts", "tags", "users"]
    );
}

fn options(case: &Case<'_>) {
    let mut session = case.open();
    let long = "k".repeat(256);
    for key in ["", "a\0b", &long] {
        let migrator = case.migrator(THREE).key(key);
        assert_error!(
            session.upgrade(&migrator),
            Error::InvalidOption { option: "key", .. }
        );
    }
    for table in ["", "1log", "a b", "a\"b", "log;", &long[..64]] {
        let migrator = case.migrator(THREE).log_table(table);
        assert_error!(
            session.upgrade(&migrator),
            Error::InvalidOption {
                option: "log_table",
                ..
            }
        );
    }
    assert!(session.tape().commands().is_empty());
}
