//! Everything that can go wrong at run time.

mod help;
mod kind;
mod message;

pub(crate) use help::FIND_SCHEMA;
pub use kind::ErrorKind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::connection::{Database, DriverError};
use crate::placeholder::PlaceholderError;
use crate::plan::Direction;
use crate::report::Ran;
use crate::table::Migration;
use crate::target::Target;
use crate::version::Version;

/// Why a verb failed; [`kind`](Self::kind) says who must act.
///
/// `Display` says what is wrong in one line, [`help`](Self::help) what to do about it. `Debug` prints
/// both, so that a `main` that returns the error shows something to act upon.
#[non_exhaustive]
pub enum Error {
    // Asked for by the caller.
    /// The target is no migration of this set.
    UnknownTarget {
        /// What was asked for.
        wanted: String,
        /// What may have been meant.
        nearest: Option<Named>,
    },
    /// The target is the beginning of several versions or names.
    AmbiguousTarget {
        /// What was asked for.
        wanted: String,
        /// What it could mean.
        matches: Vec<Named>,
    },
    /// More steps were asked for than there are.
    OutOfRange {
        /// What was asked for.
        target: Target,
        /// How many steps there are that way.
        available: usize,
    },
    /// The target lies the other way.
    WrongDirection {
        /// What was asked for.
        target: Target,
        /// The way that the verb goes.
        direction: Direction,
        /// Where the database is.
        current: Option<Version>,
    },
    /// The migrations were not checked for the database of this connection.
    WrongDatabase {
        /// What they were checked for.
        checked: &'static [Database],
        /// What the connection is.
        connected: Database,
    },
    /// Two sets of a registry were to have the same key.
    DuplicateKey {
        /// Which.
        key: String,
    },
    /// No set of a registry has this key.
    UnknownKey {
        /// What was asked for.
        key: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A migration calls a function that is not registered for this kind of connection.
    UnknownFunction {
        /// Which migration.
        migration: Named,
        /// Its script.
        path: &'static str,
        /// The line of the call.
        line: u32,
        /// Which function.
        function: &'static str,
        /// The type of connection that it is registered for.
        registered_for: Option<&'static str>,
    },
    /// A placeholder has no value, or one that makes no name.
    Placeholder(PlaceholderError),
    /// An option has a value that no database takes.
    InvalidOption {
        /// Which.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },

    // The migrations and the database disagree.
    /// An applied migration was edited.
    Changed {
        /// Which.
        migration: Named,
        /// Its up script.
        path: &'static str,
        /// The checksum in the log.
        was: String,
        /// The checksum of the file.
        now: &'static str,
    },
    /// A migration that stopped half-way was edited before the place where it stopped.
    ChangedWhileInterrupted {
        /// Which.
        migration: Named,
        /// Its script.
        path: &'static str,
        /// How many of its statements have run.
        statements_done: usize,
    },
    /// A migration is applied that is not among these, although newer ones are.
    Missing {
        /// Which.
        version: Version,
    },
    /// A pending migration is older than one that is applied.
    OutOfOrder {
        /// Which.
        migration: Named,
        /// Its up script.
        path: &'static str,
        /// The newest applied version.
        applied: Version,
    },
    /// Some of the migrations are applied that one of these replaces, and some are not.
    PartlySquashed {
        /// The one that replaces them.
        migration: Named,
        /// Its up script.
        path: &'static str,
        /// Those that are applied.
        applied: Vec<Version>,
        /// Those that are not, or stopped half-way.
        missing: Vec<Version>,
    },
    /// The database has migrations that are newer than this binary.
    Ahead {
        /// Those it does not know.
        versions: Vec<Version>,
        /// The newest that it does.
        head: Option<Version>,
    },
    /// A migration on the way down has no way down.
    Irreversible(Named),
    /// A migration was to be rebuilt that did not fail.
    NotFailed(Named),
    /// It was to be said whether a statement took effect that the database knows about.
    NotInDoubt(Named),
    /// A migration cannot run in a transaction, and the run was to be atomic.
    NotAtomic {
        /// Which.
        migration: Named,
        /// Its script.
        path: &'static str,
    },
    /// This database commits each change of the schema at once, so that none can be tried.
    NoTrial {
        /// Which.
        database: Database,
    },
    /// Migrations are pending, and none were to be.
    Pending {
        /// How many.
        count: usize,
        /// The first of them.
        first: Named,
    },

    /// The history of another tool cannot be taken over.
    #[cfg(feature = "adopt")]
    Adoption(Box<crate::adopt::AdoptionError>),
    /// What was to happen before a run failed, so that nothing was run.
    BeforeRun {
        /// What it said.
        source: Box<dyn StdError + Send + Sync>,
    },

    // The database.
    /// A statement of a migration failed.
    Statement(Box<StatementError>),
    /// Rows are left without the rows that they refer to.
    ForeignKeys {
        /// After which migration.
        migration: Named,
        /// Which way it was run.
        direction: Direction,
        /// Its script.
        path: &'static str,
        /// Between which tables; empty when the database says no more than that there are some.
        violations: Vec<ForeignKeyViolation>,
    },
    /// The database refused a migration at its end, when it was to be committed.
    Commit {
        /// Which.
        migration: Named,
        /// Which way it was run.
        direction: Direction,
        /// Its script.
        path: &'static str,
        /// What the database said.
        source: Box<DriverError>,
    },
    /// There is something to do, and nothing can be written over this connection.
    ReadOnly {
        /// The first migration that is pending.
        migration: Named,
        /// What the database said.
        source: Box<DriverError>,
    },
    /// A statement outside a transaction may have taken effect without being recorded, and the
    /// database has nothing to look at that tells.
    InDoubt(Box<Doubt>),
    /// Somebody else held the database for too long.
    Busy {
        /// For how long this run waited.
        waited: Duration,
        /// What the database said.
        source: Box<DriverError>,
    },
    /// A command of rungs itself failed.
    Database {
        /// What it was for.
        doing: &'static str,
        /// What the database said.
        source: Box<DriverError>,
    },
}

/// A statement that ran or did not, which [`settle`](crate::Migrator::settle) is told by somebody who has
/// looked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Doubt {
    /// The migration.
    pub migration: Named,
    /// The file, relative to the package it was compiled in.
    pub path: &'static str,
    /// The line of the statement, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// The statement, in one line and shortened.
    pub statement: String,
    /// What to run when it took effect.
    pub when_done: String,
    /// What to run when it did not.
    pub when_not_done: String,
}

/// Rows of a table that refer to rows of another one that do not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignKeyViolation {
    /// The table whose rows refer.
    pub table: String,
    /// The table that they refer to.
    pub parent: String,
    /// How many rows do so in vain.
    pub rows: u64,
}

