//! The feature `tracing`, in a process of its own: runs of other tests that nobody listens to would turn
//! spans off for all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rungs::Database;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const FILES: &[(&str, &str)] = &[
    (
        "1_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n\nINSERT INTO users VALUES (1);\n",
    ),
    ("2_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n"),
];

/// Writes down spans as they begin and end, each with its parent.
#[derive(Clone, Default)]
struct Seen {
    lines: Arc<Mutex<Vec<String>>>,
    names: Arc<Mutex<BTreeMap<u64, &'static str>>>,
    count: Arc<AtomicU64>,
}

impl Subscriber for Seen {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let name = span.metadata().name();
        let mut names = self.names.lock().unwrap();
        let parent = span
            .parent()
            .and_then(|parent| names.get(&parent.into_u64()));
        let parent = parent.copied().unwrap_or("-");
        names.insert(id, name);
        self.lines
            .lock()
            .unwrap()
            .push(format!("{name} in {parent}"));
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level();
        let names = self.names.lock().unwrap();
        let parent = event
            .parent()
            .and_then(|parent| names.get(&parent.into_u64()));
        let line = format!("{level} in {}", parent.unwrap());
        self.lines.lock().unwrap().push(line);
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}

    fn try_close(&self, id: Id) -> bool {
        let name = self.names.lock().unwrap()[&id.into_u64()];
        self.lines.lock().unwrap().push(format!("{name} ends"));
        true
    }
}

#[test]
fn a_run_is_a_span_with_migrations_and_statements_in_it() {
    let seen = Seen::default();
    let lines = Arc::clone(&seen.lines);
    let table = rungs_tests::table(Database::Sqlite, FILES);
    let mut connection = rusqlite::Connection::open_in_memory().unwrap();
    tracing::subscriber::with_default(seen, || table.upgrade(&mut connection).unwrap_err());
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "rungs.run in -",
            "INFO in rungs.run",
            "rungs.migration in rungs.run",
            "rungs.statement in rungs.migration",
            "rungs.statement ends",
            "rungs.statement in rungs.migration",
            "rungs.statement ends",
            "INFO in rungs.migration",
            "rungs.migration ends",
            "rungs.migration in rungs.run",
            "rungs.statement in rungs.migration",
            "rungs.statement ends",
            "ERROR in rungs.migration",
            "rungs.migration ends",
            "ERROR in rungs.run",
            "rungs.run ends",
        ]
    );
}
