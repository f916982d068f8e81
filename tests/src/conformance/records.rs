//! What is recorded without running anything: marks, repairs, answers to a doubt; and going on with
//! the one migration that failed.

use rungs::{Action, Ahead, Error, ErrorKind, Goal, Operation, OutOfOrder, Settled, State};

use crate::recorder::Fault;

use super::{
    Case, Scenario, THREE, assert_error, everywhere, mysql, postgres, servers, statement_error,
    versions,
};

pub(super) const SCENARIOS: &[Scenario] = &[
    everywhere("what is marked counts as applied and is not run", mark),
    everywhere("marking up to a target leaves the rest pending", mark_to),
    everywhere("the next migration is skipped, and no other", skip),
    everywhere(
        "with nothing pending there is nothing to skip",
        skip_nothing,
    ),
    everywhere("a late migration is skipped where it may be run", skip_late),
    everywhere("what was finished by hand is skipped", skip_half_way),
    everywhere("a repair accepts what was edited, and nothing else", repair),
    everywhere("a repair renews the stored way down", repair_down),
    everywhere(
        "one migration that failed is rebuilt, and no other",
        rebuild,
    ),
    everywhere(
        "a migration that stopped is rebuilt where it stopped",
        rebuild_half_way,
    ),
    everywhere("what did not fail is not rebuilt", rebuild_nothing),
    everywhere(
        "where nothing is in doubt there is nothing to settle",
        settle_nothing,
    ),
    mysql(
        "a statement in doubt that took effect is not run again",
        |case| {
            settle(case, Settled::Done, ["1", "3"]);
        },
    ),
    mysql("a statement in doubt that took no effect is run", |case| {
        settle(case, Settled::NotDone, ["1", "2", "3"]);
    }),
    postgres(
        "a partition that is said to be detached is not detached again",
        |case| settle_partition(case, Settled::Done),
    ),
    postgres("a partition that is said to be there is detached", |case| {
        settle_partition(case, Settled::NotDone);
    }),
    servers(
        "of two answers to one doubt the first counts, also when others went on meanwhile",
        settle_at_once,
    ),
    everywhere(
        "a mark that fails anywhere is made good by the next",
        mark_fails,
    ),
    everywhere(
        "however many mark at once, each is marked once",
        marks_at_once,
    ),
    everywhere("errors say by kind who must act", kinds),
    everywhere("a plan says what is recorded and not run", plans),
];

const STOPS: (&str, &str) = (
    "2_stops.up.sql",
    "-- rungs: no-transaction\nINSERT INTO users VALUES (2, 'Bob');\nINSERT INTO nowhere VALUES (3);\n",
);

fn mark(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE).operator("Ada");
    let report = session.mark_to(&migrator, "head").unwrap();
    assert_eq!(versions(&report.ran), [1, 2, 3]);
    assert!(report.ran.iter().all(|ran| ran.action == Action::Skip));
    assert!(
        report
            .to_string()
            .starts_with("= 1 users (recorded as applied, not run)\n")
    );
    assert_eq!(case.dump(), "");
    assert_eq!(
        case.log(),
        [
            "1 run_skip success 2",
            "2 run_skip success 1",
            "3 run_skip success 1"
        ]
    );
    let history = session.history(&migrator).unwrap();
    assert!(
        history
            .iter()
            .all(|entry| entry.operator.as_deref() == Some("Ada"))
    );
    let (up_to_date, sent) = case.sent_by(|| session.is_up_to_date(&migrator).unwrap());
    assert!(up_to_date);
    assert_eq!(sent.len(), 1, "{sent:#?}");
    assert!(
        session
            .mark_to(&migrator, "head")
            .unwrap()
            .already_up_to_date()
    );
}

fn mark_to(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.mark_to(&migrator, "posts").unwrap();
    assert_eq!(versions(&session.upgrade(&migrator).unwrap().ran), [3]);
    assert_error!(
        session.mark_to(&migrator, "1"),
        Error::WrongDirection { .. }
    );
}

fn skip(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade_to(&migrator, "1").unwrap();
    assert_eq!(versions(&session.skip(&migrator).unwrap().ran), [2]);
    assert_eq!(case.applied(), [1, 2]);
    session.upgrade(&migrator).unwrap();
    assert_eq!(
        case.log(),
        ["1 run success 2", "2 run_skip success 1", "3 run success 1"]
    );
}

fn skip_nothing(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    session.upgrade(&migrator).unwrap();
    assert_error!(
        session.skip(&migrator),
        Error::OutOfRange { available: 0, .. }
    );
}

