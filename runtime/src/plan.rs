//! The planner: from what is applied to the steps that lead to a target. Pure.

mod resolve;

use std::fmt;

use crate::connection::Database;
use crate::digest::ProgressHash;
use crate::error::{Error, Named};
use crate::log::{Applied, Interrupted, Operation};
use crate::status::{self, Edited};
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
    pub(crate) action: Action,
    /// The `seq` of the row that tells how far it came; 0 where none does.
    pub(crate) row: i64,
}

/// What is done with a migration.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Its statements are run.
    Run,
    /// It is recorded as run.
    Skip,
    /// The checksum that it has now is recorded.
    Repair,
    /// It is recorded whether its statement in doubt took effect.
    Settle(Settled),
}

/// What somebody who has looked at the database says about a statement in doubt.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It did not.
    NotDone,
}

/// Which way a migration is run.
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
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
    /// Whether what this binary does not know is rolled back with what the log has.
    pub(crate) stored_downs: bool,
}

/// What a run is asked to do: each verb that changes a database, as a value to [plan](crate::Migrator::plan).
///
/// A target alone is what [`Goal::Migrate`] goes to.
///
/// ```
/// use rungs::{Goal, Target};
///
/// assert_eq!(Goal::from("head"), Goal::Migrate(Target::Head));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Goal {
    /// Apply what is pending up to a target.
    Upgrade(Target),
    /// Roll back what lies above a target.
    Downgrade(Target),
    /// Go to a target, up or down.
    Migrate(Target),
    /// Roll the last migration back and run it again.
    Redo,
    /// Run one migration that failed, and no other: from its beginning where it was rolled back, else
    /// from the statement at which it stopped.
    Rebuild(Target),
    /// Record what is pending up to a target as applied, without running it.
    Mark(Target),
    /// Accept the checksums of applied migrations that were edited.
    Repair,
    /// Say whether the statement took effect at which a migration stopped.
    Settle(Target, Settled),
    /// Apply what is pending up to a version, wherever the database is.
    RunThrough(Version),
    /// Roll back what is applied from a version on, wherever the database is.
    RollBackFrom(Version),
    /// Apply one version, if it is pending.
    Run(Version),
    /// Record what is pending up to a version as applied, wherever the database is.
    MarkThrough(Version),
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

    /// Whether a step runs in one transaction, as far as that is known.
    pub fn is_in_transaction(&self, step: &Step) -> bool {
        self.database
            .is_none_or(|database| step.is_transactional(database))
    }

    /// The first steps, as far as they can share a transaction: all with foreign keys enforced or
    /// all without, except that an atomic run has but one.
    pub(crate) fn inside(&self, database: Database, atomic: bool) -> &[Step] {
        let first = self.steps.first().is_some_and(Step::suspends_foreign_keys);
        let fits = |step: &Step| {
            step.is_transactional(database) && (atomic || step.suspends_foreign_keys() == first)
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

    /// What is done with it.
    pub fn action(&self) -> Action {
        self.action
    }

    /// What the log will say of it.
    pub fn operation(&self) -> Operation {
        match (self.action, self.direction) {
            (Action::Skip, _) => Operation::RunSkip,
            (Action::Repair, _) => Operation::Repair,
            (Action::Run | Action::Settle(_), Direction::Down) => Operation::Rollback,
            (Action::Run | Action::Settle(_), Direction::Up) if self.done > 0 => {
                Operation::RunPartial
            }
            (Action::Run | Action::Settle(_), Direction::Up) => Operation::Run,
        }
    }

    /// The statements that are still to be run, as they will be sent, with their number from 0; none
    /// where the migration is only recorded.
    pub fn statements(&self) -> impl Iterator<Item = (usize, Statement)> + use<> {
        let first = if self.runs() { self.done } else { usize::MAX };
        self.script.statements().enumerate().skip(first)
    }

    /// Runs a migration from its beginning.
    pub(crate) fn new(migration: Migration, direction: Direction, script: Script) -> Self {
        Self {
            migration,
            direction,
            script,
            done: 0,
            in_doubt: false,
            action: Action::Run,
            row: 0,
        }
    }

    pub(crate) fn up(migration: Migration) -> Self {
        Self::new(migration, Direction::Up, migration.up())
    }

    /// Whether statements are run, not only something recorded.
    pub(crate) fn runs(&self) -> bool {
        self.action == Action::Run
    }

    /// Whether it can be done in one transaction.
    pub(crate) fn is_transactional(&self, database: Database) -> bool {
        !self.runs() || self.script.is_transactional(database)
    }

    /// Whether SQLite must not enforce foreign keys meanwhile.
    pub(crate) fn suspends_foreign_keys(&self) -> bool {
        self.runs() && self.script.suspends_foreign_keys()
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
            Self::Mark(Target::Up(_)) => versions(Direction::Up).max().map(Self::MarkThrough),
            _ => None,
        };
        absolute.unwrap_or(self)
    }

    /// Whether migrations that stopped half-way are finished first.
    fn finishes_what_stopped(&self) -> bool {
        !matches!(
            self,
            Self::Rebuild(_)
                | Self::Mark(_)
                | Self::MarkThrough(_)
                | Self::Repair
                | Self::Settle(..)
        )
    }
}

