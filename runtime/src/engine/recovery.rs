//! After a crash: statements that may have taken effect without being recorded.

use std::borrow::Cow;

use super::{Engine, Sharing, failure};
use crate::connection::{DriverError, Rows};
use crate::database::{Advance, Server};
use crate::digest::ProgressHash;
use crate::error::{Doubt, Error, Named};
use crate::log::Outcome;
use crate::plan::{Action, Plan, Step};
use crate::script::{Item, Purpose, Scope, Writer};
use crate::table::recovery::Recovery;

impl Engine<'_> {
    /// An error for a statement in doubt that nothing in the database can tell of.
    pub(super) fn refuse_doubt(&self, plan: &Plan) -> Result<(), Error> {
        let mut steps = plan.steps.iter();
        match steps.find(|step| step.runs() && self.needs_settling(**step)) {
            Some(step) => Err(Error::InDoubt(Box::new(self.doubt(*step)))),
            None => Ok(()),
        }
    }

    /// An error for an answer that nobody asks for: the next run finds out by itself.
    pub(super) fn refuse_to_settle(&self, plan: &Plan) -> Result<(), Error> {
        let is_settled = |step: &&Step| matches!(step.action, Action::Settle(_));
        match plan.steps.iter().find(is_settled) {
            Some(step) if !self.needs_settling(*step) => {
                Err(Error::NotInDoubt(Named::from(step.migration)))
            }
            _ => Ok(()),
        }
    }

    /// Whether only somebody who looks can say how far it came.
    fn needs_settling(&self, step: Step) -> bool {
        let statement = step.script.statements().nth(step.done);
        step.in_doubt
            && statement.is_some_and(|statement| {
                statement.can_be_in_doubt(self.database)
                    && statement.recovery() != Recovery::Repeat
                    && self.probe(step, step.done).is_none()
            })
    }

    fn doubt(&self, step: Step) -> Doubt {
        let (line, column) = failure::position(step.script, step.done, None);
        let statement = step.script.statements().nth(step.done);
        let failed = format!("outcome = {}", self.sql.text(Outcome::Error.word()));
        let done = format!(
            "{failed}, progress = NULL, statements_done = {}",
            step.done + 1
        );
        Doubt {
            migration: Named::from(step.migration),
            path: step.script.path(),
            line,
            column,
            statement: failure::shorten(
                &statement.map_or_else(Cow::default, |statement| statement.sql()),
            ),
            when_done: self.sql.update(&self.log, step.row, &done),
            when_not_done: self.sql.update(&self.log, step.row, &failed),
        }
    }

    /// The question whether a statement took effect, where there is one.
    pub(super) fn probe(&self, step: Step, index: usize) -> Option<String> {
        let server = self.sql.server()?;
        match step.script.statements().nth(index)?.recovery() {
            Recovery::Probe(conditions) => server.probe(&conditions, &self.log),
            Recovery::Repeat | Recovery::Unknown => None,
        }
    }

    /// Leaves a statement out that took effect before.
    pub(super) fn skip_if_done(&mut self, step: Step, index: usize, rows: &Rows) {
        if !is_yes(rows) {
            return;
        }
        self.leave_out(|purpose| match purpose {
            Purpose::Statement(of, at)
            | Purpose::Condition(of, at)
            | Purpose::IndexValidity(of, at) => is_same(of, *at, step, index),
            _ => false,
        });
        self.statement_done(step, index);
    }

    /// Leaves a statement out that is to run only if a query is true, and it is not.
    pub(super) fn skip_unless(&mut self, step: Step, index: usize, rows: &Rows) {
        if is_yes(rows) {
            return;
        }
        self.leave_out(|purpose| match purpose {
            Purpose::Statement(of, at)
            | Purpose::Call(of, at)
            | Purpose::Batch(of, at)
            | Purpose::BatchRows(of, at)
            | Purpose::IndexValidity(of, at)
            | Purpose::IndexGuard(of, at) => is_same(of, *at, step, index),
            _ => false,
        });
        self.statement_skipped(step, index);
    }

    fn leave_out(&mut self, is_left_out: impl Fn(&Purpose) -> bool) {
        self.queue.retain(|item| !is_left_out(&item.purpose));
    }

    /// The statement in doubt failed, and the reply says whether that is because it had taken effect.
    pub(super) fn settle_doubt(
        &mut self,
        step: Step,
        scope: Scope,
        error: DriverError,
        rows: &Rows,
    ) {
        let Scope::Outside { seq, done } = scope else {
            return self.statement_refused(step, step.done, scope, error);
        };
        if !is_yes(rows) {
            let runs_alone = self.sql.server().is_some_and(Server::runs_alone);
            if !runs_alone {
                return self.statement_refused(step, step.done, scope, error);
            }
            // The run before this one may still be at it.
            self.doubtful = Some(seq);
            let error = self.statement_error(step, step.done, scope, error);
            return self.begin_again(scope, None, error);
        }
        let statements = step.script.statements().take(done + 1);
        let progress = ProgressHash::of(statements).text();
        let advance = Advance {
            statements_done: done + 1,
            progress: &progress,
            lease: self.options.lease,
        };
        let advance = self.sql.advance(&self.log, seq, &advance);
        self.queue
            .push_back(Item::new(advance, Purpose::GiveWay, Scope::Nothing));
        self.queue
            .extend(self.session_restored(self.changed_session));
    }

    /// Drops an index that an earlier attempt has left invalid.
    pub(super) fn judge_index(&mut self, index: usize, rows: Rows) {
        let mut columns = rows.into_iter().next().into_iter().flatten();
        let (validity, drop) = (columns.next().flatten(), columns.next().flatten());
        if let (Some("0"), Some(drop)) = (validity.as_deref(), drop) {
            let scope = self.queue.front().map_or(Scope::Nothing, |item| item.scope);
            let purpose = Purpose::Other("drop the invalid index that an earlier attempt has left");
            let at = self.queue.iter().position(
                |item| matches!(&item.purpose, Purpose::Statement(_, at) if *at == index),
            );
            self.queue
                .insert(at.unwrap_or_default(), Item::new(drop, purpose, scope));
        }
    }

    /// The migration whose message failed at a place that only the log can tell, and its row.
    pub(super) fn to_inspect(&self, server: &dyn Server, item: &Item) -> Option<(Step, i64)> {
        let seq = item.scope.lease()?;
        let is_question = matches!(item.purpose, Purpose::Inspect(..) | Purpose::ProbeAgain(..));
        self.claimed
            .filter(|(_, claimed)| server.miscounts() && *claimed == seq && !is_question)
    }

    pub(super) fn inspect(&mut self, step: Step, seq: i64, error: DriverError) {
        self.queue.clear();
        let newest = self.sql.newest(&self.log);
        let scope = Scope::Outside {
            seq,
            done: step.done,
        };
        self.queue.push_back(Writer::rollback());
        // The migration may have left the session unable to read the log.
        self.queue
            .extend(self.session_restored(self.changed_session));
        self.queue
            .push_back(Item::new(newest, Purpose::Inspect(step, seq, error), scope));
    }

    /// The reply says how far the migration came, if it still is that of this run.
    pub(super) fn inspected(&mut self, step: Step, seq: i64, error: DriverError, rows: &Rows) {
        let newest = Newest::read(rows);
        let is_ours = newest.is_started && newest.is_ours;
        if newest.seq != seq || !is_ours {
            // That of a migration behind this one in the message, or that of another run, which may
            // have the same number where the claim of this one has come to nothing.
            self.claimed = is_ours.then_some((step, newest.seq));
            // With no row of anybody the transaction was rolled back in which it was written.
            if newest.seq < seq {
                self.send_apart();
            } else {
                self.give_way(Scope::Nothing);
            }
            return;
        }
        self.claimed = Some((step, seq));
        let done = newest.done;
        let scope = Scope::Outside { seq, done };
        if self.doubtful == Some(seq) {
            // The row stays as it is, so that the statement is looked for before it runs again.
            let doing = Purpose::Advance.doing();
            self.command_failed(doing, Some(step), Scope::Nothing, error);
        } else if self.may_be_of_fence(step, done, &error) {
            self.send_the_rest_apart();
        } else if done < step.script.statements().len() {
            self.statement_failed(step, done, scope, error);
        } else {
            self.command_failed("write to the log", Some(step), scope, error);
        }
    }

    /// Whether what failed may have been a fence, behind a commit that has come to nothing: where it is
    /// not known which item it was, and the statement that is to run next was begun in that transaction
    /// or there is none.
    fn may_be_of_fence(&self, step: Step, done: usize, error: &DriverError) -> bool {
        let server = self.sql.server();
        let is_refusal = server.is_some_and(|server| server.is_refusal(error));
        let next = step.script.statements().nth(done);
        let is_undone = next.is_none_or(|next| !next.is_refused_by(self.database));
        let is_known = error.completed.is_some() || self.sharing == Sharing::Nothing;
        is_refusal && is_undone && !is_known
    }
}

/// The newest row.
#[derive(Default)]
struct Newest {
    seq: i64,
    is_started: bool,
    done: usize,
    /// Whether this run has written it.
    is_ours: bool,
}

impl Newest {
    fn read(rows: &Rows) -> Self {
        let mut columns = rows.first().into_iter().flatten().map(Option::as_deref);
        let mut next = || columns.next().flatten();
        let number = next().and_then(|number| number.parse().ok());
        Self {
            seq: number.unwrap_or_default(),
            is_started: next() == Some(Outcome::Started.word()),
            done: next()
                .and_then(|number| number.parse().ok())
                .unwrap_or_default(),
            is_ours: next() == Some("1"),
        }
    }
}

/// Whether both are the same statement: the rest of the plan is in the queue, with statements of the
/// same number.
fn is_same(of: &Step, at: usize, step: Step, index: usize) -> bool {
    at == index
        && of.direction == step.direction
        && of.migration.version() == step.migration.version()
}

pub(super) fn is_yes(rows: &Rows) -> bool {
    let first = rows.first().and_then(|row| row.first());
    first.and_then(Option::as_deref) == Some("1")
}
