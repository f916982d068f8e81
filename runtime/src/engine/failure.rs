//! What the engine does when a command fails: try again, or close what is open and record it.

use std::borrow::Cow;

#[cfg(feature = "adopt")]
use super::adoption::is_adoption_race;
use super::{Begun, Engine, Sharing};
use crate::connection::DriverError;
use crate::error::{Error, FIND_SCHEMA, Named, RolledBack, StatementError};
use crate::event::Event;
use crate::plan::Step;
use crate::script::{Item, Purpose, Scope, Writer};
use crate::table::Script;

/// How much of a statement an error shows, in characters.
const SHOWN: usize = 120;

impl Engine<'_> {
    /// A command failed: decides what that means; an error that is returned ends the run.
    pub(super) fn failed(&mut self, item: Item, error: DriverError) -> Result<(), Error> {
        if let Purpose::Trial(step) = item.purpose {
            return self.trial_failed(step, error);
        }
        if let Some(server) = self.sql.server() {
            #[cfg(feature = "adopt")]
            if is_adoption_race(server, &item.purpose, &error) {
                self.adoption_refused(&item, error);
                return Ok(());
            }
            return self.failed_on_server(server, item, error);
        }
        if may_run_again(&item) && self.sql.is_busy(&error) {
            return self.wait(item, error);
        }
        match item.purpose {
            Purpose::State | Purpose::History if self.sql.is_missing_log(&error) => {
                self.has_log = false;
                self.decide()
            }
            Purpose::Statement(step, index)
            | Purpose::Call(step, index)
            | Purpose::Batch(step, index)
            | Purpose::BatchRows(step, index) => {
                let error = self.statement_error(step, index, item.scope, error);
                self.abort(error, item.scope, Some(step));
                Ok(())
            }
            Purpose::Condition(step, index) => {
                self.condition_failed(step, index, item.scope, error);
                Ok(())
            }
            Purpose::RollbackTo => {
                self.close_transaction();
                Ok(())
            }
            Purpose::Cleanup => Ok(()),
            // Elsewhere the transaction is not one of whole migrations, or something failed before.
            Purpose::Commit { .. }
                if item.scope == Scope::Transaction
                    && self.error.is_none()
                    && self.sql.is_foreign_key_violation(&error) =>
            {
                self.commit_refused(error)
            }
            ref purpose => Err(self.database_error(purpose.doing(), error)),
        }
    }

    /// Ends the run: closes what is open, records the failure of a migration, keeps the first error.
    pub(super) fn abort(&mut self, error: Error, scope: Scope, failed: Option<Step>) {
        self.queue.clear();
        if let Some(step) = failed {
            self.notify(&Event::MigrationFailed {
                migration: step.migration,
                direction: step.direction,
                error: &error,
            });
        }
        let text = error.to_string();
        let rolls_back_run = self.options.policy.atomic && scope == Scope::Migration;
        if rolls_back_run || scope == Scope::Transaction {
            self.forget_transaction();
        }
        let failed = failed.map(|step| (step, text.as_str()));
        let mut applied = self.outcome.applied.clone();
        let mut items = if rolls_back_run {
            self.writer().close_run(failed, &mut applied)
        } else {
            self.writer().close(scope, failed, &mut applied)
        };
        let rolls_back = items.first().is_some_and(Item::rolls_back);
        let writes = items.split_off(usize::from(rolls_back));
        self.queue.extend(items);
        // The migration may have left the session unable to write to the log.
        self.queue
            .extend(self.session_restored(self.changed_session));
        self.queue.extend(writes);
        self.enforce_foreign_keys();
        let release = self.peer_lock_released();
        self.queue.extend(release);
        if failed.is_none() && scope.lease().is_some() {
            let release = self.lease_released();
            self.queue.extend(release);
        }
        self.error.get_or_insert(error);
        self.failed_step = failed.map(|(step, _)| step);
    }

    /// Gives up the whole transaction, with the migrations before the one that failed, and records
    /// that failure.
    fn close_transaction(&mut self) {
        self.forget_transaction();
        self.queue.clear();
        let text = self.error.as_ref().map(ToString::to_string);
        let text = text.unwrap_or_default();
        let failed = self.failed_step.map(|step| (step, text.as_str()));
        let mut applied = self.outcome.applied.clone();
        let items = self.writer().close_run(failed, &mut applied);
        self.queue.extend(items);
        self.enforce_foreign_keys();
    }

    /// A deferred foreign key is violated, which the database says only now and of the transaction as
    /// a whole: gives each migration a transaction of its own, and so finds the one that is to blame.
    fn commit_refused(&mut self, source: DriverError) -> Result<(), Error> {
        let inside = self.outcome.report.ran.len() - self.begun.ran;
        let error = Error::Database {
            doing: "commit",
            source: Box::new(source),
        };
        let (Some(step), false) = (self.last_step, self.options.policy.atomic) else {
            return Err(error);
        };
        if inside > 1 {
            self.forget_transaction();
            self.sharing = Sharing::Statements;
            self.queue.clear();
            self.queue.extend([Writer::rollback(), self.history()]);
            return Ok(());
        }
        self.error = Some(Error::ForeignKeys {
            migration: Named::from(step.migration),
            direction: step.direction,
            path: step.script.path(),
            violations: Vec::new(),
        });
        self.failed_step = Some(step);
        self.close_transaction();
        Ok(())
    }

    /// What ran since the transaction began did not happen, whatever an earlier error says.
    pub(super) fn forget_transaction(&mut self) {
        let Begun { applied, ran, task } = self.begun.clone();
        self.outcome.applied = applied;
        self.outcome.report.ran.truncate(ran);
        self.task = task.unwrap_or_else(|| self.task.clone());
        if let Some(Error::Statement(error)) = &mut self.error {
            error.rolled_back = RolledBack::RunByDatabase;
            error.ran.clone_from(&self.outcome.report.ran);
        }
    }

    pub(super) fn database_error(&self, doing: &'static str, source: DriverError) -> Error {
        let source = Box::new(source);
        let lacks_schema = self.log.schema.is_some() && self.sql.is_missing_schema(&source);
        let doing = if lacks_schema { FIND_SCHEMA } else { doing };
        let first = self
            .outcome
            .plan
            .as_ref()
            .and_then(|plan| plan.steps.first());
        match first {
            Some(step) if self.sql.is_read_only(&source) => Error::ReadOnly {
                migration: Named::from(step.migration),
                source,
            },
            _ => Error::Database { doing, source },
        }
    }

    /// The query of a `when` failed, which stands elsewhere than its statement.
    pub(super) fn condition_failed(
        &mut self,
        step: Step,
        index: usize,
        scope: Scope,
        error: DriverError,
    ) {
        let is_busy = self.sql.is_busy(&error);
        let error = self.condition_error(step, index, scope, error);
        if is_busy && self.sql.server().is_some() {
            self.begin_again(scope, Some(step), error);
        } else {
            self.abort(error, scope, Some(step));
        }
    }

    /// The error of the query of a `when`.
    pub(super) fn condition_error(
        &self,
        step: Step,
        index: usize,
        scope: Scope,
        error: DriverError,
    ) -> Error {
        let mut error = self.statement_error(step, index, scope, error);
        let statement = step.script.statements().nth(index);
        if let (Error::Statement(error), Some(statement)) = (&mut error, statement) {
            (error.line, error.column) = statement.when_position();
            error.statement = shorten(&statement.when().unwrap_or_default());
        }
        error
    }

    /// The error of a query that has to be true; the place in what was sent is none in the file.
    fn verification_error(&self, source: DriverError) -> DriverError {
        if self.sql.is_untrue(&source) {
            return DriverError::new("what has to be true after the migration is not", source);
        }
        DriverError {
            offset: None,
            ..source
        }
    }

    pub(super) fn statement_error(
        &self,
        step: Step,
        index: usize,
        scope: Scope,
        source: DriverError,
    ) -> Error {
        let statement = step.script.statements().nth(index);
        let source = match statement {
            Some(statement) if statement.is_verification() => self.verification_error(source),
            // A place in one batch is none in the file.
            Some(statement) if statement.batch(self.database).is_some() => DriverError {
                offset: None,
                ..source
            },
            _ => source,
        };
        let sql = statement.map_or_else(Cow::default, |statement| statement.sql());
        let told = self
            .sql
            .server()
            .and_then(|server| server.offset(&source, &sql));
        let (line, column) = position(step.script, index, source.offset.or(told));
        let (rolled_back, ran) = match scope {
            Scope::Outside { done, .. } | Scope::OutsideTransaction { done, .. } => (
                RolledBack::Nothing {
                    statements_done: done,
                },
                self.outcome.report.ran.len(),
            ),
            _ if self.options.policy.atomic => (RolledBack::Run, self.begun.ran),
            _ => (RolledBack::Migration, self.outcome.report.ran.len()),
        };
        Error::Statement(Box::new(StatementError {
            migration: Named::from(step.migration),
            direction: step.direction,
            path: step.script.path(),
            line,
            column,
            statement: shorten(&sql),
            waited: None,
            rolled_back,
            ran: self.outcome.report.ran.iter().take(ran).cloned().collect(),
            source,
        }))
    }
}

