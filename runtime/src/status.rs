//! Every migration beside what the database has.

use std::collections::BTreeMap;
use std::fmt;

use crate::engine::Outcome;
use crate::error::Named;
use crate::log::{Applied, LogEntry};
use crate::plan::{self, Direction};
use crate::table::Migrations;
use crate::version::Version;

/// One migration and what the database has of it.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The version.
    pub version: Version,
    /// The name; as the log has it for one that only the database knows.
    pub name: String,
    /// What the database has of it.
    pub state: State,
    /// Its newest row in the log, if it has any.
    pub last: Option<LogEntry>,
}

/// What the database has of a migration.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is applied.
    Applied,
    /// It is applied, newer than the newest migration of this set, and not in it.
    Ahead,
    /// It is applied, and its up script was edited since.
    Changed,
    /// A run ended without a word while one of its statements ran outside a transaction. The next run
    /// finds out whether that took effect and finishes the migration, or asks with
    /// [`Error::InDoubt`](crate::Error::InDoubt).
    InDoubt,
    /// Some of its statements ran outside a transaction; the next run finishes it.
    Interrupted,
    /// It is applied and not in this set, which has newer ones.
    Missing,
    /// It is not applied although a newer one is.
    OutOfOrder,
    /// It is not applied yet.
    Pending,
    /// Another run is at it.
    Running,
}

/// An applied migration whose up script was edited since.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edited {
    /// Which.
    pub migration: Named,
    /// Its up script.
    pub path: &'static str,
    /// The checksum in the log.
    pub was: String,
    /// The checksum of the file.
    pub now: &'static str,
}

pub(crate) fn status(table: &Migrations, outcome: &Outcome) -> Vec<MigrationStatus> {
    let applied = plan::counted(table, &outcome.applied);
    let applied = applied.as_ref();
    let newest: BTreeMap<Version, &LogEntry> = outcome
        .entries
        .iter()
        .map(|entry| (entry.version, entry))
        .collect();
    let name = |version| match (table.get(version), newest.get(&version)) {
        (Some(migration), _) => migration.name().to_owned(),
        (None, Some(entry)) => entry.name.clone(),
        (None, None) => String::new(),
    };
    let unknown = applied
        .versions()
        .chain(applied.interrupted.keys().copied());
    let mut versions: Vec<Version> = table.iter().map(|migration| migration.version()).collect();
    versions.extend(unknown);
    versions.sort_unstable();
    versions.dedup();
    versions
        .into_iter()
        .map(|version| MigrationStatus {
            version,
            name: name(version),
            state: state(table, applied, version),
            last: newest.get(&version).map(|entry| (*entry).clone()),
        })
        .collect()
}

fn state(table: &Migrations, applied: &Applied, version: Version) -> State {
    if let Some(interrupted) = applied.interrupted.get(&version) {
        return match interrupted {
            _ if interrupted.is_held => State::Running,
            _ if interrupted.in_doubt => State::InDoubt,
            _ => State::Interrupted,
        };
    }
    match (table.get(version), applied.checksum(version)) {
        (Some(migration), Some(checksum)) if checksum == migration.up().checksum() => {
            State::Applied
        }
        (Some(_), Some(_)) => State::Changed,
        (Some(_), None) if Some(version) < applied.current() => State::OutOfOrder,
        (Some(_), None) => State::Pending,
        (None, _) if Some(version) < table.head() => State::Missing,
        (None, _) => State::Ahead,
    }
}

pub(crate) fn edited(table: &Migrations, applied: &Applied) -> Vec<Edited> {
    let applied = plan::counted(table, applied);
    let edited = table.iter().filter_map(|migration| {
        let up = migration.up();
        let was = applied.checksum(migration.version())?;
        (was != up.checksum()).then(|| Edited {
            migration: Named::from(migration),
            path: up.path(),
            was: was.to_owned(),
            now: up.checksum(),
        })
    });
    edited.collect()
}

impl MigrationStatus {
    /// What went wrong when it was run last, if that is how it ended.
    pub fn failure(&self) -> Option<(Direction, &str)> {
        let last = self.last.as_ref()?;
        Some((last.operation.direction(), last.error.as_deref()?))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Applied => "applied",
            Self::Ahead => "ahead",
            Self::Changed => "changed",
            Self::InDoubt => "in doubt",
            Self::Interrupted => "interrupted",
            Self::Missing => "missing",
            Self::OutOfOrder => "out of order",
            Self::Pending => "pending",
            Self::Running => "running",
        })
    }
}

impl fmt::Display for MigrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.version, self.name, self.state)
    }
}

impl fmt::Display for Edited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            migration,
            path,
            was,
            now,
        } = self;
        write!(f, "{migration}: {path} is {now}, the log says {was}")
    }
}
