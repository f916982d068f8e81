//! A plan on a server. Nothing is locked while the log is read, so the first command of a migration
//! that changes anything is one which fails when the log has changed since.

mod lease;

use std::borrow::Cow;

use lease::LeaseScript;

use super::{Item, Purpose, Scope, Writer};
use crate::database::{End, Fence, Log, Server};
use crate::digest::ProgressHash;
use crate::log::{Applied, Outcome};
use crate::plan::{Action, Settled, Step};
use crate::table::{Script, Statement};

const WRITE: Purpose = Purpose::Other("write to the log");
const KEEP_SESSION: Purpose = Purpose::Other("keep the session as it is");

impl Writer<'_> {
    /// What makes the log, if that is to be done: before the transaction, and inside it.
    pub(super) fn make_log_on(
        &self,
        server: &dyn Server,
        create: bool,
        scope: Scope,
    ) -> (Vec<Item>, Vec<Item>) {
        if !create {
            return (Vec::new(), Vec::new());
        }
        // Other sets make the same table.
        let all_sets = Log {
            key: String::new(),
            ..self.log.clone()
        };
        match server.lock(&all_sets) {
            Some(lock) => {
                let lock = Item::new(lock, Purpose::Lock, scope);
                let make = self.make_log(scope);
                (Vec::new(), std::iter::once(lock).chain(make).collect())
            }
            // Without a lock to wait for, making it commits by itself and waits for others.
            None => (self.make_log(Scope::Nothing), Vec::new()),
        }
    }
}

/// The commands of a run on a server, as they are written.
pub(crate) struct ServerScript<'a> {
    writer: Writer<'a>,
    server: &'static dyn Server,
    items: Vec<Item>,
    /// Whether the log is still to be made.
    creates_log: bool,
    /// What the newest row was like when the log was read, if it is one that somebody else may change.
    newest: Option<Fence>,
}

impl<'a> ServerScript<'a> {
    pub(crate) fn new(writer: Writer<'a>, server: &'static dyn Server, has_log: bool) -> Self {
        let newest = writer.failure.map(|failure| Fence {
            seq: failure.seq,
            outcome: match failure.error {
                Some(_) => Outcome::Error,
                None => Outcome::Started,
            },
            statements_done: failure.statements_done,
            is_ours: false,
            is_newest: true,
        });
        Self {
            writer,
            server,
            items: Vec::new(),
            creates_log: !has_log,
            newest,
        }
    }

    /// All steps, each in a transaction of its own or outside one; in an atomic run in one for all.
    pub(crate) fn write(mut self, steps: &[Step], applied: &mut Applied) -> Vec<Item> {
        if self.is_atomic() {
            self.begin();
            for step in steps {
                self.inside(*step, applied);
            }
            self.commit_all(steps, applied);
        } else {
            for step in steps {
                self.step(*step, applied);
            }
        }
        self.items
    }

    /// One batch of a statement, of a migration whose row is there.
    pub(super) fn batch(mut self, step: Step, seq: i64, index: usize) -> Vec<Item> {
        let script = &mut self;
        LeaseScript { script, step, seq }.batch(index);
        self.items
    }

    fn step(&mut self, step: Step, applied: &mut Applied) {
        let is_fresh = step.done == 0 && !step.in_doubt;
        if !step.runs() || (is_fresh && self.fits_transaction(step.script)) {
            self.begin();
            self.inside(step, applied);
            if let Action::Settle(_) = step.action {
                return self.commit(Purpose::Finish(step), Scope::Migration);
            }
            let row = Self::applied_row(step, applied.newest);
            self.finish(step, &row, Scope::Migration, Scope::Migration);
        } else {
            self.outside(step, applied);
        }
    }

    /// Whether a script runs in one transaction. What follows a rollback that nobody noticed would take
    /// effect by itself.
    fn fits_transaction(&self, script: Script) -> bool {
        script.is_transactional(self.writer.database)
            && !script
                .statements()
                .any(|statement| self.server.may_hide_rollback(statement))
    }

