//! Every migration beside what the database has.

use std::collections::BTreeSet;
use std::fmt;

use crate::log::Applied;
use crate::table::Migrations;
use crate::version::Version;

/// One migration and what the database has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The version.
    pub version: Version,
    /// The name; empty for one that only the database knows.
    pub name: &'static str,
    /// What the database has of it.
    pub state: State,
}

/// What the database has of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is applied.
    Applied,
    /// It is applied, newer than the newest migration of this set, and not in it.
    Ahead,
    /// It is applied, and its up script was edited since.
    Changed,
    /// Some of its statements ran outside a transaction; the next run finishes it.
    Interrupted,
    /// It is applied and not in this set, which has newer ones.
    Missing,
    /// It is not applied although a newer one is.
    OutOfOrder,
    /// It is not applied yet.
    Pending,
}

pub(crate) fn status(table: &Migrations, applied: &Applied) -> Vec<MigrationStatus> {
    let known = table
        .iter()
        .map(|migration| (migration.version(), migration.name()));
    let unknown: BTreeSet<Version> = applied
        .versions()
        .chain(applied.interrupted.keys().copied())
        .filter(|version| table.get(*version).is_none())
        .collect();
    let unknown = unknown.into_iter().map(|version| (version, ""));
    let mut all: Vec<_> = known
        .chain(unknown)
        .map(|(version, name)| MigrationStatus {
            version,
            name,
            state: state(table, applied, version),
        })
        .collect();
    all.sort_by_key(|status| status.version);
    all
}

fn state(table: &Migrations, applied: &Applied, version: Version) -> State {
    if applied.interrupted.contains_key(&version) {
        return State::Interrupted;
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

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Applied => "applied",
            Self::Ahead => "ahead",
            Self::Changed => "changed",
            Self::Interrupted => "interrupted",
            Self::Missing => "missing",
            Self::OutOfOrder => "out of order",
            Self::Pending => "pending",
        })
    }
}

impl fmt::Display for MigrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.version, self.name, self.state)
    }
}
