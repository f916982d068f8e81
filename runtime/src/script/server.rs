//! A plan on a server. Nothing is locked while the log is read, so the first command of a migration
//! that changes anything is one which fails when the log has changed since.

use super::{Item, Purpose, Scope, Writer};
use crate::database::{End, Server};
use crate::digest::ProgressHash;
use crate::log::{Applied, Outcome};
use crate::plan::Step;
use crate::table::Statement;
use crate::table::recovery::{Object, Recovery};

const WRITE: Purpose = Purpose::Other("write to the log");

/// A migration outside a transaction, on its way.
struct Lease<'a> {
    writer: &'a Writer<'a>,
    server: &'static dyn Server,
    step: Step,
    /// The key of its row.
    seq: i64,
    items: Vec<Item>,
}

impl Writer<'_> {
    /// All steps, each in a transaction of its own or outside one; with `atomic` in one for all.
    pub(crate) fn on_server(
        &self,
        server: &'static dyn Server,
        steps: &[Step],
        applied: &mut Applied,
        has_log: bool,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        let mut create_log = !has_log;
        if self.options.policy.atomic {
            self.begin_transaction(server, &mut create_log, &mut items);
            for step in steps {
                self.in_transaction(server, *step, applied, &mut items);
            }
            items.push(Self::commit(false, Scope::Migration));
            return items;
        }
        for step in steps {
            if step.done == 0 && !step.in_doubt && step.script.is_transactional(self.database) {
                self.begin_transaction(server, &mut create_log, &mut items);
                self.in_transaction(server, *step, applied, &mut items);
                items.push(Item {
                    purpose: Purpose::Finish(*step),
                    ..Self::commit(false, Scope::Migration).joined()
                });
            } else {
                self.outside_on_server(server, *step, applied, &mut create_log, &mut items);
            }
        }
        items
    }

    /// Begins, takes the lock, and makes the log if that is still to be done.
    fn begin_transaction(
        &self,
        server: &'static dyn Server,
        create_log: &mut bool,
        items: &mut Vec<Item>,
    ) {
        let is_first = std::mem::take(create_log);
        let create = Item::joining(
            self.sql.create_log(self.log),
            Purpose::Other("make the log"),
            Scope::Nothing,
        );
        let Some(lock) = server.lock(self.log) else {
            // There it commits by itself.
            items.extend(is_first.then_some(create));
            items.push(self.begin_joined(Scope::Nothing));
            return;
        };
        items.push(self.begin_joined(Scope::Nothing));
        let settings = server.transaction_settings(self.options);
        items.extend(settings.map(|settings| {
            Item::joining(
                settings,
                Purpose::Other("limit the time that locks are waited for"),
                Scope::Migration,
            )
        }));
        items.push(Item::joining(lock, Purpose::Lock, Scope::Migration));
        items.extend(is_first.then_some(Item {
            scope: Scope::Migration,
            ..create
        }));
    }

    fn begin_joined(&self, scope: Scope) -> Item {
        Item {
            purpose: Purpose::Begin,
            ..self.begin(scope).joined()
        }
    }

    /// A migration inside the transaction that is open.
    fn in_transaction(
        &self,
        server: &'static dyn Server,
        step: Step,
        applied: &mut Applied,
        items: &mut Vec<Item>,
    ) {
        let (seq, state) = Self::next(step, applied);
        let all = step.script.statements().len();
        let row = self.row(step, seq, Outcome::Success, all, None, state.as_deref());
        let session = |sql| {
            Item::joining(
                sql,
                Purpose::Other("keep the session as it is"),
                Scope::Migration,
            )
        };
        items.push(Item::joining(row, Purpose::Start(step), Scope::Migration));
        items.extend(server.save_session(step.script, true).map(session));
        items.extend(step.statements().map(|(index, statement)| {
            Item::joining(
                statement.sql(),
                Purpose::Statement(step, index),
                Scope::Migration,
            )
        }));
        items.extend(server.restore_session(step.script, true).map(session));
        let purpose = if self.options.policy.atomic {
            Purpose::Finish(step)
        } else {
            WRITE
        };
        items.push(Item::joining(
            self.sql.finish(self.log, seq),
            purpose,
            Scope::Migration,
        ));
    }

    /// A migration outside a transaction: its row is `started`, and every message to the server says
    /// first that it goes on only as long as that row is the newest.
    fn outside_on_server(
        &self,
        server: &'static dyn Server,
        step: Step,
        applied: &mut Applied,
        create_log: &mut bool,
        items: &mut Vec<Item>,
    ) {
        let mut progress = ProgressHash::of(step.script.statements().take(step.done));
        let (seq, state) = Self::next(step, applied);
        let row = self.row(
            step,
            seq,
            Outcome::Started,
            step.done,
            Some(&progress.text()),
            None,
        );
        self.begin_transaction(server, create_log, items);
        items.push(Item::joining(row, Purpose::Start(step), Scope::Migration));
        items.extend(self.forget_crash(step, Scope::Migration).map(Item::joined));
        items.push(Self::commit(false, Scope::Migration).joined());

        let mut lease = Lease {
            writer: self,
            server,
            step,
            seq,
            items: std::mem::take(items),
        };
        lease.prepare_session();
        for (index, statement) in step.statements() {
            progress.update(statement);
            lease.statement(index, statement, &progress.text());
        }
        lease.finish(state.as_deref());
        *items = lease.items;
    }
}

