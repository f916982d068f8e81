//! Rows of the log, and what they add up to.

use std::collections::BTreeMap;
use std::fmt;

use crate::connection::{DriverError, Rows};
use crate::digest::StateHash;
use crate::plan::{Direction, Settled};
use crate::table::{Migration, stored};
use crate::version::Version;

/// What a row of the log records.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A migration was run.
    Run,
    /// A migration that had stopped half-way was finished.
    RunPartial,
    /// A migration was counted as run without running it.
    RunSkip,
    /// A migration was rolled back.
    Rollback,
    /// A migration that another tool had run was taken over.
    Adopt,
    /// The checksum of an edited migration was accepted.
    Repair,
    /// A migration took the place of those that it was made of.
    Squash,
}

/// How an operation ended.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It has begun; some of its statements may have run.
    Started,
    /// It is complete.
    Success,
    /// It failed.
    Error,
}

/// One row of the log, as the database has it.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEntry {
    /// Counts 1, 2, 3 ... within a set.
    pub seq: i64,
    /// The version it is about.
    pub version: Version,
    /// The name of the migration then.
    pub name: String,
    /// What was done.
    pub operation: Operation,
    /// How it ended.
    pub outcome: Outcome,
    /// The checksum of the up script then.
    pub checksum: String,
    /// How many statements stay done; all of them after a success, none after a rollback.
    pub statements_done: usize,
    /// The digest of those statements, where a migration stopped half-way. For a squash `from` and a
    /// version: what was applied from there on is now this one migration.
    pub progress: Option<String>,
    /// The digest of what is applied after this row; absent while a migration is half-way.
    pub state: Option<String>,
    /// Who ran it.
    pub operator: Option<String>,
    /// Which session of a server holds it or held it last.
    pub session: Option<String>,
    /// How often it was tried with the same outcome, which has this one row.
    pub attempts: i64,
    /// When it began, UTC, by the clock of the database: `2026-01-31T12:00:00.000Z`.
    pub started_at: String,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// What the database said when it failed.
    pub error: Option<String>,
    /// What has become of the session that holds it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) lease: Option<Lease>,
    /// How to roll it back; read on request only.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) down_script: Option<String>,
}

/// What has become of the session that holds a `started` row of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lease {
    /// It is at work, or may be.
    Held,
    /// It has not been heard of for too long, but is there.
    Stalled,
    /// It has not been heard of for too long, and is on another server of a group, in which two that
    /// run the same statement break the group.
    Unseen,
    /// It is gone.
    Free,
}

/// What the log adds up to.
#[derive(Clone, Default)]
pub(crate) struct Applied {
    /// Applied versions and their checksums.
    checksums: BTreeMap<Version, String>,
    /// The digest of what is applied, as long as versions came in ascending order.
    ascending: Option<StateHash>,
    /// The versions that stopped half-way: more than one only where several releases run.
    pub(crate) interrupted: BTreeMap<Version, Interrupted>,
    /// The versions whose newest row tells of a failure, and which way they were run.
    pub(crate) failed: BTreeMap<Version, Direction>,
    /// Ways down that the log has of applied versions, where they were asked for.
    pub(crate) stored: BTreeMap<Version, Migration>,
    /// The `seq` of the newest row, 0 without any.
    pub(crate) newest: i64,
}

/// A migration outside a transaction of which some statements ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interrupted {
    /// Of the row that tells of it.
    pub(crate) seq: i64,
    pub(crate) version: Version,
    pub(crate) name: String,
    pub(crate) rolling_back: bool,
    pub(crate) statements_done: usize,
    pub(crate) progress: Option<String>,
    /// Whether the statement after those may have run as well.
    pub(crate) in_doubt: bool,
    /// Whether another run is at it.
    pub(crate) is_held: bool,
}

impl LogEntry {
    /// The first version in whose place it is, if it is in that of any.
    fn replaces_from(&self) -> Option<Version> {
        let first = self.progress.as_deref()?.strip_prefix(REPLACES_FROM)?;
        let is_squash = self.operation == Operation::Squash;
        is_squash.then(|| first.parse().ok().map(Version::new))?
    }

    /// Whether it is a migration that was begun on a server and never ended: only there a statement
    /// may have run without being recorded.
    fn is_in_doubt(&self) -> bool {
        self.outcome == Outcome::Started && self.lease.is_some()
    }
}

/// How a row says what was replaced, before the first version.
const REPLACES_FROM: &str = "from ";

/// What a row of a squash has in place of a progress.
pub(crate) fn replacing(first: Version) -> String {
    format!("{REPLACES_FROM}{first}")
}

impl Lease {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "held" => Some(Self::Held),
            "stalled" => Some(Self::Stalled),
            "unseen" => Some(Self::Unseen),
            "free" => Some(Self::Free),
            _ => None,
        }
    }
}

