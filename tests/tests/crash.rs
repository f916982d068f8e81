//! The process ends, or the connection breaks, before any command.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rungs::{Error, Migrations, Migrator};
use rungs_tests::{
    Adapter, Fault, Session, Tape, adapters, applied, dump, is_crash, observer, query, table,
};

/// Every way to run: in a transaction, with foreign keys suspended, without a transaction.
const FILES: &[(&str, &str)] = &[
    (
        "1_family.up.sql",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n\
         CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent ON DELETE CASCADE);\n\
         INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (10, 1), (20, 2);\n",
    ),
    (
        "1_family.down.sql",
        "DROP TABLE child;\nDROP TABLE parent;\n",
    ),
    (
        "2_rebuild.up.sql",
        "PRAGMA foreign_keys = OFF;\nCREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT);\n\
         INSERT INTO new (id) SELECT id FROM parent;\nDROP TABLE parent;\n\
         ALTER TABLE new RENAME TO parent;\n",
    ),
    (
        "2_rebuild.down.sql",
        "ALTER TABLE parent DROP COLUMN name;\n",
    ),
    (
        "3_outside.up.sql",
        "-- rungs: no-transaction\nCREATE TABLE counted (n);\nINSERT INTO counted VALUES (1);\n\
         VACUUM;\nINSERT INTO counted VALUES (2);\n",
    ),
    (
        "3_outside.down.sql",
        "-- rungs: no-transaction\nDELETE FROM counted WHERE n = 2;\nVACUUM;\nDROP TABLE counted;\n",
    ),
    (
        "4_last.up.sql",
        "CREATE TABLE last (id);\nINSERT INTO last VALUES (1);\n",
    ),
    ("4_last.down.sql", "DROP TABLE last;\n"),
];

/// A run: from where, to where.
type Way = (&'static str, &'static str);

/// A connection of a pool is the same thing.
const ADAPTERS: &[&dyn Adapter] = &[&adapters::Rusqlite, &adapters::SqlxConnection];

const WAYS: &[Way] = &[
    ("base", "head"),
    ("head", "base"),
    ("2", "head"),
    ("head", "2"),
];

#[test]
fn a_crash_before_any_command_is_made_good_by_the_next_run() {
    every_way(&Fault::Crash, |trial, fault| {
        let mut session = trial.open();
        session.tape().fault(Some(fault));
        let run = || session.migrate_to(&Trial::migrator(), trial.way.1);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            assert!(is_crash(&*panic));
        }
        !session.tape().is_armed()
    });
}

#[test]
fn a_command_that_fails_leaves_nothing_locked_and_the_next_run_finishes() {
    every_way(&Fault::Fail, |trial, fault| {
        let mut session = trial.open();
        session.tape().fault(Some(fault));
        let result = session.migrate_to(&Trial::migrator(), trial.way.1);
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
        let mut session = trial.open();
        session.tape().fault(Some(fault));
        let result = session.migrate_to(&Trial::migrator(), trial.way.1);
        let came = session.tape().is_broken();
        assert_eq!(result.is_err(), came);
        came
    });
}

/// Does something to a run before each of its commands; it says whether the run came that far.
fn every_way(fault: &dyn Fn(usize) -> Fault, act: impl Fn(&Trial<'_>, Fault) -> bool) {
    for adapter in ADAPTERS {
        for way in WAYS {
            let start = Trial::new(*adapter, *way);
            start.go(way.0);
            let undisturbed = Trial::from(&start);
            undisturbed.finish();
            for command in 0.. {
                let trial = Trial::from(&start);
                let came = act(&trial, fault(command));
                trial.finish();
                let (ours, expected) = (trial.outcome(), undisturbed.outcome());
                assert_eq!(ours, expected, "{} {way:?} {command}", adapter.name());
                if !came {
                    break;
                }
            }
        }
    }
}

/// A database on its way.
struct Trial<'a> {
    adapter: &'a dyn Adapter,
    way: Way,
    directory: tempfile::TempDir,
}

impl<'a> Trial<'a> {
    fn new(adapter: &'a dyn Adapter, way: Way) -> Self {
        Self {
            adapter,
            way,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// Another database at the same place.
    fn from(start: &Self) -> Self {
        let trial = Self::new(start.adapter, start.way);
        std::fs::copy(start.file(), trial.file()).unwrap();
        trial
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("database.sqlite")
    }

    fn open(&self) -> Box<dyn Session> {
        self.adapter.open(&self.file(), Tape::default())
    }

    fn migrator() -> Migrator<'static> {
        static MIGRATIONS: LazyLock<&Migrations> = LazyLock::new(|| table(FILES));
        Migrator::new(&MIGRATIONS)
    }

    fn go(&self, target: &str) {
        let mut session = self.open();
        session.migrate_to(&Self::migrator(), target).unwrap();
        assert_eq!(session.ask("PRAGMA foreign_keys").as_deref(), Some("1"));
    }

    fn finish(&self) {
        self.go(self.way.1);
    }

    /// Nobody is kept out by a run that is over.
    fn is_free(&self, result: &Result<rungs::Report, Error>) {
        let other = observer(&self.file()).execute_batch("BEGIN IMMEDIATE; ROLLBACK");
        assert!(other.is_ok(), "{other:?} after {result:?}");
    }

    /// Schema, rows, what is applied, and how often the log says that each was done.
    fn outcome(&self) -> (String, Vec<i64>, Vec<Vec<Option<String>>>) {
        (
            dump(&self.file()),
            applied(&self.file()),
            successes(&self.file()),
        )
    }
}

fn successes(file: &Path) -> Vec<Vec<Option<String>>> {
    let sql = "SELECT version, operation = 'rollback', count(*) FROM rungs_log \
               WHERE outcome = 'success' GROUP BY 1, 2 ORDER BY 1, 2";
    query(&observer(file), sql)
}
