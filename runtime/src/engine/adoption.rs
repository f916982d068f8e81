//! Taking over the history of another tool. It is looked at without a lock first, so that nothing is
//! written when there is nothing to do, and again under the locks of both sides.

use super::{Engine, Task};
use crate::adopt::{self, AdoptionError, History, Source, Tool};
use crate::connection::{DriverError, Rows};
use crate::database::{PeerLock, Server};
use crate::error::Error;
use crate::script::{AdoptionStep, Item, Purpose, Scope};

/// How far an adoption is.
#[derive(Default)]
pub(super) struct Adopting {
    history: Option<History>,
    /// Whether both histories are read in the transaction that will record the adoption.
    is_locked: bool,
    /// What gives back the lock of the other tool, as soon as that may be held.
    release: Option<String>,
}

impl Engine<'_> {
    /// With the log read, and no lock.
    pub(super) fn look_for_histories(&mut self, source: &Source) {
        self.adopting.is_locked = false;
        let question = adopt::question(source, self.sql);
        self.queue.push_back(Item::new(
            question,
            Purpose::Adoption(AdoptionStep::Find),
            Scope::Nothing,
        ));
    }

    pub(super) fn go_on_with_adoption(
        &mut self,
        step: AdoptionStep,
        rows: Rows,
    ) -> Result<(), Error> {
        match step {
            AdoptionStep::Find => self.choose_history(rows),
            AdoptionStep::Read => self.plan_adoption(rows),
            AdoptionStep::Lock | AdoptionStep::Record => Ok(()),
        }
    }

    fn choose_history(&mut self, rows: Rows) -> Result<(), Error> {
        let (Task::PlanAdoption(source) | Task::Adopt(source)) = &self.task else {
            return Ok(());
        };
        self.adopting.history = Some(adopt::find(source, rows)?);
        self.read_peer_history(Scope::Nothing);
        Ok(())
    }

    /// Without a lock, or in the transaction that has read the log.
    pub(super) fn read_peer_history(&mut self, scope: Scope) {
        let query = self
            .adopting
            .history
            .as_ref()
            .map(|history| history.query(self.sql, &self.log.key));
        let item =
            query.map(|query| Item::new(query, Purpose::Adoption(AdoptionStep::Read), scope));
        self.queue.extend(item);
    }

    fn plan_adoption(&mut self, rows: Rows) -> Result<(), Error> {
        let Some(history) = self.adopting.history.clone() else {
            return Ok(());
        };
        let adoption = adopt::plan(
            &history,
            rows,
            &self.table,
            &self.outcome.entries,
            self.options.policy,
        );
        let is_done = match &adoption {
            Ok(adoption) => adoption.is_empty() || matches!(self.task, Task::PlanAdoption(_)),
            Err(_) => matches!(self.task, Task::PlanAdoption(_)),
        };
        match (self.adopting.is_locked, is_done) {
            // What is not as it should be may be so because the other tool is at work.
            (false, false) => self.begin_adoption(&history),
            (false, true) => self.outcome.adoption = Some(adoption?),
            (true, _) => {
                let adoption = adoption?;
                let mut expected = self.outcome.applied.clone();
                let versions = adoption.migrations.iter().map(|it| it.migration.version);
                let migrations = versions.filter_map(|version| self.table.get(version));
                let items = self.writer().adopt(migrations, &mut expected);
                self.queue.extend(items);
                let release = self.peer_lock_released();
                self.queue.extend(release);
                self.outcome.adoption = Some(adoption);
            }
        }
        Ok(())
    }

    fn begin_adoption(&mut self, history: &History) {
        self.adopting.is_locked = true;
        let Some(server) = self.sql.server() else {
            return self.begin();
        };
        let has_lock = history.tool() == Tool::Sqlx;
        let lock = has_lock.then(|| server.lock_of_sqlx(&history.database));
        if let Some(PeerLock::OfSession { release, .. }) = &lock {
            self.adopting.release = Some(release.clone());
        }
        let items = self
            .writer()
            .begin_adoption(server, lock.as_ref(), !self.has_log);
        let outside = self.outside_transaction();
        self.queue.extend(outside);
        self.queue.extend(items);
        self.has_log = true;
    }

    /// Somebody else has the lock of the other tool, or has recorded the same: looks again.
    pub(super) fn adoption_refused(&mut self, item: &Item, error: DriverError) {
        let error = self.database_error(item.purpose.doing(), error);
        self.begin_again(item.scope, None, error);
    }

    /// What gives back the lock of the other tool, if this run may have it.
    pub(super) fn peer_lock_released(&self) -> Option<Item> {
        let release = self.adopting.release.clone()?;
        Some(Item::new(release, Purpose::Cleanup, Scope::Nothing))
    }
}

/// Whether a failure means that somebody else was first.
pub(super) fn is_adoption_race(
    server: &dyn Server,
    purpose: &Purpose,
    error: &DriverError,
) -> bool {
    match purpose {
        Purpose::Adoption(AdoptionStep::Lock) => server.is_refusal(error),
        Purpose::Adoption(AdoptionStep::Record) => server.is_duplicate(error),
        _ => false,
    }
}

impl From<AdoptionError> for Error {
    fn from(error: AdoptionError) -> Self {
        Self::Adoption(Box::new(error))
    }
}
