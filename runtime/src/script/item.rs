//! The commands of a run as the engine knows them: what each is for, and what it leaves open.

use std::borrow::Cow;

#[cfg(feature = "adopt")]
use super::adopt::AdoptionStep;
use super::trial::TrialStep;
use crate::connection::{Command, DriverError, Effect};
use crate::database::Server;
use crate::plan::Step;

/// A command and what its reply means.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) command: Command,
    pub(crate) purpose: Purpose,
    /// What is open while it runs, so what is to be closed when it fails.
    pub(crate) scope: Scope,
    /// Whether the one after it may be sent in the same message.
    pub(crate) joins: bool,
}

/// What a command is for.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// Fast path: is the newest state the one of the full table?
    State,
    /// Reads the log without a lock.
    History,
    /// Reads the log inside the transaction that will write to it.
    LockedHistory,
    /// Asks in which schema the log is.
    CurrentSchema,
    /// Asks whether foreign keys are enforced.
    ForeignKeys,
    /// Counts the violations that were there before.
    Violations,
    /// Fails when a transaction is open, which is that of the caller.
    NoTransaction,
    /// Asks whether each statement commits by itself, after that has failed.
    Autocommit(DriverError),
    /// Begins the transaction of one migration, or of an atomic run.
    Begin,
    /// Takes the lock of the set, if nobody has it.
    Lock,
    /// Asks who has it.
    LockHolder,
    /// Begins a migration: marks the place to roll back to, or makes its row, which nobody else can
    /// make as well.
    Start(Step),
    /// Notes what a migration outside a transaction may change in the session.
    SaveSession(Step),
    /// Puts it back.
    RestoreSession,
    /// Runs a statement of a migration.
    Statement(Step, usize),
    /// Asks whether a statement is to run.
    Condition(Step, usize),
    /// Calls a function of the application.
    Call(Step, usize),
    /// Changes some rows.
    Batch(Step, usize),
    /// Asks how many, be it with the statement that changes them.
    BatchRows(Step, usize),
    /// Records that a statement outside a transaction is done.
    Advance,
    /// Asks whether a statement took effect that was not recorded.
    Probe(Step, usize),
    /// The same after the statement has failed, as it does when it took effect meanwhile.
    ProbeAgain(Step, Scope, DriverError),
    /// Asks whether the index of a statement is there already, and is valid.
    IndexValidity(Step, usize),
    /// Fails when the index that a statement has built is not valid.
    IndexGuard(Step, usize),
    /// Counts the violations that a migration leaves.
    NewViolations(Step),
    /// Ends a migration.
    Finish(Step),
    /// Asks whether the `started` row is still the newest: this `seq`, this many statements done.
    Guard(i64, usize),
    /// Fails when it is not.
    Fence,
    /// Asks how far the migration came that has failed, and with what.
    Inspect(Step, i64, DriverError),
    /// Ends the session of a run that has stalled.
    EndSession,
    /// Asks whether the server of the session that holds this row has left the group.
    Member(i64),
    /// Makes room for others, whether it succeeds or not; then the log is read again.
    GiveWay,
    /// Enforces foreign keys again.
    EnforceForeignKeys,
    /// Commits; when more steps remain the next round begins.
    Commit { more: bool },
    /// Takes over the history of another tool.
    #[cfg(feature = "adopt")]
    Adoption(AdoptionStep),
    /// Tries what will be rolled back.
    Trial(TrialStep),
    /// Begins, or does something else that nothing is read from; the text completes "cannot ...".
    Other(&'static str),
    /// Cleans up after a failure; its own failure changes nothing.
    Cleanup,
    /// Rolls back to the beginning of a migration after a failure; fails when the database has
    /// dropped the whole transaction.
    RollbackTo,
}

/// What is open while a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Nothing,
    /// A transaction.
    Transaction,
    /// A migration inside a transaction; on a server the transaction is its own.
    Migration,
    /// A migration outside a transaction: the `seq` of its row and how many statements are done.
    Outside {
        seq: i64,
        done: usize,
    },
    /// A transaction for one statement of such a migration.
    OutsideTransaction {
        seq: i64,
        done: usize,
    },
}

impl Scope {
    /// The row of a statement that is a message of its own and so carries no fence: when it fails,
    /// another run may have taken the migration over.
    pub(crate) fn alone(self, server: &dyn Server) -> Option<i64> {
        match self {
            Self::Outside { seq, .. } if server.runs_alone() => Some(seq),
            _ => None,
        }
    }

