//! Migrations that are tried: inside one transaction that is rolled back, with nothing about the log.

use super::{Item, Purpose, RELEASE, ROLLBACK_TO, Scope, Writer};
use crate::connection::Effect;
use crate::database::Server;
use crate::plan::Step;

/// What a command of a trial is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TrialStep {
    /// Asks whether foreign keys are enforced.
    Enforced,
    /// Counts the violations that were there before.
    Before,
    /// Marks the place to roll back to.
    Begin,
    /// Keeps what a migration changes in the session from the next one.
    Session,
    /// Asks whether a statement is to run.
    Condition(Step, usize),
    /// Runs a statement.
    Statement(Step, usize),
    /// Checks what is checked at the commit.
    Constraints(Step),
    /// Counts the violations that a migration leaves.
    Violations(Step),
    /// Ends a migration that has passed.
    Pass(Step),
    /// Takes back what one has done that has failed; fails when the database has dropped the transaction.
    Undo,
    /// Ends it.
    Undone,
    /// Takes everything back.
    End,
}

const SAVEPOINT: &str = "SAVEPOINT rungs_migration";

impl TrialStep {
    /// Completes "cannot ...".
    pub(crate) fn doing(self) -> &'static str {
        match self {
            Self::Enforced | Self::Before | Self::Violations(_) => "check foreign keys",
            Self::Begin | Self::Pass(_) => "try the migration",
            Self::Session => "keep the session as it is",
            Self::Condition(..) => "ask whether the statement is to run",
            Self::Statement(..) => "run the statement",
            Self::Constraints(_) => "check constraints",
            Self::Undo | Self::Undone | Self::End => "roll back what was tried",
        }
    }

    /// Whether the rows of its command are read.
    pub(crate) fn asks(self) -> bool {
        matches!(
            self,
            Self::Enforced | Self::Before | Self::Condition(..) | Self::Violations(_)
        )
    }
}

impl Writer<'_> {
    /// Begins on a server: with the lock of the set, so that no other run comes in between.
    pub(crate) fn begin_trial(&self, server: &dyn Server, has_log: bool) -> Vec<Item> {
        let begin = Item {
            purpose: Purpose::Begin,
            ..self.begin(Scope::Nothing).joined()
        };
        let settings = server
            .transaction_settings(self.options, self.log.schema.as_deref())
            .map(|settings| {
                let purpose = Purpose::Other("limit the time that locks are waited for");
                Item::joining(settings, purpose, Scope::Transaction)
            });
        let lock = server.lock(self.log);
        let lock = lock.map(|lock| Item::new(lock, Purpose::Lock, Scope::Transaction));
        let schema = self.make_schema(Scope::Transaction).filter(|_| !has_log);
        let begin = std::iter::once(begin).chain(settings);
        begin.chain(lock).chain(schema).collect()
    }

    /// A migration in the open transaction.
    pub(crate) fn tried(&self, step: Step, checks_foreign_keys: bool) -> Vec<Item> {
        let server = self.sql.server();
        let mut items = vec![trying(SAVEPOINT, TrialStep::Begin)];
        let save = server.map(|server| server.save_session(step.script, true, self.log));
        let save = save.into_iter().flatten();
        items.extend(save.map(|save| trying(save, TrialStep::Session)));
        let sent = step
            .statements()
            .filter(|(_, statement)| !statement.is_taken_over_on(self.database));
        for (index, statement) in sent {
            let condition = statement.when().map(|query| self.sql.ask(&query));
            let condition = condition.map(|ask| trying(ask, TrialStep::Condition(step, index)));
            items.extend(condition);
            let run = TrialStep::Statement(step, index);
            items.push(trying(self.text(statement), run));
        }
        if let Some(server) = server {
            let restore = server
                .restore_session(step.script, true, self.log)
                .into_iter();
            items.extend(restore.map(|restore| trying(restore, TrialStep::Session)));
            let rules = server.trial_rules().into_iter();
            items.extend(
                rules.map(|rules| trying(rules.check_constraints, TrialStep::Constraints(step))),
            );
        }
        if let Some(foreign_keys) = self.sql.foreign_keys().filter(|_| checks_foreign_keys) {
            let violations = (foreign_keys.violations)(self.log);
            items.push(trying(violations, TrialStep::Violations(step)));
        }
        items.push(trying(RELEASE, TrialStep::Pass(step)));
        items
    }

    /// Takes a migration back that has failed.
    pub(crate) fn untried() -> [Item; 2] {
        [
            trying(ROLLBACK_TO, TrialStep::Undo),
            trying(RELEASE, TrialStep::Undone),
        ]
    }

    /// Takes everything back.
    pub(crate) fn end_trial() -> Item {
        Item::with(
            "ROLLBACK",
            Effect::Rollback,
            Purpose::Trial(TrialStep::End),
            Scope::Transaction,
        )
    }
}

pub(crate) fn trying(sql: impl Into<std::borrow::Cow<'static, str>>, step: TrialStep) -> Item {
    Item::new(sql, Purpose::Trial(step), Scope::Transaction)
}