fn skip_late(case: &Case<'_>) {
    let mut session = case.open();
    let early = [&THREE[..2], &THREE[4..]].concat();
    session.upgrade(&case.migrator(&early)).unwrap();
    let migrator = case.migrator(THREE);
    assert_error!(session.skip(&migrator), Error::OutOfOrder { .. });
    session
        .skip(&migrator.out_of_order(OutOfOrder::Allow))
        .unwrap();
    assert_eq!(case.applied(), [1, 2, 3]);
}

fn skip_half_way(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..2], &[STOPS], &THREE[4..]].concat();
    let migrator = case.migrator(&files);
    session.upgrade(&migrator).unwrap_err();
    assert_eq!(versions(&session.skip(&migrator).unwrap().ran), [2]);
    assert_eq!(versions(&session.upgrade(&migrator).unwrap().ran), [3]);
    assert_eq!(case.observe().rows("users"), ["1 Ada", "2 Bob"]);
    assert!(session.is_up_to_date(&migrator).unwrap());
}

const EDITED: (&str, &str) = (
    "1_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n-- a remark\nINSERT INTO users VALUES (1, 'Ada');\n",
);

fn repair(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..4])).unwrap();
    let files = [&[EDITED], &THREE[1..]].concat();
    let migrator = case.migrator(&files);
    assert_eq!(session.status(&migrator).unwrap()[0].state, State::Changed);
    assert_error!(session.upgrade(&migrator), Error::Changed { .. });
    let edited = session.edited(&migrator).unwrap();
    let [one] = &edited[..] else {
        panic!("{edited:?}");
    };
    assert_eq!(one.migration.version.number(), 1);
    assert_eq!(one.path, "migrations/1_users.up.sql");
    let report = session.repair(&migrator).unwrap();
    assert_eq!(versions(&report.ran), [1]);
    assert!(session.edited(&migrator).unwrap().is_empty());
    assert!(session.repair(&migrator).unwrap().already_up_to_date());
    let history = session.history(&migrator).unwrap();
    assert_eq!(
        (&history[0].checksum, &history[2].checksum[..]),
        (&one.was, one.now)
    );
    assert_eq!(history[2].operation, Operation::Repair);
    assert_eq!(versions(&session.upgrade(&migrator).unwrap().ran), [3]);
    assert!(session.is_up_to_date(&migrator).unwrap());
    assert_eq!(case.observe().rows("users"), ["1 Ada"]);
}

fn repair_down(case: &Case<'_>) {
    let mut session = case.open();
    session.upgrade(&case.migrator(&THREE[..2])).unwrap();
    let down = (
        "1_users.down.sql",
        "DELETE FROM users;\nDROP TABLE users;\n",
    );
    session.repair(&case.migrator(&[EDITED, down])).unwrap();
    let stored = "SELECT down_script FROM rungs_log WHERE operation = 'repair'";
    let stored = case.observe().value(stored).unwrap();
    assert!(stored.ends_with(down.1), "{stored}");
}

fn rebuild(case: &Case<'_>) {
    let mut session = case.open();
    let bad = ("2_bad.up.sql", "INSERT INTO nowhere VALUES (3);\n");
    let failing = [&THREE[..2], &[bad], &THREE[4..]].concat();
    statement_error(session.upgrade(&case.migrator(&failing)).unwrap_err());
    let mended = ("2_bad.up.sql", "INSERT INTO users VALUES (3, 'Eve');\n");
    let mended = case.migrator(&[&THREE[..2], &[mended], &THREE[4..]].concat());
    assert_eq!(versions(&session.rebuild(&mended, "2").unwrap().ran), [2]);
    assert_eq!(case.applied(), [1, 2]);
    assert_error!(session.rebuild(&mended, "2"), Error::NotFailed(_));
}

fn rebuild_half_way(case: &Case<'_>) {
    let mut session = case.open();
    let failing = [&THREE[..2], &[STOPS], &THREE[4..]].concat();
    session.upgrade(&case.migrator(&failing)).unwrap_err();
    let mended = STOPS
        .1
        .replace("nowhere VALUES (3)", "users VALUES (3, 'Eve')");
    let mended = ("2_stops.up.sql", &*mended);
    let mended = case.migrator(&[&THREE[..2], &[mended], &THREE[4..]].concat());
    assert_eq!(
        versions(&session.rebuild(&mended, "stops").unwrap().ran),
        [2]
    );
    assert_eq!(case.observe().rows("users"), ["1 Ada", "2 Bob", "3 Eve"]);
    assert_eq!(case.applied(), [1, 2]);
}

fn rebuild_nothing(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    assert_error!(session.rebuild(&migrator, "1"), Error::NotFailed(_));
    session.upgrade_to(&migrator, "1").unwrap();
    assert_error!(session.rebuild(&migrator, "1"), Error::NotFailed(_));
    assert_error!(session.rebuild(&migrator, "2"), Error::NotFailed(_));
    assert_error!(session.rebuild(&migrator, "9"), Error::UnknownTarget { .. });
    assert_eq!(case.log(), ["1 run success 2"]);
}

