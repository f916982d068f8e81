//! From steps to commands: a flat list, each knowing what it is for.

mod close;
mod server;

pub(crate) use server::ServerScript;

use crate::connection::{Command, Database, DriverError, Effect};
use crate::database::{Advance, End, Log, NewRow, Server, Sql};
use crate::digest::ProgressHash;
use crate::log::{Applied, LogEntry, Operation, Outcome};
use crate::migrator::Options;
use crate::plan::{Direction, Step};
use crate::version::Version;

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
    /// Makes room for others, whether it succeeds or not; then the log is read again.
    GiveWay,
    /// Enforces foreign keys again.
    EnforceForeignKeys,
    /// Commits; when more steps remain the next round begins.
    Commit { more: bool },
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

impl Failure {
    /// What a row tells of one.
    pub(crate) fn of(entry: &LogEntry) -> Option<Self> {
        let direction = match entry.operation {
            Operation::Rollback => Direction::Down,
            _ => Direction::Up,
        };
        (entry.outcome != Outcome::Success).then(|| Self {
            seq: entry.seq,
            version: entry.version,
            direction,
            statements_done: entry.statements_done,
            attempts: entry.attempts,
            error: entry.error.clone(),
        })
    }
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

/// Writes the commands of a run.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) sql: &'static dyn Sql,
    pub(crate) log: &'a Log,
    pub(crate) database: Database,
    pub(crate) options: &'a Options,
    /// The newest row, when it tells of a failure.
    pub(crate) failure: Option<&'a Failure>,
}

/// A newest row that did not succeed: the next failure of the same kind takes its place, so that a
/// program which is started over and over does not fill the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) seq: i64,
    pub(crate) version: Version,
    pub(crate) direction: Direction,
    pub(crate) statements_done: usize,
    pub(crate) attempts: i64,
    /// None when it was begun and never ended.
    pub(crate) error: Option<String>,
}

const SAVEPOINT: &str = "SAVEPOINT rungs_migration";
const RELEASE: &str = "RELEASE rungs_migration";
const ROLLBACK_TO: &str = "ROLLBACK TO rungs_migration";

impl Purpose {
    /// Whether the rows of its command are read.
    pub(crate) fn asks(&self) -> bool {
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
            | Self::Probe(step, _)
            | Self::IndexValidity(step, _)
            | Self::IndexGuard(step, _)
            | Self::Finish(step) => Some(*step),
            _ => None,
        }
    }
}

impl Item {
    pub(crate) fn new(
        sql: impl Into<std::borrow::Cow<'static, str>>,
        purpose: Purpose,
        scope: Scope,
    ) -> Self {
        Self {
            command: Command::new(sql, Effect::None),
            purpose,
            scope,
            joins: false,
        }
    }

    fn with(sql: &'static str, effect: Effect, purpose: Purpose, scope: Scope) -> Self {
        Self {
            command: Command::new(sql, effect),
            purpose,
            scope,
            joins: false,
        }
    }

    /// Whether a run that stops at this command may leave a transaction open.
    pub(crate) fn needs_rollback(&self) -> bool {
        match self.scope {
            Scope::Nothing | Scope::Outside { .. } => self.command.effect() != Effect::None,
            Scope::Transaction | Scope::Migration | Scope::OutsideTransaction { .. } => true,
        }
    }
}

