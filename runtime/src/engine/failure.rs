//! What the engine does when a command fails: try again, or close what is open and record it.

use std::time::Duration;

use super::{Engine, Event};
use crate::connection::{DriverError, Rows};
use crate::error::{Error, Named, RolledBack, StatementError};
use crate::plan::Step;
use crate::script::{Item, Purpose, Scope};
use crate::table::Script;

/// Pauses between attempts grow from this ...
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// ... by doubling, up to this.
const LONGEST_PAUSE: Duration = Duration::from_millis(320);
/// How much of a statement an error shows, in characters.
const SHOWN: usize = 120;

impl Engine<'_> {
    /// A command failed: decides what that means; an error that is returned ends the run.
    pub(super) fn failed(&mut self, item: Item, error: DriverError) -> Result<(), Error> {
        if may_run_again(&item) && self.sql.is_busy(&error) {
            return self.wait(item, error);
        }
        match item.purpose {
            Purpose::State | Purpose::History if self.sql.is_missing_log(&error) => {
                self.has_log = false;
                self.decide()
            }
            Purpose::Statement(step, index) => {
                let error = self.statement_error(step, index, item.scope, error);
                self.abort(error, item.scope, Some(step));
                Ok(())
            }
            Purpose::RollbackTo => {
                self.transaction_is_gone();
                Ok(())
            }
            Purpose::Cleanup => Ok(()),
            ref purpose => Err(Error::Database {
                doing: purpose.doing(),
                source: error,
            }),
        }
    }

    /// Ends the run: closes what is open, records the failure of a migration, keeps the first error.
    pub(super) fn abort(&mut self, error: Error, scope: Scope, failed: Option<Step>) {
        self.queue.clear();
        let text = error.to_string();
        let rolls_back_run = self.options.policy.atomic && scope == Scope::Migration;
        if rolls_back_run || scope == Scope::Transaction {
            self.forget_transaction();
        }
        let failed = failed.map(|step| (step, text.as_str()));
        let mut applied = self.outcome.applied.clone();
        let items = if rolls_back_run {
            self.writer().close_run(failed, &mut applied)
        } else {
            self.writer().close(scope, failed, &mut applied)
        };
        self.queue.extend(items);
        self.enforce_foreign_keys();
        self.error.get_or_insert(error);
        self.failed_step = failed.map(|(step, _)| step);
    }

    /// The error made the database drop the whole transaction, with the migrations before the one
    /// that failed.
    fn transaction_is_gone(&mut self) {
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

    /// What ran since the transaction began did not happen, whatever an earlier error says.
    fn forget_transaction(&mut self) {
        let (applied, ran) = self.begun.clone();
        self.outcome.applied = applied;
        self.outcome.report.ran.truncate(ran);
        if let Some(Error::Statement(error)) = &mut self.error {
            error.rolled_back = RolledBack::RunByDatabase;
            error.ran.clone_from(&self.outcome.report.ran);
        }
    }

    fn wait(&mut self, item: Item, error: DriverError) -> Result<(), Error> {
        let since = *self.waiting_since.get_or_insert(self.now);
        let waited = self.now.duration_since(since);
        if waited >= self.options.wait_limit {
            return Err(Error::Busy {
                waited,
                source: error,
            });
        }
        self.notify(&Event::Waiting { waited });
        self.queue.push_front(item);
        self.pause = Some(pause(self.retries));
        self.retries += 1;
        Ok(())
    }

    fn statement_error(
        &self,
        step: Step,
        index: usize,
        scope: Scope,
        source: DriverError,
    ) -> Error {
        let (line, column) = position(step.script, index, source.offset);
        let (rolled_back, ran) = match scope {
            Scope::Outside { done, .. } | Scope::OutsideTransaction { done, .. } => (
                RolledBack::Nothing {
                    statements_done: done,
                },
                self.outcome.report.ran.len(),
            ),
            _ if self.options.policy.atomic => (RolledBack::Run, self.begun.1),
            _ => (RolledBack::Migration, self.outcome.report.ran.len()),
        };
        let statement = step
            .script
            .statements()
            .nth(index)
            .map(|statement| statement.sql());
        Error::Statement(Box::new(StatementError {
            migration: Named::from(step.migration),
            direction: step.direction,
            path: step.script.path(),
            line,
            column,
            statement: shorten(statement.unwrap_or_default()),
            rolled_back,
            ran: self.outcome.report.ran.iter().take(ran).cloned().collect(),
            source,
        }))
    }
}

