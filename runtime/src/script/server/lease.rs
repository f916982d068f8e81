//! A migration on a server outside a transaction.

use std::borrow::Cow;

use super::{KEEP_SESSION, ServerScript, WRITE};
use crate::database::{End, Fence};
use crate::digest::ProgressHash;
use crate::log::Outcome;
use crate::plan::Step;
use crate::script::{Purpose, Scope};
use crate::table::Statement;
use crate::table::recovery::{Condition, Object, Recovery};

/// A migration outside a transaction: its row is `started`, and every message to the server says
/// first that it goes on only as long as that row is the newest.
pub(super) struct LeaseScript<'s, 'a> {
    pub(super) script: &'s mut ServerScript<'a>,
    pub(super) step: Step,
    /// The key of its row.
    pub(super) seq: i64,
}

impl LeaseScript<'_, '_> {
    /// What follows the row: the statements, and in the end the state that they lead to.
    pub(super) fn write(mut self, mut progress: ProgressHash, state: Option<&str>) {
        self.prepare_session();
        for (index, statement) in self.step.statements() {
            progress.update(statement);
            self.statement(index, statement, &progress.text());
        }
        self.finish(state);
    }

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
        self.script.save_session(step, false, scope);
        let settings = server.session_settings(self.script.writer.options);
        let set = || Purpose::Other("set the session up");
        self.script.push_some(settings, set, scope);
        let earlier = step.script.statements().enumerate().take(done);
        for (index, statement) in earlier.filter(|(_, statement)| statement.is_session()) {
            self.push(statement.sql(), Purpose::Statement(step, index), scope);
        }
    }

    fn statement(&mut self, index: usize, statement: Statement, after: &str) {
        let writer = self.script.writer;
        if statement.batch(writer.database).is_some() {
            self.condition(index, statement);
            self.batch(index);
            self.begin(index);
            self.advance(index, after, self.inside(index));
            self.commit(index);
            return;
        }
        if !statement.is_refused_by(writer.database) {
            return self.in_transaction(index, statement, after);
        }
        if self.step.in_doubt && index == self.step.done {
            self.probe(index, statement);
        }
        if self.script.server.runs_alone() {
            self.alone(index, statement, after);
        } else {
            self.condition(index, statement);
            self.fence(index, false);
            let purpose = Purpose::Statement(self.step, index);
            self.push(statement.sql(), purpose, self.outside(index));
            self.advance(index, after, self.outside(index));
        }
    }

    /// Asks outside a transaction whether a statement is to run.
    fn condition(&mut self, index: usize, statement: Statement) {
        if statement.when().is_some() {
            self.fence(index, false);
            let scope = self.outside(index);
            let condition = self.script.writer.condition(self.step, index, scope);
            self.script.items.extend(condition);
        }
    }

    /// A statement that shares a transaction with the record that it is done.
    fn in_transaction(&mut self, index: usize, statement: Statement, after: &str) {
        self.begin(index);
        let (server, script, inside) = (self.script.server, self.step.script, self.inside(index));
        // A function may commit, and with it a record that it is done before it is.
        let hides_rollback = server.may_hide_rollback(statement) && !statement.is_call();
        if hides_rollback {
            self.advance(index, after, inside);
        }
        self.take_role(server.take_script_role(script), inside);
        self.script.run(self.step, index, statement, inside);
        self.take_role(server.take_own_role(script), inside);
        if hides_rollback {
            // The record is gone when the transaction is.
            self.require(index + 1, inside, true);
        } else {
            self.advance(index, after, inside);
        }
        self.commit(index);
    }

    /// Some rows of a statement, in a transaction that holds the row for longer.
    pub(super) fn batch(&mut self, index: usize) {
        self.begin(index);
        let (writer, inside) = (self.script.writer, self.inside(index));
        let keep = writer.keep(self.step, self.seq, index);
        self.push(keep, Purpose::Advance, inside);
        let role = self.script.server.take_script_role(self.step.script);
        self.take_role(role, inside);
        let rows = writer.rows_of_batch(self.step, index, inside);
        self.script.items.extend(rows);
        self.commit(index);
        // The pause between two batches is outside of their transactions.
        self.script.part();
    }

    /// A statement that must be a message of its own. The one before it, with the fence and the new
    /// lease, is as close to it as can be.
    fn alone(&mut self, index: usize, statement: Statement, after: &str) {
        let (server, outside) = (self.script.server, self.outside(index));
        let condition = self.script.writer.condition(self.step, index, outside);
        if condition.is_some() {
            self.script.part();
            self.script.items.extend(condition);
        }
        let built = concurrent_index(statement);
        if let Some(validity) = built
            .as_ref()
            .and_then(|built| server.index_validity(built, self.script.writer.log))
        {
            self.script.part();
            let purpose = Purpose::IndexValidity(self.step, index);
            self.push(validity, purpose, outside);
        }
        self.script.part();
        let purpose = Purpose::Statement(self.step, index);
        self.push(statement.sql(), purpose, outside);
        self.script.part();
        self.begin(index);
        let log = self.script.writer.log;
        if let Some(guard) = built.and_then(|built| server.index_guard(&built, log)) {
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
        let row = Fence {
            outcome: Outcome::Success,
            is_newest: false,
            ..self.row(done)
        };
        let (inside, outside) = (self.inside(done), self.outside(done));
        self.script.finish(step, &row, inside, outside);
        self.script.restore_session(step, false, Scope::Nothing);
        self.script.part();
    }

    /// Begins a transaction for as long as which the row is ours.
    fn begin(&mut self, done: usize) {
        let begin = self.script.writer.begin(self.outside(done));
        self.script.items.push(begin.joined());
        let inside = self.inside(done);
        // A script that goes elsewhere by itself stays there.
        let mut statements = self.step.script.statements();
        let goes = statements.any(|statement| statement.may_change_session());
        let schema = self.script.writer.log.schema.as_deref();
        self.script.settings(schema.filter(|_| !goes), inside);
        let role = self.script.server.take_own_role(self.step.script);
        self.take_role(role, inside);
        self.fence(done, true);
    }

    fn take_role(&mut self, role: Option<&'static str>, scope: Scope) {
        if let Some(role) = role {
            self.push(role, KEEP_SESSION, scope);
        }
    }

    /// Goes on only while the row is ours.
    fn fence(&mut self, done: usize, in_transaction: bool) {
        let scope = if in_transaction {
            self.inside(done)
        } else {
            self.outside(done)
        };
        self.require(done, scope, in_transaction);
    }

    /// Goes on only when the row says that so many statements are done.
    fn require(&mut self, statements_done: usize, scope: Scope, in_transaction: bool) {
        let (log, row) = (self.script.writer.log, self.row(statements_done));
        let fence = self.script.server.fence(log, &row, in_transaction);
        self.push(fence, Purpose::Fence, scope);
    }

    /// The row with so many statements done.
    fn row(&self, statements_done: usize) -> Fence {
        Fence {
            seq: self.seq,
            outcome: Outcome::Started,
            statements_done,
            is_ours: true,
            is_newest: true,
        }
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
        if let Some(probe) = self
            .script
            .server
            .probe(&conditions, self.script.writer.log)
        {
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