fn settle_nothing(case: &Case<'_>) {
    let mut session = case.open();
    let files = [&THREE[..2], &[STOPS]].concat();
    let migrator = case.migrator(&files);
    session.upgrade(&migrator).unwrap_err();
    for version in ["1", "2"] {
        let settled = session.settle(&migrator, version, Settled::Done);
        assert_error!(settled, Error::NotInDoubt(_));
    }
}

/// What a procedure does cannot be seen in a catalog.
fn settle(case: &Case<'_>, settled: Settled, rows: impl IntoIterator<Item = &'static str>) {
    let mut session = case.open();
    let table = (
        "1_a.up.sql",
        "CREATE TABLE a (b INTEGER);\nCREATE PROCEDURE p() INSERT INTO nowhere VALUES (2);\n",
    );
    let calls = (
        "2_calls.up.sql",
        "INSERT INTO a VALUES (1);\nCALL p();\nINSERT INTO a VALUES (3);\n",
    );
    let migrator = case.migrator(&[table, calls]).operator("Ada");
    statement_error(session.upgrade(&migrator).unwrap_err());
    // As a run leaves it that ends between the statement and its record.
    case.observe().query(
        "UPDATE rungs_log SET outcome = 'started', session = NULL, error = NULL WHERE version = 2; \
         DROP PROCEDURE p; CREATE PROCEDURE p() INSERT INTO a VALUES (2)",
    );
    assert_eq!(session.status(&migrator).unwrap()[1].state, State::InDoubt);
    for _ in 0..2 {
        assert_error!(session.upgrade(&migrator), Error::InDoubt(_));
    }
    let report = session.settle(&migrator, "2", settled).unwrap();
    assert_eq!(versions(&report.ran), [2]);
    assert_eq!(
        session.status(&migrator).unwrap()[1].state,
        State::Interrupted
    );
    let answered = session.settle(&migrator, "2", settled);
    assert_error!(answered, Error::NotInDoubt(_));
    session.upgrade(&migrator).unwrap();
    assert_eq!(case.observe().rows("a"), Vec::from_iter(rows));
    assert!(session.is_up_to_date(&migrator).unwrap());
}

fn settle_partition(case: &Case<'_>, settled: Settled) {
    let mut session = case.open();
    let table = (
        "1_a.up.sql",
        "CREATE TABLE a (b integer) PARTITION BY LIST (b);\nCREATE TABLE a0 PARTITION OF a FOR VALUES IN (0);\n",
    );
    let detach = (
        "2_detach.up.sql",
        "INSERT INTO a VALUES (0);\nALTER TABLE a DETACH PARTITION a1 CONCURRENTLY;\nINSERT INTO a VALUES (0);\n",
    );
    let migrator = case.migrator(&[table, detach]);
    statement_error(session.upgrade(&migrator).unwrap_err());
    case.observe().query(
        "UPDATE rungs_log SET outcome = 'started', session = NULL, error = NULL WHERE version = 2; \
         CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1)",
    );
    assert_error!(session.upgrade(&migrator), Error::InDoubt(_));
    session.settle(&migrator, "2", settled).unwrap();
    session.upgrade(&migrator).unwrap();
    let attached = "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'a1'::regclass";
    let expected = if settled == Settled::Done { "1" } else { "0" };
    assert_eq!(case.observe().value(attached).as_deref(), Some(expected));
    assert_eq!(case.observe().rows("a0"), ["0", "0"]);
    assert!(session.is_up_to_date(&migrator).unwrap());
}

/// The newest row is that of an older release, which does not know the migration in doubt.
fn settle_at_once(case: &Case<'_>) {
    let doubtful = case.by_family(
        "",
        "ALTER TABLE a DETACH PARTITION a1 CONCURRENTLY;\n",
        "CALL p();\n",
    );
    let table = case.by_family(
        "",
        "CREATE TABLE a (b integer) PARTITION BY LIST (b);\n",
        "CREATE TABLE a (b INTEGER);\n",
    );
    let table = ("1_a.up.sql", table);
    let older = [table, ("2_b.up.sql", "CREATE TABLE b (c INTEGER);\n")];
    let newer = [table, ("3_doubtful.up.sql", doubtful)];
    let mut session = case.open();
    statement_error(session.upgrade(&case.migrator(&newer)).unwrap_err());
    case.observe().query(
        "UPDATE rungs_log SET outcome = 'started', session = NULL, error = NULL WHERE version = 3",
    );
    let older = case.migrator(&older).ahead(Ahead::Tolerate);
    session.upgrade(&older).unwrap();
    let both = case.migrator(&[
        table,
        ("2_b.up.sql", "CREATE TABLE b (c INTEGER);\n"),
        newer[1],
    ]);
    let (faster, other) = (both.clone(), case.elsewhere());
    let slower = both.before_run(move |_| {
        other.run(|session| session.settle(&faster, "3", Settled::NotDone).map(drop))
    });
    let settled = session.settle(&slower, "3", Settled::Done);
    assert_error!(settled, Error::NotInDoubt(_));
    assert_eq!(
        case.log(),
        ["1 run success 1", "3 run error 0", "2 run success 1"]
    );
}

