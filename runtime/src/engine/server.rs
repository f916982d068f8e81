//! Runs on a server: what is done with a plan, and when one of its commands fails.

use super::recovery::is_yes;
use super::{Engine, Task};
use crate::connection::{DriverError, Rows};
use crate::database::Server;
use crate::error::{Error, Named};
use crate::plan::{Goal, Plan, Step};
use crate::script::{Item, Purpose, Scope, ServerScript, Writer};

impl Engine<'_> {
    /// Writes the script of the whole plan, unless another run is at work.
    pub(super) fn begin_on_server(
        &mut self,
        server: &'static dyn Server,
        goal: &Goal,
        plan: Plan,
    ) -> Result<(), Error> {
        if self.waits_for_another_run() {
            return Ok(());
        }
        // Whole migrations are not sent only to be refused again.
        if self.waiting.is_contended && self.ask_for_lock_holder(server) {
            return Ok(());
        }
        self.refuse_doubt(&plan)?;
        if self.ask_for_schema(server, &plan) {
            return Ok(());
        }
        self.task = Task::Reach(goal.clone().absolute(&plan));
        self.announce(&plan)?;
        let mut expected = self.outcome.applied.clone();
        let script = ServerScript::new(self.writer(), server, self.has_log);
        let items = script.write(&plan.steps, &mut expected);
        let outside = self.outside_transaction();
        self.queue.extend(outside);
        self.queue.extend(items);
        self.outcome.plan = Some(plan);
        Ok(())
    }

    /// A command failed: decides what that means; an error that is returned ends the run.
    pub(super) fn failed_on_server(
        &mut self,
        server: &'static dyn Server,
        item: Item,
        error: DriverError,
    ) -> Result<(), Error> {
        let scope = item.scope;
        let is_of_driver = item.function().is_none() && error.code.is_none();
        if is_of_driver && item.purpose.step().is_some() {
            return Err(self.database_error("reach the database", error));
        }
        match item.purpose {
            Purpose::Statement(step, index) if index < step.done => {
                // A setting of the session, which has to be made again. What is in doubt stays so.
                let recorded = (!step.in_doubt).then_some(step);
                self.refuse_statement(step, index, scope, error, recorded);
            }
            // The row is that of another run, or not as this one believed to have left it.
            Purpose::Fence | Purpose::Finish(_) if server.is_refusal(&error) => {
                self.claimed = None;
                self.give_way(scope);
            }
            Purpose::Condition(step, index) => self.condition_failed(step, index, scope, error),
            Purpose::Call(step, index) => self.statement_refused(step, index, scope, error),
            _ => match self.to_inspect(server, &item) {
                Some((step, seq)) => {
                    let is_record = matches!(
                        (&item.purpose, scope),
                        (Purpose::Advance, Scope::Outside { .. })
                    );
                    self.doubtful = is_record.then_some(seq);
                    self.inspect(step, seq, error);
                }
                None => return self.failed_for_sure(server, item, error),
            },
        }
        Ok(())
    }

    /// It is this command that failed, and none before it.
    fn failed_for_sure(
        &mut self,
        server: &'static dyn Server,
        item: Item,
        error: DriverError,
    ) -> Result<(), Error> {
        let scope = item.scope;
        match item.purpose {
            Purpose::State | Purpose::History if self.sql.is_missing_log(&error) => {
                self.has_log = false;
                self.decide()?;
            }
            Purpose::Cleanup => {}
            Purpose::RestoreSession if scope == Scope::Nothing => {}
            Purpose::GiveWay | Purpose::LockHolder | Purpose::Member(_) => self.look_again(),
            Purpose::EndSession => {
                let error = self.database_error(Purpose::EndSession.doing(), error);
                self.begin_again(Scope::Nothing, None, error);
            }
            Purpose::Lock if server.is_refusal(&error) => self.lock_refused(server),
            Purpose::Start(step) if server.is_duplicate(&error) => {
                self.lost_race(step, scope, error);
            }
            Purpose::NoTransaction if server.found_transaction(&error) => {
                self.found_transaction(server, error);
            }
            Purpose::Batch(step, index) | Purpose::BatchRows(step, index) => {
                self.statement_failed(step, index, scope, error);
            }
            Purpose::Statement(step, index) => match scope.alone(server) {
                Some(seq) => self.inspect(step, seq, error),
                None => self.statement_failed(step, index, scope, error),
            },
            Purpose::IndexGuard(step, index) if server.is_refusal(&error) => {
                let error = DriverError::new("the index that it has built is not valid", error);
                self.statement_refused(step, index, scope, error);
            }
            Purpose::Inspect(step, _, original) => {
                let original = self.database_error("run the migration", original);
                self.abort(original, scope, Some(step));
            }
            Purpose::ProbeAgain(step, scope, original) => {
                self.refuse_statement(step, step.done, scope, original, None);
            }
            Purpose::Finish(step)
                if step.runs() && scope == Scope::Migration && !self.sql.is_busy(&error) =>
            {
                self.abort(commit_error(step, error), scope, Some(step));
            }
            ref purpose => self.command_failed(purpose.doing(), purpose.step(), scope, error),
        }
        Ok(())
    }

    /// Another run has made the row first; an error when that happens again and again.
    fn lost_race(&mut self, step: Step, scope: Scope, error: DriverError) {
        let error = self.database_error("write to the log", error);
        self.begin_again(scope, Some(step), error);
    }

    /// A command of rungs itself failed.
    pub(super) fn command_failed(
        &mut self,
        doing: &'static str,
        step: Option<Step>,
        scope: Scope,
        error: DriverError,
    ) {
        let is_busy = self.sql.is_busy(&error);
        let error = self.database_error(doing, error);
        if is_busy {
            self.begin_again(scope, step, error);
        } else {
            self.abort(error, scope, None);
        }
    }

    /// A statement of a migration failed; perhaps because it took effect before.
    pub(super) fn statement_failed(
        &mut self,
        step: Step,
        index: usize,
        scope: Scope,
        error: DriverError,
    ) {
        let is_in_doubt = step.in_doubt && index == step.done;
        match self.probe(step, index).filter(|_| is_in_doubt) {
            Some(probe) => {
                self.queue.clear();
                let purpose = Purpose::ProbeAgain(step, scope, error);
                self.queue.push_back(Item::new(probe, purpose, scope));
            }
            None => self.statement_refused(step, index, scope, error),
        }
    }

    pub(super) fn statement_refused(
        &mut self,
        step: Step,
        index: usize,
        scope: Scope,
        error: DriverError,
    ) {
        self.refuse_statement(step, index, scope, error, Some(step));
    }

    /// The same; a failure that is not recorded leaves the row as it is, so that the next run looks
    /// for the statement in doubt before it runs that again.
    fn refuse_statement(
        &mut self,
        step: Step,
        index: usize,
        scope: Scope,
        error: DriverError,
        recorded: Option<Step>,
    ) {
        let is_busy = self.sql.is_busy(&error);
        let error = self.statement_error(step, index, scope, error);
        if is_busy {
            self.begin_again(scope, recorded, error);
        } else {
            self.abort(error, scope, recorded);
        }
    }

    /// What comes before anything that sees only what a transaction has seen, or ends one: the caller
    /// may have one open.
    pub(super) fn outside_transaction(&self) -> Option<Item> {
        let server = self.sql.server()?;
        Some(if self.commits_by_hand {
            // What the caller did before is kept, as any change of the schema would keep it.
            Writer::commit(false, Scope::Nothing).joined()
        } else {
            let check = server.is_outside_transaction();
            Item::joining(check, Purpose::NoTransaction, Scope::Nothing)
        })
    }

    /// A transaction is open: it is that of the caller, unless this run has begun it by reading.
    fn found_transaction(&mut self, server: &dyn Server, error: DriverError) {
        self.queue.clear();
        match server.autocommit() {
            Some(question) => {
                let purpose = Purpose::Autocommit(error);
                let question = Item::new(question, purpose, Scope::Nothing);
                self.queue.push_back(question);
            }
            None => self.refuse_open_transaction(error),
        }
    }

    /// The reply says whether each statement commits by itself.
    pub(super) fn settle_transaction(&mut self, error: DriverError, rows: &Rows) {
        if is_yes(rows) {
            return self.refuse_open_transaction(error);
        }
        self.commits_by_hand = true;
        self.read_again();
    }

    /// Nothing is rolled back.
    fn refuse_open_transaction(&mut self, error: DriverError) {
        let error = DriverError::new("a transaction is open on this connection", error);
        self.command_failed("begin a transaction", None, Scope::Nothing, error);
    }

    /// Asks where the session is, when a migration is going to leave that place.
    fn ask_for_schema(&mut self, server: &dyn Server, plan: &Plan) -> bool {
        let run = plan.steps.iter().filter(|step| step.runs());
        let mut scripts = run.map(|step| step.script);
        let question = scripts.find_map(|script| server.current_schema(script, &self.log));
        let question = question.filter(|_| self.log.place.is_none());
        let asks = question.is_some();
        let ask = |sql| Item::new(sql, Purpose::CurrentSchema, Scope::Nothing);
        self.queue.extend(question.map(ask));
        asks
    }

    pub(super) fn keep_schema(&mut self, rows: Rows) -> Result<(), Error> {
        let name = rows.into_iter().flatten().flatten().next();
        self.log.place = Some(name.unwrap_or_default());
        self.decide()
    }

    /// What puts the session back as it was before the migration that has changed it.
    pub(super) fn session_restored(&self, changed: Option<Step>) -> Vec<Item> {
        let (Some(server), Some(changed)) = (self.sql.server(), changed) else {
            return Vec::new();
        };
        let restore = server.restore_session(changed.script, false, &self.log);
        let item = |sql| Item::new(sql, Purpose::RestoreSession, Scope::Nothing);
        restore.into_iter().map(item).collect()
    }

    /// What lets others go on at once with the migration that this run leaves unfinished.
    pub(super) fn lease_released(&self) -> Option<Item> {
        self.sql.server()?;
        let sent = self.sent().find_map(|item| item.scope.lease());
        let seq = sent.or_else(|| self.claimed.map(|(_, seq)| seq))?;
        let release = self.sql.release(&self.log, seq);
        Some(Item::new(release, Purpose::Cleanup, Scope::Nothing))
    }

    /// The items that are on their way.
    fn sent(&self) -> impl Iterator<Item = &Item> {
        let count = self
            .message
            .as_ref()
            .map_or(0, |message| message.starts.len());
        self.queue.iter().take(count)
    }

    /// The migration that has changed the session, be it with the message that is on its way.
    pub(super) fn session_to_restore(&self) -> Option<Step> {
        let saving = self.sent().find_map(|item| match item.purpose {
            Purpose::SaveSession(step) => Some(step),
            _ => None,
        });
        self.changed_session.or(saving)
    }
}

pub(super) fn commit_error(step: Step, source: DriverError) -> Error {
    Error::Commit {
        migration: Named::from(step.migration),
        direction: step.direction,
        path: step.script.path(),
        source: Box::new(source),
    }
}
