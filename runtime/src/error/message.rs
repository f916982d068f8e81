//! What is wrong, in one line each.

use std::fmt;

use super::{Doubt, Error, RolledBack, StatementError};

impl fmt::Display for Error {
    #[expect(clippy::too_many_lines, reason = "one arm for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTarget { wanted, .. } => write!(f, "there is no migration `{wanted}`"),
            Self::AmbiguousTarget { wanted, matches } => {
                write!(f, "`{wanted}` could be {}", list(matches))
            }
            Self::OutOfRange {
                target,
                available: 0,
            } => write!(f, "cannot go `{target}`: there is nothing that way"),
            Self::OutOfRange { target, available } => {
                write!(
                    f,
                    "cannot go `{target}`: there are only {available} that way"
                )
            }
            Self::WrongDirection {
                target,
                direction,
                current,
            } => match current {
                Some(current) => write!(
                    f,
                    "`{target}` is not {direction} from {current}, where the database is"
                ),
                None => write!(
                    f,
                    "`{target}` is not {direction} from base, where the database is"
                ),
            },
            Self::WrongDatabase { checked, connected } => {
                write!(
                    f,
                    "the migrations are checked for {}, the connection is {connected}",
                    list(checked)
                )
            }
            Self::DuplicateKey { key } => {
                write!(f, "a set with the key `{key}` is registered already")
            }
            Self::UnknownKey { key, .. } => write!(f, "no set is registered with the key `{key}`"),
            Self::UnknownFunction {
                migration,
                path,
                line,
                function,
                registered_for,
            } => {
                write!(
                    f,
                    "migration {migration} calls `{function}` at {path}:{line}, which "
                )?;
                match registered_for {
                    Some(other) => write!(f, "is registered for connections of type `{other}`"),
                    None => f.write_str("is not registered"),
                }
            }
            Self::Placeholder(error) => error.fmt(f),
            Self::InvalidOption { option, value, .. } => {
                write!(f, "`{value}` cannot be the {option}")
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
                "migration {migration} stopped after statement {statements_done}, and what had run was edited since: {path}"
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
            Self::PartlySquashed {
                migration,
                path,
                applied,
                missing,
            } => write!(
                f,
                "migration {migration} ({path}) replaces several of which the database has some: applied {}, missing {}",
                list(applied),
                list(missing)
            ),
            Self::Ahead { versions, head } => match head {
                Some(head) => write!(
                    f,
                    "the database is ahead: it has {}, these migrations end at {head}",
                    list(versions)
                ),
                None => write!(
                    f,
                    "the database is ahead: it has {}, and there are no migrations here",
                    list(versions)
                ),
            },
            Self::Irreversible(migration) => write!(f, "migration {migration} has no way down"),
            Self::NotFailed(migration) => write!(f, "migration {migration} did not fail"),
            Self::NotInDoubt(migration) => {
                write!(f, "migration {migration} has no statement in doubt")
            }
            Self::NotAtomic { migration, path } => {
                write!(
                    f,
                    "migration {migration} ({path}) cannot run in a transaction, so the run cannot be atomic"
                )
            }
            Self::NoTrial { database } => write!(
                f,
                "{database} commits each change of the schema at once, so that migrations cannot be tried on it"
            ),
            Self::Pending { count, first } => {
                write!(f, "migrations are pending: {count}, the first is {first}")
            }
            #[cfg(feature = "adopt")]
            Self::Adoption(error) => error.fmt(f),
            Self::BeforeRun { source } => {
                write!(
                    f,
                    "nothing was run, as what comes before it failed: {source}"
                )
            }
            Self::Statement(error) => error.fmt(f),
            Self::ForeignKeys {
                migration,
                path,
                violations,
                ..
            } => {
                write!(
                    f,
                    "migration {migration} ({path}) leaves rows without the rows they refer to"
                )?;
                if violations.is_empty() {
                    return Ok(());
                }
                write!(f, ": {}", list(violations))
            }
            Self::Commit {
                migration,
                path,
                source,
                ..
            } => write!(
                f,
                "migration {migration} ({path}) was refused when it was to be committed: {source}; it was rolled back"
            ),
            Self::ReadOnly { migration, source } => write!(
                f,
                "migrations are pending, the first is {migration}, and the connection cannot write: {source}"
            ),
            Self::InDoubt(doubt) => doubt.fmt(f),
            Self::Busy { waited, source } => {
                write!(f, "gave up after waiting for {waited:.1?}: {source}")
            }
            Self::Database { doing, source } => write!(f, "cannot {doing}: {source}"),
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
                    "it runs without a transaction, so what ran before it stays (statements: {statements_done})"
                )
            }
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            migration,
            path,
            line,
            column,
            statement,
            ..
        } = self;
        write!(
            f,
            "a run ended while migration {migration} was at {path}:{line}:{column}, and nothing in the catalog tells \
             whether that statement took effect: `{statement}`"
        )
    }
}

fn list(items: &[impl fmt::Display]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
