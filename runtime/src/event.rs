//! What an observer is told while a run goes on.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Named};
use crate::plan::{Action, Direction, Plan, doing};
use crate::report::{Report, Took};
use crate::table::Migration;

/// Something that happened during a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The run knows what to do. On a server another one may be about to do the same.
    Planned {
        /// What.
        plan: &'a Plan,
    },
    /// Somebody else holds the database; the run waits and tries again.
    Waiting {
        /// For how long it has waited so far.
        waited: Duration,
        /// The run that it waits for, where that is known.
        holder: Option<&'a Holder>,
    },
    /// A migration begins. On a server it is sent now, and begins unless another run is at work.
    MigrationStarted {
        /// Which.
        migration: Migration,
        /// Which way.
        direction: Direction,
        /// What is done with it.
        action: Action,
        /// How many statements it has to run.
        statements: usize,
    },
    /// A statement is sent. On a server it may be sent again, when another run or a lock was in the way.
    StatementStarted {
        /// Of which migration.
        migration: Migration,
        /// Which of its statements, from 0.
        statement: usize,
        /// Its text.
        sql: &'a str,
    },
    /// A statement is done. Where several are sent together this is known when all are.
    StatementDone {
        /// Of which migration.
        migration: Migration,
        /// How many of its statements are done.
        done: usize,
        /// How many it has.
        statements: usize,
    },
    /// A statement is left out, because the query of its `when` is not true.
    StatementSkipped {
        /// Of which migration.
        migration: Migration,
        /// How many of its statements are done, with this one.
        done: usize,
        /// How many it has.
        statements: usize,
    },
    /// A batch of a statement is done; another one follows unless it changed nothing.
    BatchDone {
        /// Of which migration.
        migration: Migration,
        /// How many of its statements were done before this one.
        done: usize,
        /// How many rows this batch changed.
        rows: u64,
        /// How many rows were changed since the run began the statement.
        total: u64,
    },
    /// A migration is done. Until the run ends it may still be rolled back with its transaction.
    MigrationDone {
        /// Which.
        migration: Migration,
        /// Which way.
        direction: Direction,
        /// What was done with it.
        action: Action,
        /// How long it took.
        duration: Duration,
    },
    /// A migration failed. What is left of it is about to be recorded, and the run to end.
    MigrationFailed {
        /// Which.
        migration: Migration,
        /// Which way.
        direction: Direction,
        /// Why.
        error: &'a Error,
    },
    /// The run has ended, and everything in its report is there to stay.
    RunDone {
        /// What it did.
        report: &'a Report,
    },
    /// The run has failed, and everything that it had begun is closed.
    RunFailed {
        /// Why.
        error: &'a Error,
    },
}

/// Another run that is at work on the same set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// Its session, as the server has it, and its operator, if it named one.
    pub session: String,
    /// Since when it is at work, UTC, by the clock of the server.
    pub since: Option<String>,
    /// What it is doing: a migration outside a transaction, and how many of its statements are done.
    pub migration: Option<(Named, usize)>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.session)?;
        if let Some(since) = &self.since {
            write!(f, ", since {since}")?;
        }
        match &self.migration {
            Some((migration, done)) => write!(f, ", at statement {} of {migration}", done + 1),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Event<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned { plan } => write!(f, "migrations to run: {}", plan.steps().len()),
            Self::Waiting { waited, holder } => {
                write!(f, "waiting for the database, {} so far", Took(*waited))?;
                match holder {
                    Some(holder) => write!(f, "; it is held by {holder}"),
                    None => Ok(()),
                }
            }
            Self::MigrationStarted {
                migration,
                direction,
                action,
                ..
            } => write!(f, "{migration} ({}) ...", doing(*direction, *action)),
            Self::StatementStarted {
                migration,
                statement,
                ..
            } => write!(f, "{migration}: statement {} ...", statement + 1),
            Self::MigrationFailed { error, .. } => write!(f, "{error}"),
            Self::RunDone { report } => write!(f, "migrations run: {}", report.ran.len()),
            Self::RunFailed { error } => write!(f, "the run has failed: {error}"),
            Self::StatementDone {
                migration,
                done,
                statements,
            } => {
                write!(f, "{migration}: statement {done} of {statements} done")
            }
            Self::BatchDone {
                migration,
                done,
                total,
                ..
            } => {
                write!(
                    f,
                    "{migration}: {total} rows changed by statement {}",
                    done + 1
                )
            }
            Self::StatementSkipped {
                migration,
                done,
                statements,
            } => {
                write!(f, "{migration}: statement {done} of {statements} left out")
            }
            Self::MigrationDone {
                migration,
                direction,
                action,
                duration,
            } => {
                let doing = doing(*direction, *action);
                write!(f, "{migration} ({doing}) done in {}", Took(*duration))
            }
        }
    }
}
