//! What an observer is told, as spans and events of `tracing`: the feature `tracing`.
//!
//! A span is never entered, as an async run changes threads; each names its parent instead. It lasts
//! from what begins something to what ends it.

use std::collections::BTreeMap;

use tracing::{Span, debug, debug_span, error, info, info_span};

use crate::event::Event;
use crate::version::Version;

#[derive(Default)]
pub(super) struct Spans {
    run: Option<Span>,
    migrations: BTreeMap<Version, Span>,
    statements: BTreeMap<(Version, usize), Span>,
}

impl Spans {
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    pub(super) fn note(&mut self, key: &str, event: &Event<'_>) {
        let run = self.run.get_or_insert_with(|| info_span!("rungs.run", key));
        match event {
            Event::Planned { .. } | Event::Waiting { .. } | Event::RunDone { .. } => {
                info!(parent: &*run, "{event}");
            }
            Event::RunFailed { .. } => error!(parent: &*run, "{event}"),
            Event::MigrationStarted {
                migration,
                direction,
                ..
            } => {
                let version = migration.version();
                let (number, name) = (version.number(), migration.name());
                let span = info_span!(
                    parent: &*run, "rungs.migration", version = number, name, %direction
                );
                self.migrations.insert(version, span);
            }
            Event::StatementStarted {
                migration,
                statement,
                ..
            } => {
                let version = migration.version();
                let parent = self.migrations.get(&version).unwrap_or(run);
                let number = statement + 1;
                let span = debug_span!(parent: parent, "rungs.statement", number);
                self.statements.insert((version, *statement), span);
            }
            Event::StatementDone {
                migration, done, ..
            }
            | Event::StatementSkipped {
                migration, done, ..
            } => {
                let statement = done.saturating_sub(1);
                self.statements.remove(&(migration.version(), statement));
            }
            Event::BatchDone {
                migration, done, ..
            } => {
                let statement = (migration.version(), *done);
                let parent = self.statements.get(&statement).unwrap_or(run);
                debug!(parent: parent, "{event}");
            }
            Event::MigrationDone { migration, .. } => {
                if let Some(span) = self.end(migration.version()) {
                    info!(parent: &span, "{event}");
                }
            }
            Event::MigrationFailed { migration, .. } => {
                if let Some(span) = self.end(migration.version()) {
                    error!(parent: &span, "{event}");
                }
            }
        }
    }

    fn end(&mut self, version: Version) -> Option<Span> {
        self.statements.retain(|(of, _), _| *of != version);
        self.migrations.remove(&version)
    }
}