    /// The row of the migration outside a transaction that is under way.
    pub(crate) fn lease(self) -> Option<i64> {
        match self {
            Self::Outside { seq, .. } | Self::OutsideTransaction { seq, .. } => Some(seq),
            Self::Nothing | Self::Transaction | Self::Migration => None,
        }
    }
}

impl Purpose {
    /// Completes "cannot ...".
    pub(crate) fn doing(&self) -> &'static str {
        match self {
            Self::State
            | Self::History
            | Self::LockedHistory
            | Self::Guard(..)
            | Self::Fence
            | Self::Inspect(..) => "read the log",
            Self::ForeignKeys | Self::Violations | Self::NewViolations(_) => "check foreign keys",
            Self::CurrentSchema => "ask for the current schema",
            Self::Begin | Self::NoTransaction | Self::Autocommit(_) => "begin a transaction",
            Self::Lock => "take the lock",
            Self::LockHolder => "ask who has the lock",
            Self::Member(_) => "ask for the members of the group",
            Self::SaveSession(_) | Self::RestoreSession => "keep the session as it is",
            Self::Probe(..)
            | Self::ProbeAgain(..)
            | Self::IndexValidity(..)
            | Self::IndexGuard(..) => "ask what took effect",
            Self::Start(_) => "begin the migration",
            Self::Finish(_) => "end the migration",
            Self::EnforceForeignKeys => "enforce foreign keys again",
            Self::Commit { .. } => "commit",
            Self::Condition(..) => "ask whether the statement is to run",
            Self::Call(..) => "call the function",
            Self::Statement(..) | Self::Batch(..) | Self::BatchRows(..) => "run the statement",
            Self::Advance => "write to the log",
            #[cfg(feature = "adopt")]
            Self::Adoption(step) => step.doing(),
            Self::Trial(step) => step.doing(),
            Self::EndSession => "end the session that holds the migration",
            Self::Other(doing) => doing,
            Self::GiveWay | Self::Cleanup | Self::RollbackTo => "clean up",
        }
    }

    /// Whether the rows of its command are read.
    pub(crate) fn asks(&self) -> bool {
        #[cfg(feature = "adopt")]
        if let Self::Adoption(step) = self {
            return step.asks();
        }
        if let Self::Trial(step) = self {
            return step.asks();
        }
        matches!(
            self,
            Self::State
                | Self::History
                | Self::LockedHistory
                | Self::CurrentSchema
                | Self::ForeignKeys
                | Self::Violations
                | Self::NewViolations(_)
                | Self::Guard(..)
                | Self::LockHolder
                | Self::Member(_)
                | Self::Autocommit(_)
                | Self::Condition(..)
                | Self::BatchRows(..)
                | Self::Probe(..)
                | Self::ProbeAgain(..)
                | Self::IndexValidity(..)
                | Self::Inspect(..)
        )
    }

    /// The migration that it is a part of, as far as it says.
    pub(crate) fn step(&self) -> Option<Step> {
        match self {
            Self::Start(step)
            | Self::SaveSession(step)
            | Self::Statement(step, _)
            | Self::Call(step, _)
            | Self::Batch(step, _)
            | Self::BatchRows(step, _)
            | Self::Condition(step, _)
            | Self::Probe(step, _)
            | Self::IndexValidity(step, _)
            | Self::IndexGuard(step, _)
            | Self::Finish(step) => Some(*step),
            _ => None,
        }
    }
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

    pub(crate) fn joined(self) -> Self {
        Self {
            joins: true,
            ..self
        }
    }

    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, purpose: Purpose, scope: Scope) -> Self {
        Self {
            command: Command::new(sql, Effect::None),
            purpose,
            scope,
            joins: false,
        }
    }

    pub(super) fn with(sql: &'static str, effect: Effect, purpose: Purpose, scope: Scope) -> Self {
        Self {
            command: Command::new(sql, effect),
            purpose,
            scope,
            joins: false,
        }
    }

    /// The function that it calls.
    pub(crate) fn function(&self) -> Option<&'static str> {
        match self.purpose {
            Purpose::Call(step, index) => Some(step.script.statements().nth(index)?.written()),
            _ => None,
        }
    }

    /// Whether it ends a transaction without a trace.
    pub(crate) fn rolls_back(&self) -> bool {
        self.command.effect() == Effect::Rollback
    }

    /// Whether a run that stops at this command may leave a transaction open.
    pub(crate) fn needs_rollback(&self) -> bool {
        match self.scope {
            Scope::Nothing | Scope::Outside { .. } => self.command.effect() != Effect::None,
            Scope::Transaction | Scope::Migration | Scope::OutsideTransaction { .. } => true,
        }
    }
}