impl Writer<'_> {
    pub(crate) fn begin(&self, scope: Scope) -> Item {
        Item::with(
            self.sql.begin(),
            Effect::Begin,
            Purpose::Other("begin a transaction"),
            scope,
        )
    }

    pub(crate) fn commit(more: bool, scope: Scope) -> Item {
        Item::with("COMMIT", Effect::Commit, Purpose::Commit { more }, scope)
    }

    pub(crate) fn rollback() -> Item {
        Item::with(
            "ROLLBACK",
            Effect::Rollback,
            Purpose::Cleanup,
            Scope::Nothing,
        )
    }

    pub(crate) fn give_way() -> Item {
        Item {
            purpose: Purpose::GiveWay,
            scope: Scope::Transaction,
            ..Self::rollback()
        }
    }

    /// A migration inside the open transaction; `applied` is moved on to what it leads to.
    pub(crate) fn inside(
        &self,
        step: Step,
        applied: &mut Applied,
        check_foreign_keys: bool,
    ) -> Vec<Item> {
        let (seq, state) = Self::next(step, applied);
        let row = self.row(
            step,
            seq,
            Outcome::Success,
            step.script.statements().len(),
            None,
            state.as_deref(),
        );
        let mut items = vec![
            Item::new(SAVEPOINT, Purpose::Start(step), Scope::Transaction),
            Item::new(row, Purpose::Other("write to the log"), Scope::Migration),
        ];
        let sent = step
            .statements()
            .filter(|(_, statement)| !statement.is_taken_over_on(self.database));
        items.extend(sent.map(|(index, statement)| {
            Item::new(
                statement.sql(),
                Purpose::Statement(step, index),
                Scope::Migration,
            )
        }));
        if let Some(foreign_keys) = self.sql.foreign_keys().filter(|_| check_foreign_keys) {
            items.push(Item::new(
                foreign_keys.violations,
                Purpose::NewViolations(step),
                Scope::Migration,
            ));
        }
        items.push(Item::new(
            self.sql.finish(self.log, seq),
            Purpose::Other("write to the log"),
            Scope::Migration,
        ));
        items.push(Item::new(
            RELEASE,
            Purpose::Finish(step),
            Scope::Transaction,
        ));
        items
    }

    /// A migration outside a transaction; its `started` row is written in the transaction that is
    /// open and commits with it.
    ///
    /// A statement that can runs in a transaction with the note that it is done, so that a crash
    /// leaves no doubt. Those that cannot (`VACUUM`, `PRAGMA`) do no harm when they run twice.
    pub(crate) fn outside(&self, step: Step, applied: &mut Applied, more: bool) -> Vec<Item> {
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
        let mut items = vec![Item::new(row, Purpose::Start(step), Scope::Transaction)];
        items.extend(self.forget_crash(step, Scope::Transaction));
        items.push(Self::commit(false, Scope::Transaction));
        for (index, statement) in step.statements() {
            let text = statement.sql();
            progress.update(statement);
            let advance = self.advance(seq, index + 1, &progress.text());
            let advance = |scope| Item::new(advance, Purpose::Other("write to the log"), scope);
            let outside = Scope::Outside { seq, done: index };
            if statement.is_refused_by(self.database) {
                items.push(Item::new(text, Purpose::Statement(step, index), outside));
                items.push(advance(outside));
            } else {
                let open = Scope::OutsideTransaction { seq, done: index };
                items.extend(self.guarded(seq, index));
                items.push(Item::new(text, Purpose::Statement(step, index), open));
                items.push(advance(open));
                items.push(Self::commit(false, open));
            }
        }
        let all = step.script.statements().len();
        let open = Scope::OutsideTransaction { seq, done: all };
        items.extend(self.guarded(seq, all));
        let end = End {
            outcome: Outcome::Success,
            state: state.as_deref(),
            error: None,
            attempts: 1,
        };
        items.push(Item::new(
            self.sql.end(self.log, seq, &end),
            Purpose::Finish(step),
            open,
        ));
        items.push(Self::commit(more, open));
        items
    }

    fn guarded(&self, seq: i64, done: usize) -> [Item; 2] {
        let open = Scope::OutsideTransaction { seq, done };
        [
            self.begin(Scope::Outside { seq, done }),
            Item::new(self.sql.newest(self.log), Purpose::Guard(seq, done), open),
        ]
    }

    /// Which attempt it is, counting those that ended without a word at the same place.
    fn attempts(&self, step: Step, outcome: Outcome) -> i64 {
        let crash = self.crash(step).filter(|_| outcome == Outcome::Started);
        crash.map_or(1, |crash| crash.attempts.saturating_add(1))
    }

    fn advance(&self, seq: i64, statements_done: usize, progress: &str) -> String {
        let advance = Advance {
            statements_done,
            progress,
            lease: self.options.lease,
        };
        self.sql.advance(self.log, seq, &advance)
    }

    /// Moves `applied` on: the `seq` of the row of this step and the state after it.
    fn next(step: Step, applied: &mut Applied) -> (i64, Option<String>) {
        // At the end of the numbers the log refuses the row.
        applied.newest = applied.newest.saturating_add(1);
        let checksum = (step.direction == Direction::Up).then(|| step.migration.up().checksum());
        applied.record(step.migration.version(), checksum);
        (applied.newest, applied.state())
    }

    fn row(
        &self,
        step: Step,
        seq: i64,
        outcome: Outcome,
        statements_done: usize,
        progress: Option<&str>,
        state: Option<&str>,
    ) -> String {
        self.sql.insert(
            self.log,
            &self.new_row(step, seq, outcome, statements_done, progress, state),
        )
    }

    fn new_row<'a>(
        &'a self,
        step: Step,
        seq: i64,
        outcome: Outcome,
        statements_done: usize,
        progress: Option<&'a str>,
        state: Option<&'a str>,
    ) -> NewRow<'a> {
        let operation = match step.direction {
            Direction::Down => Operation::Rollback,
            Direction::Up if step.done > 0 => Operation::RunPartial,
            Direction::Up => Operation::Run,
        };
        NewRow {
            seq,
            version: step.migration.version(),
            name: step.migration.name(),
            operation,
            outcome,
            checksum: step.migration.up().checksum(),
            statements_done,
            progress,
            state,
            operator: self.options.operator.as_deref(),
            attempts: self.attempts(step, outcome),
            lease: (outcome == Outcome::Started).then_some(self.options.lease),
            error: None,
            down_script: step
                .migration
                .down()
                .filter(|_| step.direction == Direction::Up)
                .map(|script| script.text()),
        }
    }
}
