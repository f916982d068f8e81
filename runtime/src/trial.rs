//! What came of trying migrations on the live database and taking all of it back.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Named};
use crate::report::{Plural, Took};

/// What came of trying the pending migrations in a transaction that was rolled back.
///
/// Its `Display` is a line for each migration, and one that counts them.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Trial {
    /// The pending migrations, in order.
    pub tried: Vec<Tried>,
}

/// One pending migration, and what came of trying it.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Debug)]
#[non_exhaustive]
pub struct Tried {
    /// The migration.
    pub migration: Named,
    /// Its script.
    pub path: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// The first migration before it that did not take effect in the trial: a failure may be due to that.
    pub behind: Option<Named>,
}

/// What came of trying a migration.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// All of its statements ran.
    Passed {
        /// How many.
        statements: usize,
        /// How long it took; locks are held as long in a run.
        #[cfg_attr(
            feature = "serde",
            serde(
                rename = "duration_ms",
                serialize_with = "crate::serialize::milliseconds"
            )
        )]
        duration: Duration,
    },
    /// It failed, as it would in a run.
    Failed(Box<Error>),
    /// Nothing is known of it.
    NotTried(NotTried),
}

/// Why a migration was not tried.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotTried {
    /// It cannot run in a transaction, so it could not be taken back.
    NoTransaction,
    /// It calls a function of the application, which may do more than a transaction takes back.
    CallsFunction,
    /// An earlier run has done a part of it.
    Interrupted,
    /// It needs what a migration before it commits, which nothing in this trial does.
    NeedsCommit {
        /// What the database said.
        said: String,
    },
    /// It leaves rows that refer to none, which foreign keys might have prevented: SQLite suspends them
    /// for the whole trial because another migration drops a table.
    ForeignKeysSuspended,
    /// The database has dropped the transaction of the trial because of an error before it.
    TransactionLost,
}

impl Trial {
    /// Whether none has failed; some may not have been tried.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The errors of those that failed, in order.
    pub fn failures(&self) -> impl Iterator<Item = &Error> {
        self.tried.iter().filter_map(|tried| match &tried.verdict {
            Verdict::Failed(error) => Some(&**error),
            _ => None,
        })
    }

    /// How many have this verdict.
    fn count(&self, is: impl Fn(&Verdict) -> bool) -> usize {
        self.tried.iter().filter(|tried| is(&tried.verdict)).count()
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tried.is_empty() {
            return f.write_str("nothing is pending");
        }
        for tried in &self.tried {
            writeln!(f, "{tried}")?;
        }
        let counts = [
            (
                self.count(|it| matches!(it, Verdict::Passed { .. })),
                "passed",
            ),
            (self.count(|it| matches!(it, Verdict::Failed(_))), "failed"),
            (
                self.count(|it| matches!(it, Verdict::NotTried(_))),
                "not tried",
            ),
        ];
        let counts = counts.iter().filter(|(number, _)| *number > 0);
        let counts: Vec<_> = counts
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        write!(f, "{}", counts.join(", "))?;
        let is_untried = |tried: &Tried| matches!(tried.verdict, Verdict::NotTried(_));
        if self.tried.iter().all(is_untried) {
            return Ok(());
        }
        f.write_str("; all of it was rolled back")
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Named { version, name } = &self.migration;
        match &self.verdict {
            Verdict::Passed {
                statements,
                duration,
            } => {
                let (statements, took) = (Plural(*statements, "statement"), Took(*duration));
                write!(f, "passed     {version} {name} ({statements}, {took})")
            }
            Verdict::Failed(_) => {
                write!(f, "failed     {version} {name}")?;
                match &self.behind {
                    Some(behind) => write!(f, ", perhaps because {behind} took no effect"),
                    None => Ok(()),
                }
            }
            Verdict::NotTried(why) => write!(f, "not tried  {version} {name}: {why}"),
        }
    }
}

impl fmt::Display for NotTried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTransaction => f.write_str("it cannot run in a transaction"),
            Self::CallsFunction => f.write_str("it calls a function of the application"),
            Self::Interrupted => f.write_str("an earlier run has done a part of it"),
            Self::NeedsCommit { said } => {
                write!(f, "it needs what one before it commits ({said})")
            }
            Self::ForeignKeysSuspended => {
                f.write_str("it needs foreign keys, which another one that drops a table suspends")
            }
            Self::TransactionLost => {
                f.write_str("the failure before it made the database drop the transaction")
            }
        }
    }
}