impl Lease<'_> {
    fn push(
        &mut self,
        sql: impl Into<std::borrow::Cow<'static, str>>,
        purpose: Purpose,
        scope: Scope,
    ) {
        self.items.push(Item::joining(sql, purpose, scope));
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
        let scope = self.outside(done);
        if let Some(save) = self.server.save_session(step.script, false) {
            self.push(save, Purpose::SaveSession(step), scope);
        }
        if let Some(settings) = self.server.session_settings(self.writer.options) {
            self.push(settings, Purpose::Other("set the session up"), scope);
        }
        let earlier = step.script.statements().enumerate().take(done);
        for (index, statement) in earlier.filter(|(_, statement)| statement.is_session()) {
            self.push(statement.sql(), Purpose::Statement(step, index), scope);
        }
    }

    fn statement(&mut self, index: usize, statement: Statement, after: &str) {
        if statement.is_refused_by(self.writer.database) {
            self.alone(index, statement, after);
        } else {
            self.begin(index);
            self.push(
                statement.sql(),
                Purpose::Statement(self.step, index),
                self.inside(index),
            );
            self.advance(index, after);
            self.commit(index);
        }
    }

    /// A statement that cannot share a transaction with the note that it is done.
    fn alone(&mut self, index: usize, statement: Statement, after: &str) {
        if self.step.in_doubt && index == self.step.done {
            self.probe(index, statement);
        }
        let purpose = Purpose::Statement(self.step, index);
        if self.server.runs_alone() {
            self.check_index(index, statement);
            self.part();
            self.push(statement.sql(), purpose, self.outside(index));
            self.part();
            self.begin(index);
            self.guard_index(index, statement);
            self.advance(index, after);
            self.commit(index);
        } else {
            let fence = self.server.fence(self.writer.log, self.seq, index, false);
            self.push(fence, Purpose::Fence, self.outside(index));
            self.push(statement.sql(), purpose, self.outside(index));
            let advance = self.writer.advance(self.seq, index + 1, after);
            self.push(advance, WRITE, self.outside(index));
        }
    }

    fn finish(&mut self, state: Option<&str>) {
        let done = self.step.script.statements().len();
        self.begin(done);
        let end = End {
            outcome: Outcome::Success,
            state,
            error: None,
            attempts: 1,
        };
        let end = self.writer.sql.end(self.writer.log, self.seq, &end);
        self.push(end, WRITE, self.inside(done));
        let commit = Writer::commit(false, self.inside(done)).joined();
        self.items.push(Item {
            purpose: Purpose::Finish(self.step),
            ..commit
        });
        if let Some(restore) = self.server.restore_session(self.step.script, false) {
            self.push(restore, Purpose::RestoreSession, Scope::Nothing);
        }
        self.part();
    }

    /// Begins a transaction that the row is ours for.
    fn begin(&mut self, done: usize) {
        let begin = self.writer.begin_joined(self.outside(done));
        self.items.push(Item {
            purpose: Purpose::Other("begin a transaction"),
            ..begin
        });
        if let Some(settings) = self.server.transaction_settings(self.writer.options) {
            let purpose = Purpose::Other("limit the time that locks are waited for");
            self.push(settings, purpose, self.inside(done));
        }
        let fence = self.server.fence(self.writer.log, self.seq, done, true);
        self.push(fence, Purpose::Fence, self.inside(done));
    }

    fn advance(&mut self, index: usize, after: &str) {
        let advance = self.writer.advance(self.seq, index + 1, after);
        self.push(advance, WRITE, self.inside(index));
    }

    fn commit(&mut self, done: usize) {
        let commit = Writer::commit(false, self.inside(done)).joined();
        self.items.push(commit);
    }

    /// Ends the message here.
    fn part(&mut self) {
        if let Some(last) = self.items.last_mut() {
            last.joins = false;
        }
    }

    fn probe(&mut self, index: usize, statement: Statement) {
        let Recovery::Probe(conditions) = statement.recovery() else {
            return;
        };
        if let Some(probe) = self.server.probe(&conditions) {
            self.part();
            self.push(probe, Purpose::Probe(self.step, index), self.outside(index));
            self.part();
        }
    }

    fn check_index(&mut self, index: usize, statement: Statement) {
        if let Some(validity) = index_validity(self.server, statement) {
            self.part();
            self.push(
                validity,
                Purpose::IndexValidity(self.step, index),
                self.outside(index),
            );
        }
    }

    fn guard_index(&mut self, index: usize, statement: Statement) {
        if let Some(guard) = index_guard(self.server, statement) {
            self.push(
                guard,
                Purpose::IndexGuard(self.step, index),
                self.inside(index),
            );
        }
    }
}

fn index_validity(server: &dyn Server, statement: Statement) -> Option<String> {
    match statement.recovery() {
        Recovery::Probe(conditions) => conditions
            .iter()
            .find(|condition| condition.object == Object::ValidIndex)
            .and_then(|condition| server.index_validity(condition)),
        Recovery::Repeat | Recovery::Unknown => None,
    }
}

fn index_guard(server: &dyn Server, statement: Statement) -> Option<String> {
    match statement.recovery() {
        Recovery::Probe(conditions)
            if conditions
                .iter()
                .any(|condition| condition.object == Object::ValidIndex) =>
        {
            Some(format!(
                "SELECT 1 / ({})::integer",
                server.probe(&conditions)?
            ))
        }
        _ => None,
    }
}

impl Item {
    /// One that the next may be sent with.
    fn joining(
        sql: impl Into<std::borrow::Cow<'static, str>>,
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
