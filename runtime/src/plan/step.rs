//! One migration of a plan, and what is done with it.

use std::fmt;

use crate::connection::Database;
use crate::log::{Applied, Operation};
use crate::table::{Migration, Script, Statement};
use crate::version::Version;

/// One migration of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub(crate) migration: Migration,
    pub(crate) direction: Direction,
    pub(crate) script: Script,
    /// How many statements an earlier run has already done.
    pub(crate) done: usize,
    /// Whether it may have done the one after those as well.
    pub(crate) in_doubt: bool,
    pub(crate) action: Action,
    /// The `seq` of the row that tells how far it came; 0 where none does.
    pub(crate) row: i64,
}

/// What is done with a migration.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Its statements are run.
    Run,
    /// It is recorded as run.
    Skip,
    /// The checksum that it has now is recorded.
    Repair,
    /// It is recorded whether its statement in doubt took effect.
    Settle(Settled),
    /// It is recorded in the place of the migrations that it was made of, which are applied.
    Squash,
}

/// What somebody who has looked at the database says about a statement in doubt.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It did not.
    NotDone,
}

/// Which way a migration is run.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Its up script.
    Up,
    /// Its down script.
    Down,
}

impl Step {
    /// The migration.
    pub fn migration(&self) -> Migration {
        self.migration
    }

    /// Which way it is run.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The script that is run.
    pub fn script(&self) -> Script {
        self.script
    }

    /// What is done with it.
    pub fn action(&self) -> Action {
        self.action
    }

    /// What the log will say of it.
    pub fn operation(&self) -> Operation {
        match (self.action, self.direction) {
            (Action::Skip, _) => Operation::RunSkip,
            (Action::Repair, _) => Operation::Repair,
            (Action::Squash, _) => Operation::Squash,
            (Action::Run | Action::Settle(_), Direction::Down) => Operation::Rollback,
            (Action::Run | Action::Settle(_), Direction::Up) if self.done > 0 => {
                Operation::RunPartial
            }
            (Action::Run | Action::Settle(_), Direction::Up) => Operation::Run,
        }
    }

    /// The statements that are still to be run, as they will be sent, with their number from 0; none
    /// where the migration is only recorded.
    pub fn statements(&self) -> impl Iterator<Item = (usize, Statement)> + use<> {
        let first = if self.runs() { self.done } else { usize::MAX };
        self.script.statements().enumerate().skip(first)
    }

    /// Runs a migration from its beginning.
    pub(crate) fn new(migration: Migration, direction: Direction, script: Script) -> Self {
        Self {
            migration,
            direction,
            script,
            done: 0,
            in_doubt: false,
            action: Action::Run,
            row: 0,
        }
    }

    pub(crate) fn up(migration: Migration) -> Self {
        Self::new(migration, Direction::Up, migration.up())
    }

    /// The first of the migrations in whose place it is recorded.
    pub(crate) fn recorded_from(&self) -> Option<Version> {
        let is_squash = self.action == Action::Squash;
        self.migration.replaces().next().filter(|_| is_squash)
    }

    /// Moves what is applied on to what it leads to.
    pub(crate) fn record_in(&self, applied: &mut Applied) {
        let version = self.migration.version();
        let checksum = self.migration.up().checksum();
        match (self.recorded_from(), self.direction) {
            (Some(first), _) => applied.replace(first, version, checksum),
            (None, Direction::Up) => applied.record(version, Some(checksum)),
            (None, Direction::Down) => applied.record(version, None),
        }
    }

    /// Whether statements are run, not only something recorded.
    pub(crate) fn runs(&self) -> bool {
        self.action == Action::Run
    }

    /// Whether it can be done in one transaction.
    pub(crate) fn is_transactional(&self, database: Database) -> bool {
        !self.runs() || self.script.is_transactional(database)
    }

    /// Whether SQLite must not enforce foreign keys meanwhile.
    pub(crate) fn suspends_foreign_keys(&self) -> bool {
        self.runs() && self.script.suspends_foreign_keys()
    }
}

impl Step {
    pub(crate) fn doing(&self) -> &'static str {
        doing(self.direction, self.action)
    }
}

/// What is done with a migration, for people.
pub(crate) fn doing(direction: Direction, action: Action) -> &'static str {
    match (action, direction) {
        (Action::Run, Direction::Up) => "up",
        (Action::Run, Direction::Down) => "down",
        (action, _) => action.word(),
    }
}

impl Action {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Skip => "recorded as applied, not run",
            Self::Repair => "its checksum is accepted",
            Self::Squash => "recorded as applied, because its parts are",
            Self::Settle(Settled::Done) => "its statement in doubt took effect",
            Self::Settle(Settled::NotDone) => "its statement in doubt did not take effect",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}