/// A command that failed because somebody else holds the database had no effect; but a statement of
/// a migration in a transaction is better reported than repeated.
fn may_run_again(item: &Item) -> bool {
    !matches!(
        (&item.purpose, item.scope),
        (Purpose::Statement(..), Scope::Migration)
    )
}

/// Line and column: of the byte that the database complains about, else of the statement.
pub(super) fn position(script: Script, index: usize, offset: Option<usize>) -> (u32, u32) {
    let Some(statement) = script.statements().nth(index) else {
        return (1, 1);
    };
    let before = offset
        .map(|offset| statement.written_before(offset))
        .unwrap_or_default();
    let characters = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    match before.rsplit_once('\n') {
        Some((above, beside)) => {
            let lines = above.matches('\n').count() + 1;
            (
                statement.line() + u32::try_from(lines).unwrap_or(u32::MAX),
                characters(beside) + 1,
            )
        }
        None => (statement.line(), statement.column() + characters(before)),
    }
}

/// A statement in one line, cut to what an error can show.
pub(super) fn shorten(statement: &str) -> String {
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.replace(char::is_control, "\u{fffd}");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_statements_are_cut_at_a_character() {
        let long = "é".repeat(200);
        assert_eq!(shorten(&long), format!("{} ...", "é".repeat(120)));
        assert_eq!(shorten("SELECT\n  1"), "SELECT 1");
        assert_eq!(shorten("SELECT '\u{1b}[31m'"), "SELECT '\u{fffd}[31m'");
    }
}
