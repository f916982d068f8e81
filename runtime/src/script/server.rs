//! A plan on a server. Nothing is locked while the log is read, so the first command of a migration
//! that changes anything is one which fails when the log has changed since.

use std::borrow::Cow;

use super::{Item, Purpose, Scope, Writer};
use crate::database::{End, Fence, Log, Server};
use crate::digest::ProgressHash;
use crate::log::{Applied, Outcome};
use crate::plan::Step;
use crate::table::recovery::{Condition, Object, Recovery};
use crate::table::{Script, Statement};

const WRITE: Purpose = Purpose::Other("write to the log");
const KEEP_SESSION: Purpose = Purpose::Other("keep the session as it is");

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

/// A migration outside a transaction: its row is `started`, and every message to the server says
/// first that it goes on only as long as that row is the newest.
struct Lease<'s, 'a> {
    script: &'s mut ServerScript<'a>,
    step: Step,
    /// The key of its row.
    seq: i64,
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
        if let Some(check) = self.server.is_outside_transaction() {
            self.push(check, Purpose::NoTransaction, Scope::Nothing);
        }
        if self.is_atomic() {
            self.begin();
            for step in steps {
                self.inside(*step, applied);
            }
            self.items.push(Writer::commit(false, Scope::Migration));
        } else {
            for step in steps {
                self.step(*step, applied);
            }
        }
        self.items
    }

    fn step(&mut self, step: Step, applied: &mut Applied) {
        let is_fresh = step.done == 0 && !step.in_doubt;
        if is_fresh && self.fits_transaction(step.script) {
            self.begin();
            self.inside(step, applied);
            self.commit(Purpose::Finish(step), Scope::Migration);
        } else {
            self.outside(step, applied);
        }
    }

    /// Whether nothing of a script outlives its transaction. A cluster of MySQL servers may roll one
    /// back between two statements of a message, which a `SET` after it would hide.
    fn fits_transaction(&self, script: Script) -> bool {
        let mut statements = script.statements();
        script.is_transactional(self.writer.database)
            && (self.server.rolls_back_settings()
                || !statements.any(|statement| statement.is_session()))
    }

    /// Begins, takes the lock, and makes the log if that is still to be done.
    fn begin(&mut self) {
        let lock = self.server.lock(self.writer.log);
        let create = std::mem::take(&mut self.creates_log);
        let create = create.then(|| self.writer.sql.create_log(self.writer.log));
        // Without a lock to wait for, making it commits by itself and waits for others.
        let (before, inside) = match lock {
            Some(_) => (None, create),
            None => (create, None),
        };
        let make = || Purpose::Other("make the log");
        self.push_some(before, make, Scope::Nothing);
        let begin = self.writer.begin(Scope::Nothing);
        self.items.push(Item {
            purpose: Purpose::Begin,
            ..begin.joined()
        });
        self.settings(Scope::Migration);
        self.push_some(lock, || Purpose::Lock, Scope::Migration);
        if inside.is_some() {
            // Other sets make the same table.
            let all_sets = Log {
                key: String::new(),
                ..self.writer.log.clone()
            };
            let lock = self.server.lock(&all_sets);
            self.push_some(lock, || Purpose::Lock, Scope::Migration);
        }
        self.push_some(inside, make, Scope::Migration);
        if let Some(newest) = self.newest.take() {
            let fence = self.server.fence(self.writer.log, &newest, true);
            self.push(fence, Purpose::Fence, Scope::Migration);
        }
    }

    fn settings(&mut self, scope: Scope) {
        let settings = self.server.transaction_settings(self.writer.options);
        let purpose = || Purpose::Other("limit the time that locks are waited for");
        self.push_some(settings, purpose, scope);
    }

    /// A migration inside the transaction that is open.
    fn inside(&mut self, step: Step, applied: &mut Applied) {
        let (seq, state) = Writer::next(step, applied);
        let all = step.script.statements().len();
        let row = self
            .writer
            .row(step, seq, Outcome::Success, all, None, state.as_deref());
        let scope = Scope::Migration;
        self.push(row, Purpose::Start(step), scope);
        self.save_session(step, true, scope);
        for (index, statement) in step.statements() {
            self.push(statement.sql(), Purpose::Statement(step, index), scope);
        }
        self.restore_session(step, true, scope);
        let purpose = if self.is_atomic() {
            Purpose::Finish(step)
        } else {
            WRITE
        };
        let finish = self.writer.sql.finish(self.writer.log, seq);
        self.push(finish, purpose, scope);
    }

    fn outside(&mut self, step: Step, applied: &mut Applied) {
        let mut progress = ProgressHash::of(step.script.statements().take(step.done));
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

        let mut lease = Lease {
            script: self,
            step,
            seq,
        };
        lease.prepare_session();
        for (index, statement) in step.statements() {
            progress.update(statement);
            lease.statement(index, statement, &progress.text());
        }
        lease.finish(state.as_deref());
    }

    fn save_session(&mut self, step: Step, in_transaction: bool, scope: Scope) {
        let save = self.server.save_session(step.script, in_transaction);
        let is_undone = in_transaction && self.server.rolls_back_settings();
        let purpose = || {
            if is_undone {
                KEEP_SESSION
            } else {
                Purpose::SaveSession(step)
            }
        };
        self.push_some(save, purpose, scope);
    }

    fn restore_session(&mut self, step: Step, in_transaction: bool, scope: Scope) {
        let schema = self.writer.log.schema.as_deref();
        let is_undone = in_transaction && self.server.rolls_back_settings();
        for restore in self
            .server
            .restore_session(step.script, in_transaction, schema)
        {
            let purpose = if is_undone {
                KEEP_SESSION
            } else {
                Purpose::RestoreSession
            };
            self.push(restore, purpose, scope);
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

impl Lease<'_, '_> {
    fn push(&mut self, sql: impl Into<Cow<'static, str>>, purpose: Purpose, scope: Scope) {
        self.script.push(sql, purpose, scope);
    }

    fn outside(&self, done: usize) -> Scope {
        Scope::Outside {
            seq: self.seq,
            done,
        }
    }

    fn inside(&self, done: usize) -> Scope {
        Scope::OutsideTransaction {
            seq: self.seq,
            done,
        }
    }

    /// What the session must be like: as it was for the statements that an earlier run has done.
    fn prepare_session(&mut self) {
        let (step, done) = (self.step, self.step.done);
        let (scope, server) = (self.outside(done), self.script.server);
        let save = server.save_session(step.script, false);
        self.script
            .push_some(save, || Purpose::SaveSession(step), scope);
        let settings = server.session_settings(self.script.writer.options);
        let set = || Purpose::Other("set the session up");
        self.script.push_some(settings, set, scope);
        let earlier = step.script.statements().enumerate().take(done);
        for (index, statement) in earlier.filter(|(_, statement)| statement.is_session()) {
            self.push(statement.sql(), Purpose::Statement(step, index), scope);
        }
    }

    fn statement(&mut self, index: usize, statement: Statement, after: &str) {
        if !statement.is_refused_by(self.script.writer.database) {
            self.begin(index);
            let purpose = Purpose::Statement(self.step, index);
            self.push(statement.sql(), purpose, self.inside(index));
            self.advance(index, after, self.inside(index));
            self.commit(index);
            return;
        }
        if self.step.in_doubt && index == self.step.done {
            self.probe(index, statement);
        }
        if self.script.server.runs_alone() {
            self.alone(index, statement, after);
        } else {
            self.fence(index, false);
            let purpose = Purpose::Statement(self.step, index);
            self.push(statement.sql(), purpose, self.outside(index));
            self.advance(index, after, self.outside(index));
        }
    }

    /// A statement that must be a message of its own. The one before it, with the fence and the new
    /// lease, is as close to it as can be.
    fn alone(&mut self, index: usize, statement: Statement, after: &str) {
        let server = self.script.server;
        let built = concurrent_index(statement);
        if let Some(validity) = built.and_then(|built| server.index_validity(&built)) {
            self.script.part();
            let purpose = Purpose::IndexValidity(self.step, index);
            self.push(validity, purpose, self.outside(index));
        }
        self.script.part();
        let purpose = Purpose::Statement(self.step, index);
        self.push(statement.sql(), purpose, self.outside(index));
        self.script.part();
        self.begin(index);
        if let Some(guard) = built.and_then(|built| server.index_guard(&built)) {
            let purpose = Purpose::IndexGuard(self.step, index);
            self.push(guard, purpose, self.inside(index));
        }
        self.advance(index, after, self.inside(index));
        self.commit(index);
    }

    fn finish(&mut self, state: Option<&str>) {
        let (step, done) = (self.step, self.step.script.statements().len());
        self.begin(done);
        let end = End {
            outcome: Outcome::Success,
            state,
            error: None,
            attempts: 1,
        };
        let writer = self.script.writer;
        self.push(
            writer.sql.end(writer.log, self.seq, &end),
            WRITE,
            self.inside(done),
        );
        self.script.commit(Purpose::Finish(step), self.inside(done));
        self.script.restore_session(step, false, Scope::Nothing);
        self.script.part();
    }

    /// Begins a transaction for as long as which the row is ours.
    fn begin(&mut self, done: usize) {
        let begin = self.script.writer.begin(self.outside(done));
        self.script.items.push(begin.joined());
        self.script.settings(self.inside(done));
        self.fence(done, true);
    }

    /// Goes on only while the row is ours.
    fn fence(&mut self, done: usize, in_transaction: bool) {
        let row = Fence {
            seq: self.seq,
            outcome: Outcome::Started,
            statements_done: done,
        };
        let scope = if in_transaction {
            self.inside(done)
        } else {
            self.outside(done)
        };
        let log = self.script.writer.log;
        let fence = self.script.server.fence(log, &row, in_transaction);
        self.push(fence, Purpose::Fence, scope);
    }

    fn advance(&mut self, index: usize, after: &str, scope: Scope) {
        let advance = self.script.writer.advance(self.seq, index + 1, after);
        self.push(advance, Purpose::Advance, scope);
    }

    fn commit(&mut self, done: usize) {
        let scope = self.inside(done);
        self.script.commit(Purpose::Commit { more: false }, scope);
    }

    fn probe(&mut self, index: usize, statement: Statement) {
        let Recovery::Probe(conditions) = statement.recovery() else {
            return;
        };
        if let Some(probe) = self.script.server.probe(&conditions) {
            self.script.part();
            let purpose = Purpose::Probe(self.step, index);
            self.push(probe, purpose, self.outside(index));
            self.script.part();
        }
    }
}

/// The condition of a statement that builds an index concurrently.
fn concurrent_index(statement: Statement) -> Option<Condition> {
    let Recovery::Probe(conditions) = statement.recovery() else {
        return None;
    };
    let is_index = |condition: &Condition| condition.object == Object::ValidIndex;
    conditions.into_iter().find(is_index)
}

impl Item {
    /// One that the next may be sent with.
    pub(crate) fn joining(
        sql: impl Into<Cow<'static, str>>,
        purpose: Purpose,
        scope: Scope,
    ) -> Self {
        Self::new(sql, purpose, scope).joined()
    }

    fn joined(self) -> Self {
        Self {
            joins: true,
            ..self
        }
    }
}
