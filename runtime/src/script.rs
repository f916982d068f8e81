//! From steps to commands: a flat list, each knowing what it is for.

#[cfg(feature = "adopt")]
mod adopt;
mod batch;
mod close;
mod file;
mod item;
mod server;
mod trial;

#[cfg(feature = "adopt")]
pub(crate) use adopt::AdoptionStep;
pub(crate) use item::{Item, Purpose, Scope};
pub(crate) use server::ServerScript;
pub(crate) use trial::{TrialStep, trying};

use std::borrow::Cow;

use crate::connection::{Database, Effect};
use crate::database::{Advance, Log, NewRow, Sql};
use crate::log::{self, Applied, LogEntry, Outcome};
use crate::migrator::Options;
use crate::plan::{Direction, Step};
use crate::table::{Statement, stored};
use crate::version::Version;

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

const RELEASE: &str = "RELEASE rungs_migration";
const ROLLBACK_TO: &str = "ROLLBACK TO rungs_migration";

impl Failure {
    /// What a row tells of one.
    pub(crate) fn of(entry: &LogEntry) -> Option<Self> {
        (entry.outcome != Outcome::Success).then(|| Self {
            seq: entry.seq,
            version: entry.version,
            direction: entry.operation.direction(),
            statements_done: entry.statements_done,
            attempts: entry.attempts,
            error: entry.error.clone(),
        })
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

    /// What makes the log, and before it its schema where that is asked for.
    pub(crate) fn make_log(&self, scope: Scope) -> Vec<Item> {
        let create = self.sql.create_log(self.log);
        let create = Item::new(create, Purpose::Other("make the log"), scope);
        self.make_schema(scope)
            .into_iter()
            .chain([create])
            .collect()
    }

    fn make_schema(&self, scope: Scope) -> Option<Item> {
        // SQLite attaches a database, which only who connects can do.
        let schema = self
            .log
            .schema
            .as_deref()
            .filter(|_| self.options.creates_schema);
        let schema = schema.filter(|_| self.sql.server().is_some())?;
        let create = self.sql.create_schema(schema);
        Some(Item::new(create, Purpose::Other("make the schema"), scope))
    }

    /// Which attempt it is, counting those that ended without a word at the same place.
    fn attempts(&self, step: Step, outcome: Outcome) -> i64 {
        let crash = self.crash(step).filter(|_| outcome == Outcome::Started);
        crash.map_or(1, |crash| crash.attempts.saturating_add(1))
    }

    /// The text that is sent for a statement.
    fn text(&self, statement: Statement) -> Cow<'static, str> {
        if statement.is_verification() {
            self.sql.verify(&statement.sql()).into()
        } else {
            statement.sql()
        }
    }

    /// A statement, or the call of a function.
    fn run(&self, step: Step, index: usize, statement: Statement, scope: Scope) -> Item {
        if statement.is_call() {
            return Item::new("", Purpose::Call(step, index), scope);
        }
        let purpose = Purpose::Statement(step, index);
        Item::new(self.text(statement), purpose, scope)
    }

    /// The question whether a statement is to run, where there is one.
    fn condition(&self, step: Step, index: usize, scope: Scope) -> Option<Item> {
        let query = step.script.statements().nth(index)?.when()?;
        let purpose = Purpose::Condition(step, index);
        Some(Item::new(self.sql.ask(&query), purpose, scope))
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
        step.record_in(applied);
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
        let replacing = step.recorded_from().map(log::replacing);
        let progress = replacing.as_deref().or(progress);
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
        NewRow {
            seq,
            version: step.migration.version(),
            name: step.migration.name(),
            operation: step.operation(),
            outcome,
            checksum: step.migration.up().checksum(),
            statements_done,
            progress,
            state,
            operator: self.options.operator.as_deref(),
            attempts: self.attempts(step, outcome),
            lease: (outcome == Outcome::Started).then_some(self.options.lease),
            error: None,
            down_script: match step.direction {
                Direction::Up => stored::write(step.migration),
                Direction::Down => None,
            },
        }
    }
}