impl Policy {
    /// What a goal is there to mend must not keep it from being reached.
    fn for_goal(self, goal: &Goal) -> Self {
        match goal {
            Goal::Repair | Goal::Settle(..) => Self {
                changed: Changed::Tolerate,
                ..self
            },
            Goal::Downgrade(_) | Goal::Migrate(_) | Goal::RollBackFrom(_) if self.stored_downs => {
                Self {
                    ahead: Ahead::Tolerate,
                    ..self
                }
            }
            _ => self,
        }
    }
}

impl<T: Into<Target>> From<T> for Goal {
    fn from(target: T) -> Self {
        Self::Migrate(target.into())
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
    judge_applied(table, applied, policy.for_goal(goal))?;
    let mut steps = Vec::new();
    let mut expected = applied.clone();
    let mut goal = goal.clone();
    let finishes = goal.finishes_what_stopped();
    for interrupted in applied.interrupted.values().filter(|_| finishes) {
        let Some(step) = resume(table, applied, interrupted, policy)? else {
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
    match status::edited(table, applied).into_iter().next() {
        Some(Edited {
            migration,
            path,
            was,
            now,
        }) => Err(Error::Changed {
            migration,
            path,
            was,
            now,
        }),
        None => Ok(()),
    }
}

/// The step that finishes what an earlier run began; none when that is for a newer binary to do.
fn resume(
    table: &Migrations,
    applied: &Applied,
    interrupted: &Interrupted,
    policy: Policy,
) -> Result<Option<Step>, Error> {
    let version = interrupted.version;
    let stored = applied.stored.get(&version).copied();
    let stored = stored.filter(|_| interrupted.rolling_back);
    let Some(migration) = table.get(version).or(stored) else {
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
        action: Action::Run,
        row: interrupted.seq,
    }))
}

fn refuse_what_cannot_be_atomic(steps: &[Step], database: Database) -> Result<(), Error> {
    match steps.iter().find(|step| !step.is_transactional(database)) {
        Some(step) => Err(Error::NotAtomic {
            migration: Named::from(step.migration),
            path: step.script.path(),
        }),
        None => Ok(()),
    }
}

impl Step {
    pub(crate) fn doing(&self) -> &'static str {
        doing(self.direction, self.action)
    }
}

/// What is done with a migration, for people.
pub(crate) fn doing(direction: Direction, action: Action) -> &'static str {
    match (action, direction) {
        (Action::Run, Direction::Up) => "up",
        (Action::Run, Direction::Down) => "down",
        (action, _) => action.word(),
    }
}

impl Action {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Skip => "recorded as applied, not run",
            Self::Repair => "its checksum is accepted",
            Self::Settle(Settled::Done) => "its statement in doubt took effect",
            Self::Settle(Settled::NotDone) => "its statement in doubt did not take effect",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
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
            let transaction = if self.is_in_transaction(step) {
                ""
            } else {
                ", no transaction"
            };
            writeln!(
                f,
                "-- {} ({}{transaction}): {}",
                step.migration,
                step.doing(),
                step.script.path()
            )?;
            for (_, statement) in step.statements() {
                if let Some(query) = statement.when() {
                    writeln!(f, "-- when: {query}")?;
                }
                if statement.is_verification() {
                    write!(f, "-- verify: ")?;
                }
                if statement.is_call() {
                    write!(f, "-- call: ")?;
                }
                writeln!(f, "{};", statement.sql())?;
            }
        }
        Ok(())
    }
}
