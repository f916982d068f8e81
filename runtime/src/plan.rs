//! The planner: from what is applied to the steps that lead to a target. Pure.

mod goal;
mod policy;
mod resolve;
mod squash;
mod step;

pub use goal::Goal;
pub use policy::{Ahead, Changed, OutOfOrder};
pub use step::{Action, Direction, Settled, Step};

pub(crate) use policy::Policy;
pub(crate) use squash::counted;
pub(crate) use step::doing;

use std::fmt;

use crate::connection::Database;
use crate::digest::ProgressHash;
use crate::error::{Error, Named};
use crate::log::{Applied, Interrupted};
use crate::status::{self, Edited};
use crate::table::Migrations;
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

/// Judges what is applied and plans the way to the goal, or says why there is none.
pub(crate) fn plan(
    table: &Migrations,
    applied: &Applied,
    goal: &Goal,
    policy: Policy,
    database: Database,
) -> Result<Plan, Error> {
    let (counted, mut steps) = squash::count(table, applied)?;
    let applied = counted.as_ref();
    judge_applied(table, applied, policy.for_goal(goal))?;
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
