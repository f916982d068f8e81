//! The way of a round trip: where to go next, given the schema that is seen.

use std::fmt;

use super::schema::{Difference, Schema};
use crate::error::{Error, Named};
use crate::table::{Migration, Migrations};
use crate::target::Target;

/// What a round trip has found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoundTrip {
    /// The migrations that were applied, rolled back and applied again.
    pub both_ways: Vec<Named>,
    /// Those that were only applied, as they have no way down.
    pub one_way: Vec<Named>,
}

/// Why a round trip has ended early.
#[non_exhaustive]
pub enum RoundTripError {
    /// A migration failed, or the database.
    Failed(Error),
    /// There is something in the database.
    NotEmpty(Schema),
    /// A way down does not undo its way up.
    NotUndone {
        /// Of which migration.
        migration: Named,
        /// Its down script.
        path: &'static str,
        /// What there is then, compared with what there was before.
        difference: Difference,
    },
    /// A migration does something else when it is applied again.
    NotRepeated {
        /// Which.
        migration: Named,
        /// Its up script.
        path: &'static str,
        /// What came of it the second time, compared with the first.
        difference: Difference,
    },
}

/// Where to go next.
#[derive(Debug)]
pub(super) struct Move(pub(super) Target);

/// A trip on its way.
pub(super) struct Trip {
    rest: std::vec::IntoIter<Migration>,
    at: At,
    below: Target,
    before: Schema,
    after: Schema,
    report: RoundTrip,
}

/// Where the database is.
#[derive(Clone, Copy)]
enum At {
    Start,
    /// The migration was applied for the first time.
    Up(Migration),
    /// It was rolled back.
    Down(Migration),
    /// It was applied again.
    UpAgain(Migration),
}

impl Trip {
    pub(super) fn new(migrations: &Migrations) -> Self {
        let all: Vec<Migration> = migrations.iter().collect();
        Self {
            rest: all.into_iter(),
            at: At::Start,
            below: Target::Base,
            before: Schema::default(),
            after: Schema::default(),
            report: RoundTrip::default(),
        }
    }

    /// Judges what is seen, and says where to go from there.
    pub(super) fn next(&mut self, seen: Schema) -> Result<Option<Move>, RoundTripError> {
        match self.at {
            At::Start if !seen.is_empty() => Err(RoundTripError::NotEmpty(seen)),
            At::Start => Ok(self.advance(seen)),
            At::Up(migration) if migration.down().is_some() => {
                self.after = seen;
                self.at = At::Down(migration);
                Ok(Some(Move(self.below.clone())))
            }
            At::Up(migration) => {
                self.report.one_way.push(Named::from(migration));
                self.below = Target::Version(migration.version());
                Ok(self.advance(seen))
            }
            At::Down(migration) => {
                if let Some(difference) = Difference::between(&self.before, &seen) {
                    return Err(RoundTripError::NotUndone {
                        migration: Named::from(migration),
                        path: migration.down().map_or("", |script| script.path()),
                        difference,
                    });
                }
                self.at = At::UpAgain(migration);
                Ok(Some(Move(Target::Version(migration.version()))))
            }
            At::UpAgain(migration) => {
                if let Some(difference) = Difference::between(&self.after, &seen) {
                    return Err(RoundTripError::NotRepeated {
                        migration: Named::from(migration),
                        path: migration.up().path(),
                        difference,
                    });
                }
                self.report.both_ways.push(Named::from(migration));
                self.below = Target::Version(migration.version());
                Ok(self.advance(seen))
            }
        }
    }

    pub(super) fn end(self) -> RoundTrip {
        self.report
    }

    /// Goes to the next migration.
    fn advance(&mut self, seen: Schema) -> Option<Move> {
        self.before = seen;
        let migration = self.rest.next()?;
        self.at = At::Up(migration);
        Some(Move(Target::Version(migration.version())))
    }
}

impl From<Error> for RoundTripError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for RoundTripError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::NotEmpty(schema) => {
                write!(
                    f,
                    "the database of a round trip must be empty, this one has\n{schema}"
                )
            }
            Self::NotUndone {
                migration,
                path,
                difference,
            } => write!(
                f,
                "the way down of migration {migration} ({path}) does not undo it:\n{difference}"
            ),
            Self::NotRepeated {
                migration,
                path,
                difference,
            } => write!(
                f,
                "migration {migration} ({path}) does something else when it is applied again:\n{difference}"
            ),
        }
    }
}

impl fmt::Debug for RoundTripError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            _ => write!(f, "{self}"),
        }
    }
}

impl std::error::Error for RoundTripError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}
