//! Everything that can go wrong at run time.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::connection::{Database, DriverError};
use crate::plan::Direction;
use crate::report::Ran;
use crate::table::Migration;
use crate::target::Target;
use crate::version::Version;

/// Why a verb failed.
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
        /// The way of the verb: `up` or `down`.
        verb: &'static str,
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
    /// An option has a value that no database takes.
    InvalidOption {
        /// Which.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Rungs cannot apply migrations to this database.
    UnsupportedDatabase(Database),

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
    /// The database has migrations that are newer than this binary.
    Ahead {
        /// Those it does not know.
        versions: Vec<Version>,
        /// The newest that it does.
        head: Option<Version>,
    },
    /// A migration on the way down has no way down.
    Irreversible(Named),
    /// A migration cannot run in a transaction, and the run was to be atomic.
    NotAtomic {
        /// Which.
        migration: Named,
        /// Its script.
        path: &'static str,
    },
    /// Migrations are pending, and none were to be.
    Pending {
        /// How many.
        count: usize,
        /// The first of them.
        first: Named,
    },

    // The database.
    /// A statement of a migration failed.
    Statement(Box<StatementError>),
    /// Rows are left without the rows that they refer to.
    ForeignKeys {
        /// After which migration.
        migration: Named,
        /// Its script.
        path: &'static str,
        /// The table whose rows refer, the table that they refer to, and how many do.
        violations: Vec<(String, String, u64)>,
    },
    /// Somebody else held the database for too long.
    Busy {
        /// For how long this run waited.
        waited: Duration,
        /// What the database said.
        source: DriverError,
    },
    /// A command of rungs itself failed.
    Database {
        /// What it was for.
        doing: &'static str,
        /// What the database said.
        source: DriverError,
    },
}

/// A migration, by version and name.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Error {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::UnknownTarget { nearest: Some(nearest), .. } => format!("did you mean {nearest}?"),
            Self::UnknownTarget { .. } => "`status` lists the migrations of this set".to_owned(),
            Self::AmbiguousTarget { .. } => "write more of it".to_owned(),
            Self::OutOfRange { available, .. } => format!("ask for at most {available}, or for `head` or `base`"),
            Self::WrongDirection { verb: "up", .. } => {
                "to go down use `downgrade_to`; `migrate_to` goes either way".to_owned()
            }
            Self::WrongDirection { .. } => "to go up use `upgrade_to`; `migrate_to` goes either way".to_owned(),
            Self::WrongDatabase { .. } => "name the dialect in `migrations!(\"...\", dialect = ...)`".to_owned(),
            Self::InvalidOption { option, expected, .. } => format!("`{option}` must be {expected}"),
            Self::UnsupportedDatabase(_) => "supported is SQLite".to_owned(),
            Self::Changed { .. } => "restore the file and put the change into a new migration; \
                if the change does not matter, tolerate it with `Changed::Tolerate`"
                .to_owned(),
            Self::ChangedWhileInterrupted { statements_done, .. } => {
                format!("restore its first {statements_done} statements, which have run; what follows may be edited")
            }
            Self::Missing { version } => {
                format!("restore the file of migration {version}; what was applied must stay in the set")
            }
            Self::OutOfOrder { .. } => {
                "give it a version above those that are applied, or allow it with `OutOfOrder::Allow`".to_owned()
            }
            Self::Ahead { .. } => "start the release that has them; while a release is being rolled out, \
                let the old one go on with `Ahead::Tolerate`"
                .to_owned(),
            Self::Irreversible(migration) => {
                format!("write a down script for {migration}, or restore the database from a backup")
            }
            Self::NotAtomic { .. } => "run it without `atomic`, or in a release of its own".to_owned(),
            Self::Pending { .. } => "run `upgrade` first".to_owned(),
            Self::Statement(error) => error.help(),
            Self::ForeignKeys { .. } => "the migration was rolled back; let it keep, move or delete those rows".to_owned(),
            Self::Busy { .. } => "another connection holds the database; end it, or wait longer".to_owned(),
            Self::Database { .. } => "check the connection and the rights of its user".to_owned(),
        }
    }
}

