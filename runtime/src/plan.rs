//! The planner: from what is applied to the steps that lead to a target. Pure.

mod resolve;

use std::fmt;

use crate::connection::Database;
use crate::digest::ProgressHash;
use crate::error::{Error, Named};
use crate::log::{Applied, Interrupted};
use crate::table::{Migration, Migrations, Script, Statement};
use crate::target::Target;
use crate::version::Version;

/// What a run would do, or does: migrations in order, each with its direction.
///
/// Its `Display` is the SQL.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(crate) steps: Vec<Step>,
    /// What it is a plan for; a plan without steps may not know.
    database: Option<Database>,
}

/// One migration of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub(crate) migration: Migration,
    pub(crate) direction: Direction,
    pub(crate) script: Script,
    /// How many statements an earlier run has already done.
    pub(crate) done: usize,
    /// Whether it may have done the one after those as well.
    pub(crate) in_doubt: bool,
}

/// Which way a migration is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Its up script.
    Up,
    /// Its down script.
    Down,
}

/// What to do about a pending migration whose version is below one that is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutOfOrder {
    /// Refuse the run.
    #[default]
    Error,
    /// Run it, in the order of versions among those that are pending.
    Allow,
}

/// What to do about versions that are applied and newer than this binary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ahead {
    /// Refuse the run.
    #[default]
    Error,
    /// Go on, as an old release must while a new one is being rolled out.
    Tolerate,
}

/// What to do about an applied migration whose up script was edited since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Changed {
    /// Refuse the run.
    #[default]
    Error,
    /// Go on; the database keeps what it has.
    Tolerate,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) out_of_order: OutOfOrder,
    pub(crate) ahead: Ahead,
    pub(crate) changed: Changed,
    pub(crate) atomic: bool,
}

/// What a run is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Upgrade(Target),
    Downgrade(Target),
    /// Either way.
    Migrate(Target),
    Redo,
    /// What is pending up to a version, wherever the database is.
    RunThrough(Version),
    /// What is applied from a version on, wherever the database is.
    RollBackFrom(Version),
    /// One version, if it is pending.
    Run(Version),
}

impl Plan {
    /// The steps, in the order in which they run.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The first steps, as far as they can share a transaction: all with foreign keys enforced or
    /// all without, except that an atomic run has but one.
    pub(crate) fn inside(&self, database: Database, atomic: bool) -> &[Step] {
        let suspends = |step: &Step| step.script.suspends_foreign_keys();
        let first = self.steps.first().is_some_and(suspends);
        let fits = |step: &Step| {
            step.script.is_transactional(database) && (atomic || suspends(step) == first)
        };
        match self.steps.iter().position(|step| !fits(step)) {
            Some(end) => self.steps.get(..end).unwrap_or_default(),
            None => &self.steps,
        }
    }
}

impl Step {
    /// The migration.
    pub fn migration(&self) -> Migration {
        self.migration
    }

    /// Which way it is run.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The script that is run.
    pub fn script(&self) -> Script {
        self.script
    }

    /// The statements that are still to be run, as they will be sent.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (usize, Statement)> + use<> {
        self.script.statements().enumerate().skip(self.done)
    }
}

impl Goal {
    /// The same goal without reference to where the database is, so that it stays the same when
    /// somebody else moves the database before this run holds it.
    pub(crate) fn absolute(self, plan: &Plan) -> Self {
        let versions = |direction| {
            let steps = plan
                .steps
                .iter()
                .filter(move |step| step.direction == direction);
            steps.map(|step| step.migration.version())
        };
        let absolute = match self {
            Self::Upgrade(Target::Up(_)) | Self::Migrate(Target::Up(_)) => {
                versions(Direction::Up).max().map(Self::RunThrough)
            }
            Self::Downgrade(Target::Down(_)) | Self::Migrate(Target::Down(_)) => {
                versions(Direction::Down).min().map(Self::RollBackFrom)
            }
            _ => None,
        };
        absolute.unwrap_or(self)
    }
}

