//! What every adapter must do on every database: one table of scenarios, run for each of them.

mod batches;
mod case;
mod clusters;
mod company;
mod endings;
mod failures;
mod first_runs;
mod foreign_keys;
mod functions;
mod guards;
mod indexes;
mod locks;
mod outside;
mod placeholders;
mod policies;
mod positions;
mod reading;
mod records;
mod rights;
mod scenario;
mod schema;
mod settings;
mod squash;
mod stored;
mod targets;
mod trials;

use std::panic::{AssertUnwindSafe, catch_unwind};

use rungs::{Error, StatementError};

pub use case::{Case, Elsewhere};
pub use scenario::{Applies, Scenario};
use scenario::{everywhere, mysql, postgres, servers, sqlite, transactional};

use crate::engine::Engine;
use crate::session::Adapter;

/// Every scenario, by topic.
pub const SCENARIOS: &[&[Scenario]] = &[
    first_runs::SCENARIOS,
    reading::SCENARIOS,
    targets::SCENARIOS,
    policies::SCENARIOS,
    failures::SCENARIOS,
    functions::SCENARIOS,
    guards::SCENARIOS,
    positions::SCENARIOS,
    endings::SCENARIOS,
    foreign_keys::SCENARIOS,
    outside::SCENARIOS,
    indexes::SCENARIOS,
    settings::SCENARIOS,
    locks::SCENARIOS,
    batches::SCENARIOS,
    company::SCENARIOS,
    clusters::SCENARIOS,
    rights::SCENARIOS,
    records::SCENARIOS,
    stored::SCENARIOS,
    trials::SCENARIOS,
    squash::SCENARIOS,
    placeholders::SCENARIOS,
    schema::SCENARIOS,
];

/// What the database was sent in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The scenario.
    pub scenario: &'static str,
    /// The commands, in order.
    pub commands: Vec<String>,
}

/// Runs every scenario that applies, each in a database of its own, and returns what was sent;
/// panics with the names of those that failed.
pub fn run(adapter: &'static dyn Adapter, engine: &dyn Engine) -> Vec<Transcript> {
    let mut failed = Vec::new();
    let mut transcripts = Vec::new();
    let scenarios = SCENARIOS.iter().copied().flatten();
    for scenario in scenarios.filter(|it| it.applies.to(engine.database())) {
        let case = Case::new(adapter, engine);
        if catch_unwind(AssertUnwindSafe(|| (scenario.check)(&case))).is_err() {
            failed.push(scenario.name);
        }
        transcripts.push(Transcript {
            scenario: scenario.name,
            commands: case.sent(),
        });
    }
    let (adapter, engine) = (adapter.name(), engine.name());
    assert!(failed.is_empty(), "{adapter} on {engine}: {failed:#?}");
    transcripts
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