impl fmt::Display for Error {
    #[expect(clippy::too_many_lines, reason = "one arm for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTarget { wanted, .. } => write!(f, "there is no migration `{wanted}`"),
            Self::AmbiguousTarget { wanted, matches } => {
                write!(f, "`{wanted}` could be {}", list(matches))
            }
            Self::OutOfRange { target, available } => {
                write!(
                    f,
                    "cannot go `{target}`: there are only {available} migrations that way"
                )
            }
            Self::WrongDirection {
                target,
                verb,
                current,
            } => match current {
                Some(current) => write!(
                    f,
                    "`{target}` is not {verb} from {current}, where the database is"
                ),
                None => write!(
                    f,
                    "`{target}` is not {verb} from base, where the database is"
                ),
            },
            Self::WrongDatabase { checked, connected } => {
                write!(
                    f,
                    "the migrations are checked for {}, the connection is {connected}",
                    list(checked)
                )
            }
            Self::InvalidOption { option, value, .. } => {
                write!(f, "`{value}` cannot be the {option}")
            }
            Self::UnsupportedDatabase(database) => {
                write!(f, "migrations cannot be applied to {database} yet")
            }
            Self::Changed {
                migration,
                path,
                was,
                now,
            } => {
                write!(
                    f,
                    "migration {migration} was edited after it was applied: {path} is {now}, the log says {was}"
                )
            }
            Self::ChangedWhileInterrupted {
                migration,
                path,
                statements_done,
            } => write!(
                f,
                "migration {migration} stopped after {statements_done} statements, and those were edited since: {path}"
            ),
            Self::Missing { version } => {
                write!(
                    f,
                    "migration {version} is applied but is not in this set, which has newer ones"
                )
            }
            Self::OutOfOrder {
                migration,
                path,
                applied,
            } => {
                write!(
                    f,
                    "migration {migration} ({path}) is pending although {applied} is applied"
                )
            }
            Self::Ahead { versions, head } => match head {
                Some(head) => write!(
                    f,
                    "the database is ahead: it has {}, this binary ends at {head}",
                    list(versions)
                ),
                None => write!(
                    f,
                    "the database is ahead: it has {}, this binary has none",
                    list(versions)
                ),
            },
            Self::Irreversible(migration) => write!(f, "migration {migration} has no way down"),
            Self::NotAtomic { migration, path } => {
                write!(
                    f,
                    "migration {migration} ({path}) cannot run in a transaction, so the run cannot be atomic"
                )
            }
            Self::Pending { count, first } => {
                write!(f, "{count} migrations are pending, the first is {first}")
            }
            Self::Statement(error) => error.fmt(f),
            Self::ForeignKeys {
                migration,
                path,
                violations,
            } => {
                write!(
                    f,
                    "migration {migration} ({path}) leaves rows without the rows they refer to: "
                )?;
                let lines = violations
                    .iter()
                    .map(|(child, parent, count)| format!("{count} in `{child}` to `{parent}`"));
                f.write_str(&lines.collect::<Vec<_>>().join(", "))
            }
            Self::Busy { waited, source } => {
                write!(f, "gave up after waiting for {waited:.1?}: {source}")
            }
            Self::Database { doing, source } => write!(f, "cannot {doing}: {source}"),
        }
    }
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
            Self::Busy { source, .. } | Self::Database { source, .. } => source.source(),
            _ => None,
        }
    }
}

impl StatementError {
    fn help(&self) -> String {
        match self.rolled_back {
            RolledBack::Nothing { statements_done } => format!(
                "correct the statement and start again: the {statements_done} statements before it ran and are not repeated"
            ),
            _ => format!("correct {} and start again", self.path),
        }
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            migration,
            direction,
            path,
            line,
            column,
            statement,
            source,
            ..
        } = self;
        write!(
            f,
            "migration {migration} ({direction}) failed at {path}:{line}:{column}: {source}; in `{statement}`; "
        )?;
        match self.rolled_back {
            RolledBack::Migration => f.write_str("the migration was rolled back"),
            RolledBack::Run => f.write_str("the whole run was rolled back"),
            RolledBack::RunByDatabase => f.write_str(
                "the database dropped the transaction, so the whole run was rolled back",
            ),
            RolledBack::Nothing { statements_done } => {
                write!(
                    f,
                    "it runs without a transaction, so the {statements_done} statements before it stay"
                )
            }
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.version, self.name)
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

fn list(items: &[impl fmt::Display]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
