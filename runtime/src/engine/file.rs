//! Runs on a database that is a file: the lock comes first, then the log is read, then the script is
//! written of what fits into the transaction.

use super::{Engine, Sharing, Task};
use crate::connection::Rows;
use crate::error::Error;
use crate::log::{self, Applied};
use crate::plan::{Plan, Step};
use crate::script::{Item, Purpose, Scope, Writer};

impl Engine<'_> {
    /// Goes on with the steps that did not fit into the transaction before.
    pub(super) fn next_round(&mut self) -> Result<(), Error> {
        if let Task::Reach(goal) = &self.task {
            let plan = self.plan(goal)?;
            self.begin_round(&plan);
        }
        Ok(())
    }

    pub(super) fn inside_steps<'p>(&self, plan: &'p Plan) -> &'p [Step] {
        let steps = plan.inside(self.database, self.options.policy.atomic);
        match steps {
            [first, _, ..] if self.sharing != Sharing::Migrations => std::slice::from_ref(first),
            _ => steps,
        }
    }

    /// Takes the lock and reads the log again: somebody else may have done it meanwhile.
    pub(super) fn begin(&mut self) {
        let mut items = vec![self.writer().begin(Scope::Nothing)];
        if !self.has_log {
            items.extend(self.writer().make_log(Scope::Transaction));
            self.has_log = true;
        }
        items.push(Item::new(
            self.sql.history(&self.log, self.options),
            Purpose::LockedHistory,
            Scope::Transaction,
        ));
        self.queue.extend(items);
    }

    /// With the lock: plans, and writes the script up to where the transaction must end.
    pub(super) fn begin_steps(&mut self) -> Result<(), Error> {
        #[cfg(feature = "adopt")]
        if let Task::Adopt(_) = self.task {
            self.read_peer_history(Scope::Transaction);
        }
        if let Task::Try(goal) = self.task.clone() {
            return self.begin_tries(&goal);
        }
        let Task::Reach(goal) = self.task.clone() else {
            return Ok(());
        };
        let plan = self.plan(&goal)?;
        if !plan.is_empty() {
            self.announce(&plan)?;
        }
        if !plan.is_empty() && self.needs_foreign_keys_off(&plan) != self.foreign_keys.off {
            // Somebody else has been here since foreign keys were arranged.
            self.queue.push_back(Writer::rollback());
            self.begin_round(&plan);
            return Ok(());
        }
        let inside = self.inside_steps(&plan);
        let more = plan.steps.len() > inside.len().max(1);
        let mut expected = self.outcome.applied.clone();
        let items = match plan.steps.first() {
            Some(step) if inside.is_empty() => self.writer().outside(*step, &mut expected, more),
            _ => self.inside(inside, &mut expected, more),
        };
        self.queue.extend(items);
        if !more {
            self.enforce_foreign_keys();
        }
        self.outcome.plan = Some(plan);
        Ok(())
    }

    fn inside(&self, steps: &[Step], expected: &mut Applied, more: bool) -> Vec<Item> {
        let check = self.foreign_keys.suspended;
        let mut items = Vec::new();
        if let Some(foreign_keys) = self
            .sql
            .foreign_keys()
            .filter(|_| check && !steps.is_empty())
        {
            items.push(Item::new(
                (foreign_keys.violations)(&self.log),
                Purpose::Violations,
                Scope::Transaction,
            ));
        }
        for step in steps {
            items.extend(self.writer().inside(*step, expected, check));
        }
        items.push(Writer::commit(more, Scope::Transaction));
        items
    }

    /// When another process has taken the migration over, lets it work and looks again.
    pub(super) fn check_guard(&mut self, seq: i64, done: usize, rows: &Rows) {
        let ours = [
            seq.to_string(),
            log::Outcome::Started.word().to_owned(),
            done.to_string(),
        ];
        let newest = rows.first().into_iter().flatten().map(Option::as_deref);
        if newest.eq(ours.iter().map(|value| Some(value.as_str()))) {
            return;
        }
        self.queue.clear();
        self.queue.push_back(Writer::give_way());
    }
}
