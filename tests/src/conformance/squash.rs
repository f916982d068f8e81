//! Several migrations that became one, on databases that have all of them, some of them, or none.

use rungs::{Action, Error, ErrorKind, Operation, State};

use crate::recorder::Fault;

use super::{Case, Scenario, THREE, assert_error, everywhere, versions};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere(
        "a database that has all parts of a squash counts it as applied",
        all_parts,
    ),
    everywhere("a new database runs a squash", none),
    everywhere("some parts of a squash are an error", some_parts),
    everywhere(
        "a squash and what comes after it are one run",
        more_after_it,
    ),
    everywhere(
        "a squash is rolled back where its parts were applied",
        rolled_back,
    ),
    everywhere(
        "a release from before a squash is refused after it",
        old_release,
    ),
    everywhere(
        "a squash that fails anywhere is made good by the next run",
        fails,
    ),
    everywhere(
        "however many record a squash at once, it is recorded once",
        at_once,
    ),
    everywhere("a squash can be a part of the next", again),
];

const SQUASH: (&str, &str) = (
    "3_shop.up.sql",
    "-- rungs: replaces(1, 2, 3)\n\
     CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users VALUES (1, 'Ada');\n\
     CREATE TABLE posts (id INTEGER PRIMARY KEY);\nCREATE TABLE tags (id INTEGER PRIMARY KEY);\n",
);
const SQUASHED: &[(&str, &str)] = &[
    SQUASH,
    (
        "3_shop.down.sql",
        "DROP TABLE tags;\nDROP TABLE posts;\nDROP TABLE users;\n",
    ),
];
const NEXT: (&str, &str) = (
    "4_likes.up.sql",
    "CREATE TABLE likes (id INTEGER PRIMARY KEY);\n",
);

fn all_parts(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let schema = case.dump();
    let squashed = case.migrator(SQUASHED);
    assert!(session.is_up_to_date(&squashed).unwrap());
    session.require_up_to_date(&squashed).unwrap();
    let status = session.status(&squashed).unwrap();
    assert_eq!(status.len(), 1);
    assert_eq!(status[0].state, State::Applied);
    assert_eq!(case.log().len(), 3, "reading writes nothing");

    let report = session.upgrade(&squashed).unwrap();
    assert_eq!(versions(&report.ran), [3]);
    assert_eq!(report.ran[0].action, Action::Squash);
    assert_eq!(report.ran[0].statements, 0);
    assert_eq!(case.log()[3], "3 squash success 4");
    assert_eq!(case.dump(), schema);
    let history = session.history(&squashed).unwrap();
    assert_eq!(history[3].operation, Operation::Squash);
    assert_eq!(history[3].progress.as_deref(), Some("from 1"));
    assert_eq!(
        history[3].state.as_deref(),
        Some(case.table(SQUASHED).state())
    );

    let (report, sent) = case.sent_by(|| session.upgrade(&squashed).unwrap());
    assert!(report.already_up_to_date());
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert_eq!(session.status(&squashed).unwrap().len(), 1);
}

fn none(case: &Case<'_>) {
    let parts = case.another();
    parts
        .elsewhere()
        .run(|session| session.upgrade(&parts.migrator(THREE)).unwrap());
    let mut session = case.open();
    let report = session.upgrade(&case.migrator(SQUASHED)).unwrap();
    assert_eq!(versions(&report.ran), [3]);
    assert_eq!(report.ran[0].action, Action::Run);
    assert_eq!(case.dump(), parts.dump());
    assert_eq!(case.observe().rows("users"), ["1 Ada"]);
    assert_eq!(case.log(), ["3 run success 4"]);
}

fn some_parts(case: &Case<'_>) {
    let mut session = case.open();
    let parts = case.migrator(THREE);
    let squashed = case.migrator(SQUASHED);
    session.upgrade_to(&parts, "2").unwrap();
    let error = session.upgrade(&squashed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disagreement);
    assert_eq!(
        error.to_string(),
        "migration 3 `shop` (migrations/3_shop.up.sql) replaces several of which the database has some: \
         applied 1, 2, missing 3"
    );
    assert!(
        error.help().contains("before the squash"),
        "{}",
        error.help()
    );
    assert_error!(
        session.downgrade_to(&squashed, "base"),
        Error::PartlySquashed { .. }
    );
    assert_error!(
        session.mark_to(&squashed, "head"),
        Error::PartlySquashed { .. }
    );
    assert_error!(
        session.is_up_to_date(&squashed),
        Error::PartlySquashed { .. }
    );
    assert_eq!(case.log().len(), 2);
    session.upgrade(&parts).unwrap();
    session.upgrade(&squashed).unwrap();
    assert!(session.is_up_to_date(&squashed).unwrap());
}