impl Purpose {
    /// Completes "cannot ...".
    fn doing(&self) -> &'static str {
        match self {
            Self::State | Self::History | Self::LockedHistory | Self::Guard(..) => "read the log",
            Self::ForeignKeys | Self::Violations | Self::NewViolations(_) => "check foreign keys",
            Self::Start(_) => "begin the migration",
            Self::Finish(_) => "end the migration",
            Self::EnforceForeignKeys => "enforce foreign keys again",
            Self::Commit { .. } => "commit",
            Self::Statement(..) => "run the statement",
            Self::Other(doing) => doing,
            Self::Cleanup | Self::RollbackTo => "clean up",
        }
    }
}

/// Growing pauses between attempts.
pub(super) fn pause(retries: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << retries.min(10))
        .min(LONGEST_PAUSE)
}

/// Violations that were not there before: rows of (child table, parent table, count).
pub(super) fn new_violations(before: &Rows, after: &Rows) -> Vec<(String, String, u64)> {
    let read = |row: &Vec<Option<String>>| match row.as_slice() {
        [Some(child), Some(parent), Some(count)] => {
            Some((child.clone(), parent.clone(), count.parse().ok()?))
        }
        _ => None,
    };
    let before: Vec<(String, String, u64)> = before.iter().filter_map(read).collect();
    let known = |child: &str, parent: &str| {
        before
            .iter()
            .find(|(c, p, _)| c == child && p == parent)
            .map_or(0, |(_, _, count)| *count)
    };
    let new = after
        .iter()
        .filter_map(read)
        .map(|(child, parent, count): (String, String, u64)| {
            let count = count.saturating_sub(known(&child, &parent));
            (child, parent, count)
        });
    new.filter(|(_, _, count)| *count > 0).collect()
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
fn position(script: Script, index: usize, offset: Option<usize>) -> (u32, u32) {
    let Some(statement) = script.statements().nth(index) else {
        return (1, 1);
    };
    let before = offset
        .and_then(|offset| statement.sql().get(..offset))
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
fn shorten(statement: &str) -> String {
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
    fn pauses_grow_to_a_limit() {
        assert_eq!(
            [0, 1, 2, 5, 99].map(pause),
            [10, 20, 40, 320, 320].map(Duration::from_millis)
        );
    }

    #[test]
    fn only_violations_that_are_new_count() {
        let rows = |rows: &[(&str, &str, &str)]| -> Rows {
            let row = |(child, parent, count): &(&str, &str, &str)| {
                [child, parent, count]
                    .map(|value| Some((*value).to_owned()))
                    .to_vec()
            };
            rows.iter().map(row).collect()
        };
        let before = rows(&[("a", "b", "2"), ("c", "d", "1")]);
        let after = rows(&[("a", "b", "5"), ("c", "d", "1"), ("e", "f", "1")]);
        let expected = [("a".into(), "b".into(), 3), ("e".into(), "f".into(), 1)];
        assert_eq!(new_violations(&before, &after), expected);
    }

    #[test]
    fn long_statements_are_cut_at_a_character() {
        let long = "é".repeat(200);
        assert_eq!(shorten(&long), format!("{} ...", "é".repeat(120)));
        assert_eq!(shorten("SELECT\n  1"), "SELECT 1");
        assert_eq!(shorten("SELECT '\u{1b}[31m'"), "SELECT '\u{fffd}[31m'");
    }
}
