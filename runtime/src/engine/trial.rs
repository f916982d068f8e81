//! Trying migrations on the live database: one transaction for all, a savepoint for each, and all of it
//! is rolled back. Nothing is said to the log, and no observer is told of what comes to nothing.

use std::collections::VecDeque;

use super::recovery::is_yes;
use super::server::commit_error;
use super::{Engine, Task};
use crate::connection::{DriverError, Rows};
use crate::error::{Error, Named};
use crate::plan::{Goal, Plan, Step};
use crate::script::{Item, Purpose, Scope, TrialStep, Writer, trying};
use crate::table::Statement;
use crate::trial::{NotTried, Trial, Tried, Verdict};

/// How far a trial is.
#[derive(Default)]
pub(super) struct Trying {
    /// The migrations that are still to be tried.
    ahead: VecDeque<Step>,
    /// Whether it is an error to leave rows that refer to none.
    checks_foreign_keys: bool,
}

/// What stands in the way of a trial.
enum Obstacle {
    /// Somebody else has a lock.
    Lock,
    /// Nothing is committed; with what the database said.
    Commit(String),
}

impl Engine<'_> {
    /// With the log read, and no lock.
    pub(super) fn begin_trial(&mut self, goal: &Goal) -> Result<(), Error> {
        let plan = self.plan(goal)?;
        self.outcome.trial = Trial::default();
        if plan.is_empty() {
            self.enforce_foreign_keys();
            return Ok(());
        }
        self.refuse_unknown_functions(&plan)?;
        let can_try = plan.steps.iter().any(|step| self.why_not(step).is_none());
        let Some(server) = self.sql.server() else {
            self.outcome.plan = Some(plan.clone());
            if can_try {
                self.begin_round(&plan);
            } else {
                self.record_untried(plan.steps);
            }
            return Ok(());
        };
        if server.trial_rules().is_none() {
            return Err(Error::NoTrial {
                database: self.database,
            });
        }
        self.outcome.plan = Some(plan.clone());
        if !can_try {
            self.record_untried(plan.steps);
        } else if !self.waits_for_another_run() {
            let outside = self.outside_transaction();
            self.queue.extend(outside);
            let begin = self.writer().begin_trial(server, self.has_log);
            self.queue.extend(begin);
            if self.has_log {
                let history = self.sql.history(&self.log, self.options);
                let read = Item::new(history, Purpose::LockedHistory, Scope::Transaction);
                self.queue.push_back(read);
            } else {
                self.try_migrations(plan);
            }
        }
        Ok(())
    }

    /// In the transaction that will be rolled back, with the log read.
    pub(super) fn begin_tries(&mut self, goal: &Goal) -> Result<(), Error> {
        let plan = self.plan(goal)?;
        if self.needs_foreign_keys_off(&plan) != self.foreign_keys.off {
            // Somebody else has been here since foreign keys were arranged.
            self.queue.push_back(Writer::rollback());
            self.begin_round(&plan);
            return Ok(());
        }
        self.try_migrations(plan);
        Ok(())
    }

    fn try_migrations(&mut self, plan: Plan) {
        self.trying = Trying {
            ahead: plan.steps.into(),
            checks_foreign_keys: false,
        };
        match self.sql.foreign_keys() {
            Some(foreign_keys) => {
                let ask = trying(foreign_keys.query, TrialStep::Enforced);
                self.queue.push_back(ask);
            }
            None => self.try_next(),
        }
    }

    /// Whether a migration that can be tried drops tables that others refer to.
    pub(super) fn trial_suspends_foreign_keys(&self, plan: &Plan) -> bool {
        let mut tried = plan
            .steps
            .iter()
            .filter(|step| self.why_not(step).is_none());
        tried.any(Step::suspends_foreign_keys)
    }

    pub(super) fn go_on_with_trial(&mut self, step: TrialStep, rows: Rows) {
        match step {
            TrialStep::Enforced => self.arrange_checks(&rows),
            TrialStep::Before => {
                self.foreign_keys.before = rows;
                self.try_next();
            }
            TrialStep::Begin => self.migration_started = self.now,
            TrialStep::Condition(_, index) if !is_yes(&rows) => {
                self.queue.retain(|item| {
                    !matches!(item.purpose, Purpose::Trial(TrialStep::Statement(_, at)) if at == index)
                });
            }
            TrialStep::Violations(step) => {
                if let Some(error) = self.new_violations(step, &rows) {
                    let by_others = self.foreign_keys.suspended && !step.suspends_foreign_keys();
                    let verdict = if by_others {
                        Verdict::NotTried(NotTried::ForeignKeysSuspended)
                    } else {
                        Verdict::Failed(Box::new(error))
                    };
                    self.refuse_tried(step, verdict);
                }
            }
            TrialStep::Pass(step) => {
                let passed = Verdict::Passed {
                    statements: step.statements().count(),
                    duration: self.now.duration_since(self.migration_started),
                };
                self.record_tried(step, passed);
                self.try_next();
            }
            TrialStep::Undone => self.try_next(),
            TrialStep::Session
            | TrialStep::Condition(..)
            | TrialStep::Statement(..)
            | TrialStep::Constraints(_)
            | TrialStep::Undo
            | TrialStep::End => {}
        }
    }

    /// A command of the trial failed; an error that is returned ends it.
    pub(super) fn trial_failed(
        &mut self,
        step: TrialStep,
        error: DriverError,
    ) -> Result<(), Error> {
        if self.sql.server().is_some() && error.code.is_none() {
            return Err(self.database_error("reach the database", error));
        }
        let obstacle = self.obstacle(&error);
        match step {
            TrialStep::Statement(of, index) => {
                let error = self.statement_error(of, index, Scope::Migration, error);
                self.trial_refused(of, obstacle, error);
            }
            TrialStep::Condition(of, index) => {
                let error = self.condition_error(of, index, Scope::Migration, error);
                self.trial_refused(of, obstacle, error);
            }
            TrialStep::Constraints(of) => {
                self.trial_refused(of, obstacle, commit_error(of, error));
            }
            // Without foreign keys suspended a run would not have asked.
            TrialStep::Before if !self.foreign_keys.suspended => {
                self.trying.checks_foreign_keys = false;
                self.try_next();
            }
            TrialStep::Violations(_) if !self.foreign_keys.suspended => {}
            TrialStep::Undo => self.transaction_lost(),
            step => return Err(self.database_error(step.doing(), error)),
        }
        Ok(())
    }

    /// What stands in the way that is not the migration's fault.
    fn obstacle(&self, error: &DriverError) -> Option<Obstacle> {
        let rules = self.sql.server()?.trial_rules()?;
        if self.sql.is_busy(error) {
            return Some(Obstacle::Lock);
        }
        let passed = |tried: &Tried| matches!(tried.verdict, Verdict::Passed { .. });
        let needs_commit = rules.needs_commit.contains(&error.code.as_deref()?)
            && self.outcome.trial.tried.iter().any(passed);
        needs_commit.then(|| Obstacle::Commit(error.message.clone()))
    }

    /// A migration failed: waits for locks as a run does, else takes it back and goes on to the next.
    fn trial_refused(&mut self, step: Step, obstacle: Option<Obstacle>, error: Error) {
        let verdict = match obstacle {
            Some(Obstacle::Lock) => return self.begin_again(Scope::Transaction, None, error),
            Some(Obstacle::Commit(said)) => Verdict::NotTried(NotTried::NeedsCommit { said }),
            None => Verdict::Failed(Box::new(error)),
        };
        self.refuse_tried(step, verdict);
    }

    fn refuse_tried(&mut self, step: Step, verdict: Verdict) {
        self.record_tried(step, verdict);
        self.queue.clear();
        self.queue.extend(Writer::untried());
    }

    /// There is nothing left to roll back, and no place for the others.
    fn transaction_lost(&mut self) {
        for step in std::mem::take(&mut self.trying.ahead) {
            let lost = Verdict::NotTried(NotTried::TransactionLost);
            self.record_tried(step, lost);
        }
        self.queue.clear();
        self.queue.push_back(Writer::rollback());
        self.enforce_foreign_keys();
    }

    fn arrange_checks(&mut self, rows: &Rows) {
        self.trying.checks_foreign_keys = self.foreign_keys.suspended || is_yes(rows);
        let checks = self.trying.checks_foreign_keys;
        match self.sql.foreign_keys().filter(|_| checks) {
            Some(foreign_keys) => {
                let count = trying((foreign_keys.violations)(&self.log), TrialStep::Before);
                self.queue.push_back(count);
            }
            None => self.try_next(),
        }
    }

    /// Goes on to the next migration that can be tried, or to the end.
    fn try_next(&mut self) {
        while let Some(step) = self.trying.ahead.pop_front() {
            let Some(why) = self.why_not(&step) else {
                let checks = self.trying.checks_foreign_keys;
                let items = self.writer().tried(step, checks);
                return self.queue.extend(items);
            };
            self.record_tried(step, Verdict::NotTried(why));
        }
        self.queue.push_back(Writer::end_trial());
        self.enforce_foreign_keys();
    }

    /// Why a migration cannot be tried, if it cannot.
    fn why_not(&self, step: &Step) -> Option<NotTried> {
        let is_begun = step.done > 0 || step.in_doubt;
        let mut statements = step.statements().map(|(_, statement)| statement);
        if is_begun {
            Some(NotTried::Interrupted)
        } else if !step.is_transactional(self.database) {
            Some(NotTried::NoTransaction)
        } else if statements.any(|statement: Statement| statement.is_call()) {
            Some(NotTried::CallsFunction)
        } else {
            None
        }
    }

    fn record_untried(&mut self, steps: Vec<Step>) {
        for step in steps {
            if let Some(why) = self.why_not(&step) {
                self.record_tried(step, Verdict::NotTried(why));
            }
        }
    }

    fn record_tried(&mut self, step: Step, verdict: Verdict) {
        let tried = &mut self.outcome.trial.tried;
        let mut before = tried.iter();
        let behind = before.find(|tried| !matches!(tried.verdict, Verdict::Passed { .. }));
        let behind = behind.map(|tried| tried.migration.clone());
        tried.push(Tried {
            migration: Named::from(step.migration),
            path: step.script.path(),
            verdict,
            behind,
        });
    }
}

impl Task {
    /// Whether it is a trial.
    pub(super) fn is_trial(&self) -> bool {
        matches!(self, Self::Try(_))
    }
}