    /// Begins, takes the lock, and makes the log if that is still to be done.
    fn begin(&mut self) {
        let lock = self.server.lock(self.writer.log);
        let create = std::mem::take(&mut self.creates_log);
        let scope = Scope::Migration;
        let (before, inside) = self.writer.make_log_on(self.server, create, scope);
        self.items.extend(before.into_iter().map(Item::joined));
        let begin = self.writer.begin(Scope::Nothing);
        self.items.push(Item {
            purpose: Purpose::Begin,
            ..begin.joined()
        });
        let schema = self.writer.log.schema.as_deref();
        self.settings(schema, Scope::Migration);
        self.push_some(lock, || Purpose::Lock, Scope::Migration);
        self.items.extend(inside.into_iter().map(Item::joined));
        if let Some(newest) = self.newest.take() {
            let fence = self.server.fence(self.writer.log, &newest, true);
            self.push(fence, Purpose::Fence, Scope::Migration);
        }
    }

    fn settings(&mut self, schema: Option<&str>, scope: Scope) {
        let settings = self
            .server
            .transaction_settings(self.writer.options, schema);
        let purpose = || Purpose::Other("limit the time that locks are waited for");
        self.push_some(settings, purpose, scope);
    }

    /// A migration inside the transaction that is open.
    fn inside(&mut self, step: Step, applied: &mut Applied) {
        if let Action::Settle(settled) = step.action {
            return self.settle(step, settled, applied);
        }
        let (seq, state) = Writer::next(step, applied);
        let all = step.script.statements().len();
        let row = self
            .writer
            .row(step, seq, Outcome::Success, all, None, state.as_deref());
        let scope = Scope::Migration;
        self.push(row, Purpose::Start(step), scope);
        if step.runs() {
            self.session_and_statements(step, seq);
        }
        let purpose = if self.is_atomic() {
            Purpose::Finish(step)
        } else {
            WRITE
        };
        let finish = self.writer.sql.finish(self.writer.log, seq);
        self.push(finish, purpose, scope);
    }

    fn session_and_statements(&mut self, step: Step, seq: i64) {
        let scope = Scope::Migration;
        let row = Self::applied_row(step, seq);
        let before = self.items.len();
        self.save_session(step, true, scope);
        let sets_session = self.items.len() > before;
        self.require_transaction(&row, sets_session);
        for (index, statement) in step.statements() {
            self.run(step, index, statement, scope);
            self.require_transaction(&row, self.server.may_hide_rollback(statement));
        }
        self.restore_session(step, true, scope);
        self.require_transaction(&row, sets_session);
    }

    /// Goes on only when the transaction is still the one in which this row was written, where what
    /// came before may hide that it is not. Only an atomic run has such statements in a transaction.
    fn require_transaction(&mut self, row: &Fence, is_doubtful: bool) {
        if is_doubtful && self.is_atomic() && self.server.may_lose_commit() {
            let fence = self.server.fence(self.writer.log, row, true);
            self.push(fence, Purpose::Fence, Scope::Migration);
        }
    }

    /// What a migration in a transaction leaves.
    fn applied_row(step: Step, seq: i64) -> Fence {
        Fence {
            seq,
            outcome: Outcome::Success,
            statements_done: step.script.statements().len(),
            is_ours: true,
            is_newest: false,
        }
    }

    /// What somebody says of a statement in doubt becomes how the run ended that was at it.
    fn settle(&mut self, step: Step, settled: Settled, applied: &mut Applied) {
        applied.settle(step.migration.version(), settled);
        let done = step.done + usize::from(settled == Settled::Done);
        let progress = ProgressHash::of(step.script.statements().take(done)).text();
        let said = format!("statement {}: {}", step.done + 1, step.action);
        let state = applied.state();
        let end = End {
            outcome: Outcome::Error,
            state: state.as_deref(),
            error: Some(&said),
            attempts: 1,
        };
        let end = self.writer.sql.end(self.writer.log, step.row, &end);
        // Others may have said so since, and gone on from there.
        let row = Fence {
            seq: step.row,
            outcome: Outcome::Started,
            statements_done: step.done,
            is_ours: false,
            is_newest: false,
        };
        let fence = self.server.fence(self.writer.log, &row, true);
        self.push(fence, Purpose::Fence, Scope::Migration);
        let advance = self.writer.advance(step.row, done, &progress);
        self.push(advance, WRITE, Scope::Migration);
        self.push(end, WRITE, Scope::Migration);
    }