fn more_after_it(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let squashed = case.migrator(&[SQUASHED, &[NEXT]].concat());
    assert!(!session.is_up_to_date(&squashed).unwrap());
    let report = session.upgrade(&squashed).unwrap();
    assert_eq!(versions(&report.ran), [3, 4]);
    assert_eq!(report.ran[1].action, Action::Run);
    assert_eq!(case.log()[3..], ["3 squash success 4", "4 run success 1"]);
    assert!(session.is_up_to_date(&squashed).unwrap());
}

fn rolled_back(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    let squashed = case.migrator(SQUASHED);
    let report = session.downgrade_to(&squashed, "base").unwrap();
    assert_eq!(versions(&report.ran), [3, 3]);
    assert_eq!(case.dump(), "");
    // Nothing of the parts is left, so that either release can begin.
    session.upgrade(&case.migrator(THREE)).unwrap();
    assert_eq!(
        case.observe().tables(),
        ["posts", "rungs_log", "tags", "users"]
    );
}

fn old_release(case: &Case<'_>) {
    let mut session = case.open();
    let parts = case.migrator(THREE);
    session.upgrade(&parts).unwrap();
    session.upgrade(&case.migrator(SQUASHED)).unwrap();
    assert_error!(session.upgrade(&parts), Error::Changed { .. });
    assert_eq!(case.log().len(), 4);
}

fn fails(case: &Case<'_>) {
    let squashed = case.migrator(&[SQUASHED, &[NEXT]].concat());
    for command in 0.. {
        let case = case.another();
        let mut session = case.open();
        session.upgrade(&case.migrator(THREE)).unwrap();
        session.tape().fault(Some(Fault::Fail(command)));
        let upgraded = session.upgrade(&squashed);
        let has_failed = !session.tape().is_armed();
        // What fails may be what cleans up, which changes nothing.
        assert!(has_failed || upgraded.is_ok());
        case.elsewhere().run(|session| {
            session.upgrade(&squashed).unwrap();
            assert!(session.is_up_to_date(&squashed).unwrap());
        });
        let mut log = case.log();
        log.retain(|row| row.contains(" success "));
        assert_eq!(
            log[3..],
            ["3 squash success 4", "4 run success 1"],
            "{command}"
        );
        if !has_failed {
            break;
        }
    }
}

fn at_once(case: &Case<'_>) {
    case.elsewhere()
        .run(|session| session.upgrade(&case.migrator(THREE)).unwrap());
    let squashed = case.migrator(SQUASHED);
    let process = case.elsewhere();
    let upgrade = || process.run(|session| session.upgrade(&squashed).unwrap().ran.len());
    let recorded: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(upgrade)).collect();
        let recorded = threads.into_iter().map(|thread| thread.join().unwrap());
        recorded.sum()
    });
    assert_eq!(recorded, 1);
    assert_eq!(case.log().len(), 4);
}

fn again(case: &Case<'_>) {
    let whole = SQUASH.1.replace("replaces(1, 2, 3)", "replaces(3, 4)") + NEXT.1;
    let whole = case.migrator(&[("4_all.up.sql", &whole)]);
    let mut session = case.open();
    session.upgrade(&case.migrator(THREE)).unwrap();
    // A release was left out: the parts of the first squash are known to nobody.
    assert_error!(session.upgrade(&whole), Error::PartlySquashed { .. });
    session
        .upgrade(&case.migrator(&[SQUASHED, &[NEXT]].concat()))
        .unwrap();
    let report = session.upgrade(&whole).unwrap();
    assert_eq!(report.ran[0].action, Action::Squash);
    assert!(session.is_up_to_date(&whole).unwrap());
    let anew = case.another();
    anew.elsewhere()
        .run(|session| session.upgrade(&whole).unwrap());
    assert_eq!(anew.dump(), case.dump());
}