impl Operation {
    /// The word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::RunPartial => "run_partial",
            Self::RunSkip => "run_skip",
            Self::Rollback => "rollback",
            Self::Adopt => "adopt",
            Self::Repair => "repair",
            Self::Squash => "squash",
        }
    }

    /// Which way it takes a migration.
    pub(crate) const fn direction(self) -> Direction {
        match self {
            Self::Rollback => Direction::Down,
            Self::Run
            | Self::RunPartial
            | Self::RunSkip
            | Self::Adopt
            | Self::Repair
            | Self::Squash => Direction::Up,
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Run,
            Self::RunPartial,
            Self::RunSkip,
            Self::Rollback,
            Self::Adopt,
            Self::Repair,
            Self::Squash,
        ];
        all.into_iter().find(|operation| operation.word() == word)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Outcome {
    /// The word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Success => "success",
            Self::Error => "error",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Started, Self::Success, Self::Error]
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Applied {
    /// Adds up rows in the order of `seq`.
    ///
    /// A version is applied when its newest successful row is not a rollback; error rows change
    /// nothing, except that they tell how far a migration outside a transaction came.
    pub(crate) fn fold(entries: &[LogEntry]) -> Self {
        let mut applied = Self::default();
        for entry in entries {
            applied.newest = applied.newest.max(entry.seq);
            applied.add(entry);
        }
        applied
    }

    fn add(&mut self, entry: &LogEntry) {
        let rolling_back = entry.operation == Operation::Rollback;
        if entry.outcome != Outcome::Success {
            self.failed
                .insert(entry.version, entry.operation.direction());
        }
        match entry.outcome {
            Outcome::Success => {
                if let Some(first) = entry.replaces_from() {
                    self.replace(first, entry.version, &entry.checksum);
                } else {
                    let checksum = (!rolling_back).then_some(entry.checksum.as_str());
                    self.record(entry.version, checksum);
                }
                let stored = entry.down_script.as_deref().and_then(stored::read);
                if let Some(migration) = stored {
                    self.stored.insert(entry.version, migration);
                }
            }
            Outcome::Started | Outcome::Error
                if entry.statements_done > 0 || entry.is_in_doubt() =>
            {
                let interrupted = Interrupted {
                    seq: entry.seq,
                    version: entry.version,
                    name: entry.name.clone(),
                    rolling_back,
                    statements_done: entry.statements_done,
                    progress: entry.progress.clone(),
                    in_doubt: entry.is_in_doubt(),
                    is_held: matches!(entry.lease, Some(Lease::Held | Lease::Unseen)),
                };
                self.interrupted.insert(entry.version, interrupted);
            }
            // What began and changed nothing is as it was before.
            Outcome::Started | Outcome::Error => drop(self.interrupted.remove(&entry.version)),
        }
    }

    pub(crate) fn contains(&self, version: Version) -> bool {
        self.checksums.contains_key(&version)
    }

    pub(crate) fn checksum(&self, version: Version) -> Option<&str> {
        self.checksums.get(&version).map(String::as_str)
    }

    /// Applied versions, ascending.
    pub(crate) fn versions(&self) -> impl DoubleEndedIterator<Item = Version> + '_ {
        self.checksums.keys().copied()
    }

    /// The highest applied version.
    pub(crate) fn current(&self) -> Option<Version> {
        self.checksums.keys().next_back().copied()
    }

    /// Records a migration as run, with its checksum, or as rolled back.
    pub(crate) fn record(&mut self, version: Version, checksum: Option<&str>) {
        self.interrupted.remove(&version);
        self.failed.remove(&version);
        match (checksum, &mut self.ascending) {
            (Some(checksum), Some(hash)) if self.checksums.keys().next_back() < Some(&version) => {
                hash.update(version, checksum);
            }
            _ => self.ascending = None,
        }
        if let Some(checksum) = checksum {
            self.checksums.insert(version, checksum.to_owned());
        } else {
            self.checksums.remove(&version);
            self.stored.remove(&version);
        }
    }

    /// Records a migration in the place of all that are applied from a version up to its own.
    pub(crate) fn replace(&mut self, first: Version, version: Version, checksum: &str) {
        let parts = self.checksums.range(first..=version);
        let parts: Vec<Version> = parts.map(|(part, _)| *part).collect();
        for part in parts {
            self.record(part, None);
        }
        self.record(version, Some(checksum));
    }

    /// Somebody has said whether the statement in doubt of a migration took effect.
    pub(crate) fn settle(&mut self, version: Version, settled: Settled) {
        if let Some(interrupted) = self.interrupted.get_mut(&version) {
            interrupted.in_doubt = false;
            interrupted.progress = None;
            interrupted.statements_done += usize::from(settled == Settled::Done);
            if interrupted.statements_done == 0 {
                self.interrupted.remove(&version);
            }
        }
    }

    /// The digest of what is applied; none while a migration is half-way.
    pub(crate) fn state(&mut self) -> Option<String> {
        if !self.interrupted.is_empty() {
            return None;
        }
        let checksums = &self.checksums;
        let hash = self.ascending.get_or_insert_with(|| {
            let mut hash = StateHash::default();
            for (version, checksum) in checksums {
                hash.update(*version, checksum);
            }
            hash
        });
        Some(hash.text())
    }
}

/// Reads rows in the column order of `database::Sql::history`.
pub(crate) fn entries(rows: Rows) -> Result<Vec<LogEntry>, DriverError> {
    rows.into_iter()
        .map(|row| {
            let seq = row.first().cloned().flatten();
            entry(row).ok_or_else(|| unreadable(&seq.unwrap_or_default()))
        })
        .collect()
}

fn entry(row: Vec<Option<String>>) -> Option<LogEntry> {
    let mut columns = row.into_iter();
    let mut next = || columns.next().flatten();
    Some(LogEntry {
        seq: next()?.parse().ok()?,
        version: Version::new(next()?.parse().ok()?),
        name: next()?,
        operation: Operation::from_word(&next()?)?,
        outcome: Outcome::from_word(&next()?)?,
        checksum: next()?,
        statements_done: next()?.parse().ok()?,
        progress: next(),
        state: next(),
        operator: next(),
        session: next(),
        attempts: next()?.parse().ok()?,
        started_at: next()?,
        duration_ms: next().and_then(|number| number.parse().ok()),
        error: next(),
        lease: next().and_then(|word| Lease::from_word(&word)),
        down_script: next(),
    })
}

fn unreadable(seq: &str) -> DriverError {
    let message = format!("its row {seq} is not one that this version of rungs can read");
    DriverError::new(message.clone(), message)
}
