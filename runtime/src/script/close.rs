//! What closes what a failed command leaves open, and records the failure.

use super::{Failure, Item, Purpose, RELEASE, ROLLBACK_TO, Scope, Writer};
use crate::database::{End, NewRow};
use crate::log::{Applied, Outcome};
use crate::plan::Step;

impl Writer<'_> {
    /// What closes a scope after a failure, and records the failure of `step` if it is one of a migration.
    pub(crate) fn close(
        &self,
        scope: Scope,
        failed: Option<(Step, &str)>,
        applied: &mut Applied,
    ) -> Vec<Item> {
        match scope {
            Scope::Nothing => Vec::new(),
            Scope::Transaction => vec![Self::rollback()],
            Scope::Migration if self.sql.server().is_some() => self.close_run(failed, applied),
            Scope::Migration => {
                let mut items = vec![
                    Item::new(ROLLBACK_TO, Purpose::RollbackTo, Scope::Transaction),
                    Item::new(RELEASE, Purpose::Cleanup, Scope::Transaction),
                ];
                items.extend(
                    failed
                        .into_iter()
                        .flat_map(|(step, error)| self.failure(step, error, applied)),
                );
                items.push(Self::commit(false, Scope::Transaction));
                items
            }
            Scope::Outside { seq, done } => self.end_failed(seq, done, failed, applied),
            Scope::OutsideTransaction { seq, done } => {
                let end = self.end_failed(seq, done, failed, applied);
                std::iter::once(Self::rollback()).chain(end).collect()
            }
        }
    }

    /// Rolls back the whole run, if the database has not done that, and records the failure of a
    /// migration in a transaction of its own.
    pub(crate) fn close_run(
        &self,
        failed: Option<(Step, &str)>,
        applied: &mut Applied,
    ) -> Vec<Item> {
        let mut items = vec![Self::rollback()];
        if let Some((step, error)) = failed {
            items.push(self.begin(Scope::Nothing));
            let make = self.make_log(Scope::Transaction).into_iter();
            items.extend(make.map(|item| Item {
                purpose: Purpose::Cleanup,
                ..item
            }));
            items.extend(self.failure(step, error, applied));
            items.push(Self::commit(false, Scope::Transaction));
        }
        items
    }

    fn failure(&self, step: Step, error: &str, applied: &mut Applied) -> Vec<Item> {
        let state = applied.state();
        let same = self.same_failure(step, Some(error), applied.newest);
        let row = NewRow {
            error: Some(error),
            attempts: same.map_or(1, |same| same.attempts.saturating_add(1)),
            down_script: None,
            ..self.new_row(
                step,
                applied.newest.saturating_add(1),
                Outcome::Error,
                0,
                None,
                state.as_deref(),
            )
        };
        let write = |sql| Item::new(sql, Purpose::Cleanup, Scope::Transaction);
        let forget = same.map(|same| write(self.sql.forget(self.log, same.seq)));
        let insert = write(self.sql.insert(self.log, &row));
        std::iter::once(insert).chain(forget).collect()
    }

    /// The newest row before this run, when it tells of the same failure.
    fn same_failure(&self, step: Step, error: Option<&str>, newest: i64) -> Option<&Failure> {
        self.failure.filter(|failure| {
            failure.seq == newest
                && failure.version == step.migration.version()
                && failure.direction == step.direction
                && failure.statements_done == step.done
                && failure.error.as_deref() == error
        })
    }

    /// The newest row, when it is that of a run which ended without a word where this one begins.
    pub(super) fn crash(&self, step: Step) -> Option<&Failure> {
        self.same_failure(step, None, self.failure?.seq)
    }

    /// Removes that row, which the row of this run stands for.
    pub(super) fn forget_crash(&self, step: Step, scope: Scope) -> Option<Item> {
        let forget = self.sql.forget(self.log, self.crash(step)?.seq);
        Some(Item::new(forget, Purpose::Other("write to the log"), scope))
    }

    fn end_failed(
        &self,
        seq: i64,
        done: usize,
        failed: Option<(Step, &str)>,
        applied: &mut Applied,
    ) -> Vec<Item> {
        let Some((step, error)) = failed else {
            return Vec::new();
        };
        let same = self
            .same_failure(step, Some(error), seq.saturating_sub(1))
            .filter(|same| same.statements_done == done);
        // With a migration half-way there is no set of applied migrations that has a digest.
        let state = applied.state().filter(|_| done == 0);
        let end = End {
            outcome: Outcome::Error,
            state: state.as_deref(),
            error: Some(error),
            attempts: same.map_or(1, |same| same.attempts.saturating_add(1)),
        };
        let write = |sql| Item::new(sql, Purpose::Cleanup, Scope::Nothing);
        let forget = same.map(|same| write(self.sql.forget(self.log, same.seq)));
        let end = write(self.sql.end(self.log, seq, &end));
        std::iter::once(end).chain(forget).collect()
    }
}