    fn outside(&mut self, step: Step, applied: &mut Applied) {
        let progress = ProgressHash::of(step.script.statements().take(step.done));
        let (seq, state) = Writer::next(step, applied);
        let before = progress.text();
        let row = self
            .writer
            .row(step, seq, Outcome::Started, step.done, Some(&before), None);
        self.begin();
        self.push(row, Purpose::Start(step), Scope::Migration);
        let forget = self.writer.forget_crash(step, Scope::Migration);
        self.items.extend(forget.map(Item::joined));
        self.commit(Purpose::Commit { more: false }, Scope::Migration);
        if self.server.runs_alone() {
            // A run must know its own row when a later message fails, and not every driver says how
            // far a message came; through a pooler the row does not tell either.
            self.part();
        }

        let lease = LeaseScript {
            script: self,
            step,
            seq,
        };
        lease.write(progress, state.as_deref());
    }

    /// A statement of a migration, after the question whether it is to run.
    fn run(&mut self, step: Step, index: usize, statement: Statement, scope: Scope) {
        self.items.extend(self.writer.condition(step, index, scope));
        let run = self.writer.run(step, index, statement, scope);
        // A function is no part of a message.
        let joins = run.function().is_none();
        self.items.push(Item { joins, ..run });
    }

    fn save_session(&mut self, step: Step, in_transaction: bool, scope: Scope) {
        let save = self
            .server
            .save_session(step.script, in_transaction, self.writer.log);
        let is_undone = in_transaction && self.server.rolls_back_settings();
        let purpose = || {
            if is_undone {
                KEEP_SESSION
            } else {
                Purpose::SaveSession(step)
            }
        };
        for save in save {
            self.push(save, purpose(), scope);
        }
    }

    fn restore_session(&mut self, step: Step, in_transaction: bool, scope: Scope) {
        let log = self.writer.log;
        let is_undone = in_transaction && self.server.rolls_back_settings();
        for restore in self
            .server
            .restore_session(step.script, in_transaction, log)
        {
            let purpose = if is_undone {
                KEEP_SESSION
            } else {
                Purpose::RestoreSession
            };
            self.push(restore, purpose, scope);
        }
    }

    /// Commits the end of a migration, which has left this row.
    fn finish(&mut self, step: Step, row: &Fence, inside: Scope, after: Scope) {
        if self.server.may_lose_commit() {
            self.commit(Purpose::Commit { more: false }, inside);
            let fence = self.server.fence(self.writer.log, row, false);
            self.push(fence, Purpose::Finish(step), after);
        } else {
            self.commit(Purpose::Finish(step), inside);
        }
    }

    /// Commits an atomic run, which has left the row of its last step.
    fn commit_all(&mut self, steps: &[Step], applied: &Applied) {
        self.commit(Purpose::Commit { more: false }, Scope::Migration);
        let is_recorded = |step: &&Step| !matches!(step.action, Action::Settle(_));
        let last = steps.last().filter(is_recorded);
        match last.filter(|_| self.server.may_lose_commit()) {
            Some(last) => {
                let row = Self::applied_row(*last, applied.newest);
                let fence = self.server.fence(self.writer.log, &row, false);
                self.push(fence, Purpose::Fence, Scope::Migration);
            }
            None => self.part(),
        }
    }

    fn commit(&mut self, purpose: Purpose, scope: Scope) {
        let commit = Writer::commit(false, scope).joined();
        self.items.push(Item { purpose, ..commit });
    }

    fn is_atomic(&self) -> bool {
        self.writer.options.policy.atomic
    }

    fn push(&mut self, sql: impl Into<Cow<'static, str>>, purpose: Purpose, scope: Scope) {
        self.items.push(Item::joining(sql, purpose, scope));
    }

    fn push_some(&mut self, sql: Option<String>, purpose: impl Fn() -> Purpose, scope: Scope) {
        if let Some(sql) = sql {
            self.push(sql, purpose(), scope);
        }
    }

    /// Ends the message here.
    fn part(&mut self) {
        if let Some(last) = self.items.last_mut() {
            last.joins = false;
        }
    }
}
