//! What the log says before anything is done, and what follows from it.

use super::{Engine, Task};
use crate::connection::Rows;
use crate::error::Error;
use crate::log::{self, Applied, Lease};
use crate::plan::{Action, Goal};
use crate::script::{Failure, Item, Purpose, Scope};
use crate::target::Target;

impl Engine<'_> {
    /// Only a check whether everything is applied can be answered from the newest state.
    pub(super) fn has_fast_path(&self) -> bool {
        matches!(
            &self.task,
            Task::Check | Task::Reach(Goal::Upgrade(Target::Head))
        )
    }

    pub(super) fn state(&self) -> Item {
        Item::new(self.sql.state(&self.log), Purpose::State, Scope::Nothing)
    }

    pub(super) fn history(&self) -> Item {
        Item::new(
            self.sql.history(&self.log, self.options),
            Purpose::History,
            Scope::Nothing,
        )
    }

    pub(super) fn compare_state(&mut self, rows: &Rows) {
        let state = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Option::as_deref);
        if state == Some(self.table.state()) {
            // Only where the database is will be asked for, so the newest one stands for all.
            if let Some(head) = self.table.iter().next_back() {
                let checksum = head.up().checksum();
                self.outcome.applied.record(head.version(), Some(checksum));
            }
        } else {
            self.queue.push_back(self.history());
        }
    }

    pub(super) fn read_history(&mut self, rows: Rows) -> Result<(), Error> {
        let mut entries = log::entries(rows).map_err(|source| Error::Database {
            doing: "read the log",
            source: Box::new(source),
        })?;
        let claimed = self.claimed.map(|(_, seq)| seq);
        for ours in entries
            .iter_mut()
            .filter(|entry| Some(entry.seq) == claimed)
        {
            // This run knows what has become of it, except whether its last statement took effect.
            let is_doubtful = self.doubtful == Some(ours.seq);
            ours.lease = ours.lease.filter(|_| is_doubtful).map(|_| Lease::Free);
        }
        self.has_log = true;
        self.outcome.applied = Applied::fold(&entries);
        self.failure = entries.last().and_then(Failure::of);
        self.outcome.entries = entries;
        Ok(())
    }

    /// Without a lock: says what there is to say, or goes on to do what is to be done.
    pub(super) fn decide(&mut self) -> Result<(), Error> {
        match self.task.clone() {
            Task::Read => {}
            Task::Check => {
                let mut plan = self.plan(&Goal::Upgrade(Target::Head))?;
                // What only the log lacks keeps nobody from working with the database.
                plan.steps.retain(|step| step.action != Action::Squash);
                self.outcome.plan = Some(plan);
            }
            Task::Plan(goal) => self.outcome.plan = Some(self.plan(&goal)?),
            #[cfg(feature = "adopt")]
            Task::PlanAdoption(source) => self.look_for_histories(&source),
            #[cfg(feature = "adopt")]
            Task::Adopt(source) => {
                if !self.waits_for_another_run() {
                    self.look_for_histories(&source);
                }
            }
            Task::Try(goal) => self.begin_trial(&goal)?,
            Task::Reach(goal) => {
                let plan = self.plan(&goal)?;
                if plan.is_empty() {
                    self.enforce_foreign_keys();
                } else if let Some(server) = self.sql.server() {
                    self.begin_on_server(server, &goal, plan)?;
                } else {
                    self.task = Task::Reach(goal.absolute(&plan));
                    self.begin_round(&plan);
                }
            }
        }
        Ok(())
    }
}
