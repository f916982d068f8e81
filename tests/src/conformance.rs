//! What every adapter must do: one table of scenarios, run for each of them.

mod failures;
mod first_runs;
mod foreign_keys;
mod locks;
mod outside;
mod policies;
mod reading;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rungs::{Error, Migrator, StatementError};

use crate::recorder::Tape;
use crate::session::{Adapter, Session};

/// A name that says what is true, and a function that panics when it is not.
pub type Scenario = (&'static str, fn(&Case<'_>));

/// Every scenario, by topic.
pub const SCENARIOS: &[&[Scenario]] = &[
    first_runs::SCENARIOS,
    reading::SCENARIOS,
    targets::SCENARIOS,
    policies::SCENARIOS,
    failures::SCENARIOS,
    foreign_keys::SCENARIOS,
    outside::SCENARIOS,
    locks::SCENARIOS,
];

/// What the database was sent in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The scenario.
    pub scenario: &'static str,
    /// The commands, in order.
    pub commands: Vec<String>,
}

/// One scenario on one adapter, with a database of its own.
pub struct Case<'a> {
    adapter: &'a dyn Adapter,
    directory: tempfile::TempDir,
    tape: Tape,
}

/// Runs every scenario and returns what was sent; panics with the names of those that failed.
pub fn run(adapter: &dyn Adapter) -> Vec<Transcript> {
    let mut failed = Vec::new();
    let mut transcripts = Vec::new();
    for (scenario, check) in SCENARIOS.iter().copied().flatten() {
        let case = Case {
            adapter,
            directory: tempfile::tempdir().unwrap(),
            tape: Tape::default(),
        };
        if catch_unwind(AssertUnwindSafe(|| check(&case))).is_err() {
            failed.push(*scenario);
        }
        transcripts.push(Transcript {
            scenario,
            commands: case.tape.commands(),
        });
    }
    assert!(failed.is_empty(), "{}: {failed:#?}", adapter.name());
    transcripts
}

impl Case<'_> {
    /// The file of the database.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("database.sqlite")
    }

    /// A connection to it.
    pub fn open(&self) -> Box<dyn Session> {
        self.adapter.open(&self.file(), self.tape.clone())
    }

    /// What was sent since this was asked last.
    fn sent_by<T>(&self, act: impl FnOnce() -> T) -> (T, Vec<String>) {
        let before = self.tape.commands().len();
        let answer = act();
        (answer, self.tape.commands().split_off(before))
    }
}

/// A migrator with default options for a table of these files.
fn migrator(files: &[(&str, &str)]) -> Migrator<'static> {
    Migrator::new(crate::table(files))
}

/// The versions that a report or a statement error says have run.
fn versions(ran: &[rungs::Ran]) -> Vec<i64> {
    ran.iter().map(|ran| ran.version.number()).collect()
}

fn statement_error(error: Error) -> Box<StatementError> {
    match error {
        Error::Statement(error) => error,
        other => panic!("{other:?}"),
    }
}

/// Asserts that a result is an error of this shape.
macro_rules! assert_error {
    ($result:expr, $($pattern:tt)+) => {{
        let error = $result.unwrap_err();
        assert!(matches!(error, $($pattern)+), "{error:?}");
    }};
}
use assert_error;

/// Three tables with a way back.
const THREE: &[(&str, &str)] = &[
    (
        "1_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO users VALUES (1, 'Ada');\n",
    ),
    ("1_users.down.sql", "DROP TABLE users;\n"),
    (
        "2_posts.up.sql",
        "CREATE TABLE posts (id INTEGER PRIMARY KEY);\n",
    ),
    ("2_posts.down.sql", "DROP TABLE posts;\n"),
    (
        "3_tags.up.sql",
        "CREATE TABLE tags (id INTEGER PRIMARY KEY);\n",
    ),
    ("3_tags.down.sql", "DROP TABLE tags;\n"),
];
