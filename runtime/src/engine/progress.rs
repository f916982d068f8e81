//! What is noted and told as a migration goes on.

use std::time::Duration;

use super::{Engine, Task};
use crate::error::{Error, Named};
use crate::event::Event;
use crate::plan::{Action, Direction, Goal, Plan, Step};
use crate::report::Ran;
use crate::table::Statement;

impl Engine<'_> {
    pub(super) fn start(&mut self, step: Step) {
        self.migration_started = self.now;
        let (migration, direction) = (step.migration, step.direction);
        let statements = step.statements().count();
        self.notify(&Event::MigrationStarted {
            migration,
            direction,
            action: step.action,
            statements,
        });
    }

    pub(super) fn statement_started(&self, step: Step, index: usize) {
        if let Some(statement) = step.script.statements().nth(index) {
            self.notify(&Event::StatementStarted {
                migration: step.migration,
                statement: index,
                sql: &statement.sql(),
            });
        }
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
        if let Action::Settle(settled) = step.action {
            self.outcome.applied.settle(migration.version(), settled);
        } else {
            step.record_in(&mut self.outcome.applied);
            self.outcome.applied.newest += 1;
        }
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
            action: step.action,
            duration,
        });
    }

    fn report(&mut self, step: Step, duration: Duration) {
        self.outcome.report.ran.push(Ran {
            version: step.migration.version(),
            name: step.migration.name(),
            direction: step.direction,
            action: step.action,
            statements: step.statements().count(),
            duration,
        });
    }

    /// Tells of the plan, and asks whether it may be done; only once, whatever the run meets.
    pub(super) fn announce(&self, plan: &Plan) -> Result<(), Error> {
        if self.outcome.plan.is_some() {
            return Ok(());
        }
        self.refuse_unknown_functions(plan)?;
        self.notify(&Event::Planned { plan });
        match &self.options.before_run {
            Some(hook) => hook(plan).map_err(|source| Error::BeforeRun { source }),
            None => Ok(()),
        }
    }

    /// A function that a migration calls must be there, for connections like this one.
    pub(super) fn refuse_unknown_functions(&self, plan: &Plan) -> Result<(), Error> {
        let runs = plan.steps.iter().filter(|step| step.runs());
        let calls = runs.flat_map(|step| {
            let statements = step.statements().map(|(_, statement)| statement);
            let called = statements.filter(Statement::is_call);
            called.map(|statement| (*step, statement))
        });
        for (step, statement) in calls {
            let function = self.options.functions.get(statement.written());
            if !function.is_some_and(|function| function.takes(self.connection)) {
                return Err(Error::UnknownFunction {
                    migration: Named::from(step.migration),
                    path: step.script.path(),
                    line: statement.line(),
                    function: statement.written(),
                    registered_for: function.map(|function| function.connection_name),
                });
            }
        }
        Ok(())
    }

    /// Tells how the run has ended, if it had something to do.
    pub(super) fn announce_end(&self) {
        match (&self.error, &self.task) {
            (Some(error), Task::Reach(_)) => self.notify(&Event::RunFailed { error }),
            (None, Task::Reach(_)) if self.outcome.plan.is_some() => {
                let report = &self.outcome.report;
                self.notify(&Event::RunDone { report });
            }
            _ => {}
        }
    }

    pub(super) fn notify(&self, event: &Event<'_>) {
        #[cfg(feature = "tracing")]
        self.spans.borrow_mut().note(&self.log.key, event);
        if let Some(observer) = &self.options.observer {
            observer(event);
        }
    }
}