/// Judges what is applied and plans the way to the goal, or says why there is none.
pub(crate) fn plan(
    table: &Migrations,
    applied: &Applied,
    goal: &Goal,
    policy: Policy,
    database: Database,
) -> Result<Plan, Error> {
    judge_applied(table, applied, policy)?;
    let mut steps = Vec::new();
    let mut expected = applied.clone();
    let mut goal = goal.clone();
    for interrupted in applied.interrupted.values() {
        let Some(step) = resume(table, interrupted, policy)? else {
            continue;
        };
        expected.record(
            interrupted.version,
            (!interrupted.rolling_back).then(|| step.migration.up().checksum()),
        );
        if goal == Goal::Redo && interrupted.rolling_back {
            goal = Goal::Run(interrupted.version);
        }
        steps.push(step);
    }
    steps.extend(resolve::steps(table, &expected, &goal, policy)?);
    if policy.atomic {
        refuse_what_cannot_be_atomic(&steps, database)?;
    }
    Ok(Plan {
        steps,
        database: Some(database),
    })
}

fn judge_applied(table: &Migrations, applied: &Applied, policy: Policy) -> Result<(), Error> {
    let head = table.head();
    let unknown = || {
        applied
            .versions()
            .filter(|version| table.get(*version).is_none())
    };
    if let Some(version) = unknown().find(|version| Some(*version) < head) {
        return Err(Error::Missing { version });
    }
    let ahead: Vec<Version> = unknown().collect();
    if !ahead.is_empty() && policy.ahead == Ahead::Error {
        return Err(Error::Ahead {
            versions: ahead,
            head,
        });
    }
    if policy.changed == Changed::Tolerate {
        return Ok(());
    }
    let is_changed = |migration: &Migration| {
        applied
            .checksum(migration.version())
            .is_some_and(|recorded| recorded != migration.up().checksum())
    };
    match table.iter().find(is_changed) {
        Some(migration) => Err(Error::Changed {
            migration: Named::from(migration),
            path: migration.up().path(),
            was: applied
                .checksum(migration.version())
                .unwrap_or_default()
                .to_owned(),
            now: migration.up().checksum(),
        }),
        None => Ok(()),
    }
}

/// The step that finishes what an earlier run began; none when that is for a newer binary to do.
fn resume(
    table: &Migrations,
    interrupted: &Interrupted,
    policy: Policy,
) -> Result<Option<Step>, Error> {
    let version = interrupted.version;
    let Some(migration) = table.get(version) else {
        let head = table.head();
        return match policy.ahead {
            _ if Some(version) < head => Err(Error::Missing { version }),
            Ahead::Tolerate => Ok(None),
            Ahead::Error => Err(Error::Ahead {
                versions: vec![version],
                head,
            }),
        };
    };
    let (direction, script) = if interrupted.rolling_back {
        (
            Direction::Down,
            migration
                .down()
                .ok_or_else(|| Error::Irreversible(Named::from(migration)))?,
        )
    } else {
        (Direction::Up, migration.up())
    };
    let done = script.statements().take(interrupted.statements_done);
    let progress = ProgressHash::of(done).text();
    if interrupted
        .progress
        .as_ref()
        .is_some_and(|recorded| *recorded != progress)
    {
        return Err(Error::ChangedWhileInterrupted {
            migration: Named {
                version: interrupted.version,
                name: interrupted.name.clone(),
            },
            path: script.path(),
            statements_done: interrupted.statements_done,
        });
    }
    Ok(Some(Step {
        migration,
        direction,
        script,
        done: interrupted.statements_done,
        in_doubt: interrupted.in_doubt,
    }))
}

fn refuse_what_cannot_be_atomic(steps: &[Step], database: Database) -> Result<(), Error> {
    match steps
        .iter()
        .find(|step| !step.script.is_transactional(database))
    {
        Some(step) => Err(Error::NotAtomic {
            migration: Named::from(step.migration),
            path: step.script.path(),
        }),
        None => Ok(()),
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "-- nothing to do");
        }
        for step in &self.steps {
            let inside = self
                .database
                .is_none_or(|database| step.script.is_transactional(database));
            let transaction = if inside { "" } else { ", no transaction" };
            writeln!(
                f,
                "-- {} ({}{transaction}): {}",
                step.migration,
                step.direction,
                step.script.path()
            )?;
            for (_, statement) in step.statements() {
                if let Some(query) = statement.when() {
                    writeln!(f, "-- when: {query}")?;
                }
                if statement.is_verification() {
                    write!(f, "-- verify: ")?;
                }
                writeln!(f, "{};", statement.sql())?;
            }
        }
        Ok(())
    }
}
