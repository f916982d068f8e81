//! The process ends, or the connection breaks, before any command.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use rungs::{Database, Error, Migrator, Rows};
use rungs_tests::{Adapter, Case, Engine, Fault, adapters, engine, is_crash};

/// A run: from where, to where.
type Way = (&'static str, &'static str);

const WAYS: &[Way] = &[
    ("base", "head"),
    ("head", "base"),
    ("2", "head"),
    ("head", "2"),
];

#[test]
fn a_crash_before_any_command_is_made_good_by_the_next_run() {
    every_way(&Fault::Crash, |trial, fault| {
        let mut session = trial.case.open();
        session.tape().fault(Some(fault));
        let run = || session.migrate_to(&trial.migrator, trial.way.1);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            assert!(is_crash(&*panic));
        }
        !session.tape().is_armed()
    });
}

#[test]
fn a_command_that_fails_leaves_nothing_locked_and_the_next_run_finishes() {
    every_way(&Fault::Fail, |trial, fault| {
        let mut session = trial.case.open();
        session.tape().fault(Some(fault));
        let result = session.migrate_to(&trial.migrator, trial.way.1);
        let came = !session.tape().is_armed();
        let sent = session.tape().commands();
        let cleanup = [
            "ROLLBACK",
            "ROLLBACK TO rungs_migration",
            "RELEASE rungs_migration",
        ];
        let Fault::Fail(command) = fault else {
            unreachable!()
        };
        if came && !cleanup.contains(&&*sent[command]) {
            trial.is_free(&result);
        }
        came
    });
}

#[test]
fn a_connection_that_breaks_ends_the_run() {
    every_way(&Fault::Break, |trial, fault| {
        let mut session = trial.case.open();
        session.tape().fault(Some(fault));
        let result = session.migrate_to(&trial.migrator, trial.way.1);
        let came = session.tape().is_broken();
        assert_eq!(result.is_err(), came);
        came
    });
}

