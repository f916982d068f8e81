//! What is noted and told as a migration goes on.

use std::time::Duration;

use super::{Engine, Task};
use crate::event::Event;
use crate::plan::{Direction, Goal, Step};
use crate::report::Ran;

impl Engine<'_> {
    pub(super) fn start(&mut self, step: Step) {
        self.migration_started = self.now;
        let (migration, direction) = (step.migration, step.direction);
        let statements = step.statements().count();
        self.notify(&Event::MigrationStarted {
            migration,
            direction,
            statements,
        });
    }

    pub(super) fn statement_done(&self, step: Step, index: usize) {
        let statements = step.script.statements().len();
        self.notify(&Event::StatementDone {
            migration: step.migration,
            done: index + 1,
            statements,
        });
    }

    pub(super) fn statement_skipped(&self, step: Step, index: usize) {
        self.notify(&Event::StatementSkipped {
            migration: step.migration,
            done: index + 1,
            statements: step.script.statements().len(),
        });
    }

    pub(super) fn migration_done(&mut self, step: Step) {
        let (migration, direction) = (step.migration, step.direction);
        let measured = self.durations.pop_front().map(Duration::from_millis);
        let duration = measured.unwrap_or_else(|| self.now.duration_since(self.migration_started));
        let checksum = (direction == Direction::Up).then(|| migration.up().checksum());
        self.outcome.applied.record(migration.version(), checksum);
        self.outcome.applied.newest += 1;
        self.report(step, duration);
        self.last_step = Some(step);
        if !self.options.policy.atomic {
            self.share_again();
        }
        if self.task == Task::Reach(Goal::Redo) && direction == Direction::Down {
            self.task = Task::Reach(Goal::Run(migration.version()));
        }
        self.notify(&Event::MigrationDone {
            migration,
            direction,
            duration,
        });
    }

    fn report(&mut self, step: Step, duration: Duration) {
        self.outcome.report.ran.push(Ran {
            version: step.migration.version(),
            name: step.migration.name(),
            direction: step.direction,
            statements: step.statements().count(),
            duration,
        });
    }

    pub(super) fn notify(&self, event: &Event<'_>) {
        if let Some(observer) = &self.options.observer {
            observer(event);
        }
    }
}
