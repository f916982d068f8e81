//! What closes what a failed command leaves open, and records the failure.

use super::{Item, Purpose, RELEASE, ROLLBACK_TO, Scope, Writer};
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
            Scope::Migration => {
                let mut items = vec![
                    Item::new(ROLLBACK_TO, Purpose::RollbackTo, Scope::Transaction),
                    Item::new(RELEASE, Purpose::Cleanup, Scope::Transaction),
                ];
                items.extend(failed.map(|(step, error)| self.failure(step, error, applied)));
                items.push(Self::commit(false, Scope::Transaction));
                items
            }
            Scope::Outside { seq, done } => {
                let end = self.end_failed(seq, done, failed, applied);
                end.into_iter().collect()
            }
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
            items.push(Item::new(
                self.sql.create_log(self.log),
                Purpose::Cleanup,
                Scope::Transaction,
            ));
            items.push(self.failure(step, error, applied));
            items.push(Self::commit(false, Scope::Transaction));
        }
        items
    }

    fn failure(&self, step: Step, error: &str, applied: &mut Applied) -> Item {
        let state = applied.state();
        let row = NewRow {
            error: Some(error),
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
        Item::new(
            self.sql.insert(self.log, &row),
            Purpose::Cleanup,
            Scope::Transaction,
        )
    }

    fn end_failed(
        &self,
        seq: i64,
        done: usize,
        failed: Option<(Step, &str)>,
        applied: &mut Applied,
    ) -> Option<Item> {
        let (_, error) = failed?;
        // With a migration half-way there is no set of applied migrations that has a digest.
        let state = applied.state().filter(|_| done == 0);
        let end = End {
            outcome: Outcome::Error,
            state: state.as_deref(),
            error: Some(error),
        };
        Some(Item::new(
            self.sql.end(self.log, seq, &end),
            Purpose::Cleanup,
            Scope::Nothing,
        ))
    }
}