/// Before each command of a mark and a repair.
fn mark_fails(case: &Case<'_>) {
    let edited = case.migrator(&[&[EDITED], &THREE[1..]].concat());
    for command in 0.. {
        let case = case.another();
        let mut session = case.open();
        session.upgrade_to(&case.migrator(THREE), "1").unwrap();
        session.tape().fault(Some(Fault::Fail(command)));
        let repaired = session.repair(&edited);
        let marked = session.mark_to(&edited, "head");
        let has_failed = !session.tape().is_armed();
        // What fails may be what cleans up, which changes nothing.
        assert!(has_failed || (repaired.is_ok() && marked.is_ok()));
        case.elsewhere().run(|session| {
            session.repair(&edited).unwrap();
            session.mark_to(&edited, "head").unwrap();
            assert!(session.is_up_to_date(&edited).unwrap());
        });
        let mut log = case.log();
        log.retain(|row| row.contains(" success "));
        let expected = [
            "1 run success 2",
            "1 repair success 2",
            "2 run_skip success 1",
            "3 run_skip success 1",
        ];
        assert_eq!(log, expected, "{command}");
        if !has_failed {
            break;
        }
    }
}

fn marks_at_once(case: &Case<'_>) {
    let migrator = case.migrator(THREE);
    let process = case.elsewhere();
    let mark = || process.run(|session| session.mark_to(&migrator, "head").unwrap().ran.len());
    let marked: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(mark)).collect();
        let marked = threads.into_iter().map(|thread| thread.join().unwrap());
        marked.sum()
    });
    assert_eq!(marked, 3);
    assert_eq!(case.log().len(), 3);
}

fn kinds(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(THREE);
    let failed = |result: Result<rungs::Report, Error>| result.unwrap_err().kind();
    let unknown = session.upgrade_to(&migrator, "nope");
    assert_eq!(failed(unknown), ErrorKind::NotFound);
    let named = migrator.clone().log_table("no; name");
    assert_eq!(failed(session.upgrade(&named)), ErrorKind::Configuration);
    let pending = session.require_up_to_date(&migrator).unwrap_err();
    assert_eq!(pending.kind(), ErrorKind::Pending);
    session.upgrade(&migrator).unwrap();
    assert_eq!(
        failed(session.upgrade_to(&migrator, "1")),
        ErrorKind::Request
    );
    let ahead = session.upgrade(&case.migrator(&THREE[..2]));
    assert_eq!(failed(ahead), ErrorKind::Disagreement);
    let one_way = [&THREE[..2], &THREE[2..3], &THREE[4..]].concat();
    let irreversible = session
        .downgrade_to(&case.migrator(&one_way), "base")
        .unwrap_err();
    assert_eq!(irreversible.kind(), ErrorKind::Downgrade);
    assert_eq!(irreversible.version().map(rungs::Version::number), Some(2));
    let bad_down = [
        &THREE[..5],
        &[("3_tags.down.sql", "DELETE FROM nowhere;\n")],
    ]
    .concat();
    let error = session
        .downgrade_to(&case.migrator(&bad_down), "2")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Downgrade);
    let bad_up = [THREE, &[("4_bad.up.sql", "\nDELETE FROM nowhere;\n")]].concat();
    let error = session.upgrade(&case.migrator(&bad_up)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upgrade);
    let (path, place) = error.place().unwrap();
    assert_eq!((path, place.unwrap().0), ("migrations/4_bad.up.sql", 2));
}

fn plans(case: &Case<'_>) {
    let mut session = case.open();
    let migrator = case.migrator(&THREE[..4]);
    let marked = session.plan(&migrator, Goal::Mark("1".into())).unwrap();
    assert_eq!(
        marked.to_string(),
        "-- 1 users (recorded as applied, not run): migrations/1_users.up.sql\n"
    );
    assert_eq!(marked.steps()[0].operation(), Operation::RunSkip);
    let (report, sent) = case.sent_by(|| session.plan(&migrator, Goal::Repair).unwrap());
    assert!(report.is_empty() && sent.len() == 1, "{sent:#?}");
    assert_eq!(case.observe().tables().len(), 0);
    session.reach(&migrator, Goal::Mark("1".into())).unwrap();
    assert_eq!(versions(&session.upgrade(&migrator).unwrap().ran), [2]);
}