/// A migration, by version and name.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// The version.
    pub version: Version,
    /// The name.
    pub name: String,
}

/// A statement of a migration that the database refused.
#[derive(Debug)]
#[non_exhaustive]
pub struct StatementError {
    /// The migration.
    pub migration: Named,
    /// Which way it was run.
    pub direction: Direction,
    /// The file, relative to the package it was compiled in.
    pub path: &'static str,
    /// The line, from 1: of what the database complains about, else of the statement.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The statement, in one line and shortened.
    pub statement: String,
    /// What became of the run.
    pub rolled_back: RolledBack,
    /// For how long it was tried again, when it failed because another session holds a lock.
    pub waited: Option<Duration>,
    /// The migrations of this run that ran before it and stay.
    pub ran: Vec<Ran>,
    /// What the database said.
    pub source: DriverError,
}

/// What became of a run whose statement failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RolledBack {
    /// The migration was rolled back; the ones before it stay.
    Migration,
    /// The whole run was rolled back, because it was to be atomic.
    Run,
    /// The whole run was rolled back, because the error made the database drop the transaction.
    RunByDatabase,
    /// Nothing: this many statements of the migration ran outside a transaction and stay.
    Nothing {
        /// How many.
        statements_done: usize,
    },
}
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n  help: {}", self.help())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Statement(error) => error.source.source(),
            Self::BeforeRun { source } => source.source(),
            Self::Busy { source, .. }
            | Self::Commit { source, .. }
            | Self::ReadOnly { source, .. }
            | Self::Database { source, .. } => source.source(),
            _ => None,
        }
    }
}
impl fmt::Display for ForeignKeyViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            parent,
            rows,
        } = self;
        write!(f, "{rows} in `{table}` to `{parent}`")
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.name {
            // Only the database knows it.
            "" => self.version.fmt(f),
            name => write!(f, "{} `{name}`", self.version),
        }
    }
}

impl From<Migration> for Named {
    fn from(migration: Migration) -> Self {
        Self {
            version: migration.version(),
            name: migration.name().to_owned(),
        }
    }
}