/// Does something to a run before each of its commands, on every database system; it says whether
/// the run came that far.
fn every_way(
    fault: &(dyn Fn(usize) -> Fault + Sync),
    act: impl Fn(&Trial<'_>, Fault) -> bool + Sync,
) {
    let act = &act;
    std::thread::scope(|scope| {
        for engine in engine::ALL.iter() {
            for adapter in adapters::kinds(engine.database()) {
                scope.spawn(move || {
                    for way in WAYS {
                        before_each_command(*adapter, &**engine, *way, fault, act);
                    }
                });
            }
        }
    });
}

fn before_each_command(
    adapter: &'static dyn Adapter,
    engine: &dyn Engine,
    way: Way,
    fault: &dyn Fn(usize) -> Fault,
    act: &dyn Fn(&Trial<'_>, Fault) -> bool,
) {
    let undisturbed = Trial::new(adapter, engine, way);
    undisturbed.finish();
    let expected = undisturbed.outcome();
    for command in 0.. {
        let trial = Trial::new(adapter, engine, way);
        let came = act(&trial, fault(command));
        trial.finish();
        assert_eq!(
            trial.outcome(),
            expected,
            "{adapter:?} {engine:?} {way:?} {command}"
        );
        if !came {
            break;
        }
    }
}

/// A database on its way.
struct Trial<'a> {
    case: Case<'a>,
    migrator: Migrator<'static>,
    way: Way,
}

impl<'a> Trial<'a> {
    /// One that is where the way begins.
    fn new(adapter: &'static dyn Adapter, engine: &'a dyn Engine, way: Way) -> Self {
        let case = Case::new(adapter, engine);
        let migrator = case.migrator(&files(&case));
        let trial = Self {
            case,
            migrator,
            way,
        };
        trial.go(way.0);
        trial
    }

    /// A process of its own goes there, which nothing happens to.
    fn go(&self, target: &str) {
        self.case.elsewhere().run(|session| {
            session.migrate_to(&self.migrator, target).unwrap();
            if self.case.database() == Database::Sqlite {
                assert_eq!(session.ask("PRAGMA foreign_keys").as_deref(), Some("1"));
            }
        });
    }

    fn finish(&self) {
        self.go(self.way.1);
    }

    /// Nobody is kept out by a run that is over.
    fn is_free(&self, result: &Result<rungs::Report, Error>) {
        let mut observer = self.case.observe();
        if observer.tables().iter().any(|table| table == "rungs_log") {
            let other = observer.try_query(self.case.by_family(
                "BEGIN IMMEDIATE; ROLLBACK",
                "BEGIN; LOCK TABLE rungs_log NOWAIT; ROLLBACK",
                "SET SESSION lock_wait_timeout = 1; LOCK TABLES rungs_log WRITE; UNLOCK TABLES",
            ));
            assert!(other.is_ok(), "{other:?} after {result:?}");
        }
    }

    /// Schema, rows, what is applied, and how often the log says that each was done.
    fn outcome(&self) -> (String, Vec<i64>, Rows) {
        let successes = "SELECT version, operation = 'rollback', count(*) FROM rungs_log \
                         WHERE outcome = 'success' GROUP BY 1, 2 ORDER BY 1, 2";
        let mut observer = self.case.observe();
        (
            observer.dump(),
            observer.applied(),
            observer.query(successes),
        )
    }
}

/// A migration that the database does not run in a transaction, and the way back.
fn outside(case: &Case<'_>) -> (&'static str, &'static str) {
    let outside = case.by_family(
                "-- rungs: no-transaction\nCREATE TABLE counted (n);\nINSERT INTO counted VALUES (1);\n\
                 VACUUM;\nINSERT INTO counted VALUES (2);\n",
                "-- rungs: no-transaction\nCREATE TABLE counted (n integer);\nINSERT INTO counted VALUES (1);\n\
                 CREATE INDEX CONCURRENTLY counted_n ON counted (n);\nVACUUM;\nINSERT INTO counted VALUES (2);\n",
                "CREATE TABLE counted (n INTEGER);\nINSERT INTO counted VALUES (1);\n\
                 CREATE INDEX counted_n ON counted (n);\nINSERT INTO counted VALUES (2);\n",
    );
    let back = case.by_family(
                "-- rungs: no-transaction\nDELETE FROM counted WHERE n = 2;\nVACUUM;\nDROP TABLE counted;\n",
                "-- rungs: no-transaction\nDELETE FROM counted WHERE n = 2;\n\
                 DROP INDEX CONCURRENTLY counted_n;\nDROP TABLE counted;\n",
                "DELETE FROM counted WHERE n = 2;\nDROP INDEX counted_n ON counted;\nDROP TABLE counted;\n",
    );
    (outside, back)
}

/// Every way to run: in a transaction, with foreign keys suspended, without a transaction.
fn files(case: &Case<'_>) -> [(&'static str, &'static str); 8] {
    let (outside, back) = outside(case);
    [
        (
            "1_family.up.sql",
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n\
             CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n\
             INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (10, 1), (20, 2);\n",
        ),
        (
            "1_family.down.sql",
            "DROP TABLE child;\nDROP TABLE parent;\n",
        ),
        (
            "2_rebuild.up.sql",
            case.by_family(
                "PRAGMA foreign_keys = OFF;\nCREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);\n\
                 INSERT INTO new (id) SELECT id FROM parent;\nDROP TABLE parent;\n\
                 ALTER TABLE new RENAME TO parent;\n",
                "ALTER TABLE parent ADD COLUMN name text;\nUPDATE parent SET name = 'p' || id;\n",
                "ALTER TABLE parent ADD COLUMN name VARCHAR(20);\n\
                 UPDATE parent SET name = CONCAT('p', id);\n",
            ),
        ),
        (
            "2_rebuild.down.sql",
            "ALTER TABLE parent DROP COLUMN name;\n",
        ),
        ("3_outside.up.sql", outside),
        ("3_outside.down.sql", back),
        (
            "4_last.up.sql",
            "CREATE TABLE last_one (id INTEGER);\nINSERT INTO last_one VALUES (1);\n",
        ),
        ("4_last.down.sql", "DROP TABLE last_one;\n"),
    ]
}
