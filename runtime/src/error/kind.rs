//! Kinds of errors: who must act, and the migration and place that an error is about.

use super::Error;
use crate::plan::Direction;
use crate::version::Version;

/// What kind of error it is, by who must act.
///
/// | who | kinds |
/// |---|---|
/// | the caller, who asked for something else than there is | [`NotFound`](Self::NotFound), [`AdapterNotFound`](Self::AdapterNotFound), [`Request`](Self::Request), [`Configuration`](Self::Configuration) |
/// | the author of a migration | [`Upgrade`](Self::Upgrade), [`Downgrade`](Self::Downgrade), [`Creation`](Self::Creation) |
/// | who releases, because files and database disagree | [`Disagreement`](Self::Disagreement), [`Pending`](Self::Pending) |
/// | who runs the database | [`InDoubt`](Self::InDoubt), [`Busy`](Self::Busy), [`Database`](Self::Database), [`Init`](Self::Init) |
///
/// ```
/// # #[cfg(feature = "rusqlite")] {
/// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// # let mut connection = rusqlite::Connection::open_in_memory().unwrap();
/// let error = MIGRATIONS.upgrade_to(&mut connection, "no_such_name").unwrap_err();
/// assert_eq!(error.kind(), rungs::ErrorKind::NotFound);
/// # }
/// ```
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A directory of migrations could not be made ready; no verb of this crate does that.
    Init,
    /// A migration could not be written; no verb of this crate does that.
    Creation,
    /// A migration failed on the way up.
    Upgrade,
    /// A migration failed on the way down, or has none.
    Downgrade,
    /// No migration is meant by the target.
    NotFound,
    /// No set is registered with the key.
    AdapterNotFound,
    /// An option or a connection does not fit.
    Configuration,
    /// What was asked for cannot be done from where the database is.
    Request,
    /// The migrations and the database disagree.
    Disagreement,
    /// Migrations are pending, and none were to be.
    Pending,
    /// Somebody must look whether a statement took effect.
    InDoubt,
    /// Somebody else holds the database.
    Busy,
    /// The database or the way to it does not do what it should.
    Database,
}

impl Error {
    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownTarget { .. } | Self::AmbiguousTarget { .. } => ErrorKind::NotFound,
            Self::OutOfRange { .. }
            | Self::WrongDirection { .. }
            | Self::NotFailed(_)
            | Self::NotInDoubt(_)
            | Self::NotAtomic { .. }
            | Self::NoTrial { .. }
            | Self::BeforeRun { .. } => ErrorKind::Request,
            Self::UnknownKey { .. } => ErrorKind::AdapterNotFound,
            Self::WrongDatabase { .. }
            | Self::InvalidOption { .. }
            | Self::UnknownFunction { .. }
            | Self::Placeholder(_)
            | Self::DuplicateKey { .. } => ErrorKind::Configuration,
            Self::Changed { .. }
            | Self::ChangedWhileInterrupted { .. }
            | Self::Missing { .. }
            | Self::OutOfOrder { .. }
            | Self::PartlySquashed { .. }
            | Self::Ahead { .. } => ErrorKind::Disagreement,
            #[cfg(feature = "adopt")]
            Self::Adoption(error) => error.kind(),
            Self::Irreversible(_) => ErrorKind::Downgrade,
            Self::Pending { .. } => ErrorKind::Pending,
            Self::Statement(error) => failed(error.direction),
            Self::ForeignKeys { direction, .. } | Self::Commit { direction, .. } => {
                failed(*direction)
            }
            Self::InDoubt(_) => ErrorKind::InDoubt,
            Self::Busy { .. } => ErrorKind::Busy,
            Self::ReadOnly { .. } | Self::Database { .. } => ErrorKind::Database,
        }
    }

    /// The version of the migration that it is about, where it is about one.
    pub fn version(&self) -> Option<Version> {
        let migration = match self {
            Self::Missing { version } => return Some(*version),
            Self::Changed { migration, .. }
            | Self::ChangedWhileInterrupted { migration, .. }
            | Self::OutOfOrder { migration, .. }
            | Self::PartlySquashed { migration, .. }
            | Self::NotAtomic { migration, .. }
            | Self::ForeignKeys { migration, .. }
            | Self::Commit { migration, .. }
            | Self::ReadOnly { migration, .. }
            | Self::Irreversible(migration)
            | Self::NotFailed(migration)
            | Self::NotInDoubt(migration)
            | Self::Pending {
                first: migration, ..
            } => migration,
            Self::Statement(error) => &error.migration,
            Self::InDoubt(doubt) => &doubt.migration,
            _ => return None,
        };
        Some(migration.version)
    }

    /// The file that it is about, relative to the package it was compiled in, and where in it, by line
    /// and column from 1; where it is about a place.
    pub fn place(&self) -> Option<(&str, Option<(u32, u32)>)> {
        match self {
            Self::Changed { path, .. }
            | Self::ChangedWhileInterrupted { path, .. }
            | Self::OutOfOrder { path, .. }
            | Self::PartlySquashed { path, .. }
            | Self::NotAtomic { path, .. }
            | Self::ForeignKeys { path, .. }
            | Self::Commit { path, .. } => Some((path, None)),
            Self::Statement(error) => Some((error.path, Some((error.line, error.column)))),
            Self::InDoubt(doubt) => Some((doubt.path, Some((doubt.line, doubt.column)))),
            _ => None,
        }
    }
}

fn failed(direction: Direction) -> ErrorKind {
    match direction {
        Direction::Up => ErrorKind::Upgrade,
        Direction::Down => ErrorKind::Downgrade,
    }
}
