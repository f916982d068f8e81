//! Every migration beside what the database has.

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
    let head = table.head();
    let known = table.iter().map(|migration| {
        let version = migration.version();
        let state = match applied.checksum(version) {
            _ if applied
                .interrupted
                .as_ref()
                .is_some_and(|interrupted| interrupted.version == version) =>
            {
                State::Interrupted
            }
            Some(checksum) if checksum == migration.up().checksum() => State::Applied,
            Some(_) => State::Changed,
            None if applied.current().is_some_and(|current| version < current) => State::OutOfOrder,
            None => State::Pending,
        };
        MigrationStatus {
            version,
            name: migration.name(),
            state,
        }
    });
    let unknown = applied
        .versions()
        .filter(|version| table.get(*version).is_none())
        .map(|version| {
            let state = if Some(version) < head {
                State::Missing
            } else {
                State::Ahead
            };
            MigrationStatus {
                version,
                name: "",
                state,
            }
        });
    let mut all: Vec<_> = known.chain(unknown).collect();
    all.sort_by_key(|status| status.version);
    all
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
