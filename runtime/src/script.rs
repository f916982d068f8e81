//! From steps to commands: a flat list, each knowing what it is for.

mod close;

use crate::connection::{Command, Database, Effect};
use crate::database::{End, Log, NewRow, Sql};
use crate::digest::ProgressHash;
use crate::log::{Applied, Operation, Outcome};
use crate::plan::{Direction, Step};

/// A command and what its reply means.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) command: Command,
    pub(crate) purpose: Purpose,
    /// What is open while it runs, so what is to be closed when it fails.
    pub(crate) scope: Scope,
}

/// What a command is for.
#[derive(Clone, Debug)]
pub(crate) enum Purpose {
    /// Fast path: is the newest state the one of the full table?
    State,
    /// Reads the log without a lock.
    History,
    /// Reads the log inside the transaction that will write to it.
    LockedHistory,
    /// Asks whether foreign keys are enforced.
    ForeignKeys,
    /// Counts the violations that were there before.
    Violations,
    /// Begins a migration; the command marks the place to roll back to.
    Start(Step),
    /// Runs a statement of a migration.
    Statement(Step, usize),
    /// Counts the violations that a migration leaves.
    NewViolations(Step),
    /// Ends a migration.
    Finish(Step),
    /// Asks whether the `started` row is still the newest: this `seq`, this many statements done.
    Guard(i64, usize),
    /// Rolls back because another process has taken the migration over; then the log is read again.
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
    /// A migration inside a transaction.
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

/// Writes the commands of a run.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) sql: &'static dyn Sql,
    pub(crate) log: &'a Log,
    pub(crate) database: Database,
    pub(crate) operator: Option<&'a str>,
}

const SAVEPOINT: &str = "SAVEPOINT rungs_migration";
const RELEASE: &str = "RELEASE rungs_migration";
const ROLLBACK_TO: &str = "ROLLBACK TO rungs_migration";

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
        }
    }

    fn with(sql: &'static str, effect: Effect, purpose: Purpose, scope: Scope) -> Self {
        Self {
            command: Command::new(sql, effect),
            purpose,
            scope,
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
        let mut items = vec![
            Item::new(row, Purpose::Start(step), Scope::Transaction),
            Self::commit(false, Scope::Transaction),
        ];
        for (index, statement) in step.statements() {
            let text = statement.sql();
            progress.update(statement);
            let advance = self.sql.advance(self.log, seq, index + 1, &progress.text());
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
            operator: self.operator,
            error: None,
            down_script: step
                .migration
                .down()
                .filter(|_| step.direction == Direction::Up)
                .map(|script| script.text()),
        }
    }
}
