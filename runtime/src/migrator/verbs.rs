//! The verbs, each written once.

#[cfg(feature = "adopt")]
use crate::adopt::{Adoption, AdoptionError, Source};
use crate::connection::{Acquire, Connection};
use crate::engine::{Outcome, Task};
use crate::error::{Error, Named};
use crate::log::LogEntry;
use crate::migrator::Migrator;
use crate::plan::{Goal, Plan, Settled};
use crate::registry::{Answers, AsyncSet, AsyncSets, RegistryError, Set, Sets};
use crate::report::Report;
use crate::status::{self, Edited, MigrationStatus};
use crate::table::Migrations;
use crate::target::Target;
use crate::trial::Trial;
use crate::version::Version;

/// A task for the engine, and how its outcome answers the caller.
pub(crate) struct Verb<T> {
    pub(crate) task: Task,
    pub(super) answer: fn(&Migrations, Outcome) -> Result<T, Error>,
}

impl<T> Clone for Verb<T> {
    fn clone(&self) -> Self {
        Self {
            task: self.task.clone(),
            answer: self.answer,
        }
    }
}

impl Verb<Report> {
    fn reach(goal: Goal) -> Self {
        Self {
            task: Task::Reach(goal),
            answer: |_, outcome| Ok(outcome.report),
        }
    }
}

impl<T> Verb<T> {
    fn read(answer: fn(&Migrations, Outcome) -> Result<T, Error>) -> Self {
        Self {
            task: Task::Read,
            answer,
        }
    }
}

/// Writes each verb for each face: blocking and async, with options and as a shortcut, for one and for
/// all sets of a registry.
macro_rules! verbs {
    ($($(#[doc = $doc:literal])* $name:ident, $name_async:ident($($argument:ident: $type:ty),*) -> $answer:ty = $verb:expr;)*) => {
        impl Migrator<'_> {
            $(
                $(#[doc = $doc])*
                pub fn $name<C: Connection>(
                    &self,
                    connection: &mut C,
                    $($argument: impl Into<$type>),*
                ) -> Result<$answer, Error> {
                    $(let $argument = $argument.into();)*
                    self.run(connection, $verb)
                }

                #[doc = concat!("Like [`", stringify!($name), "`](Self::", stringify!($name), "), awaited.")]
                pub async fn $name_async<A: Acquire>(
                    &self,
                    connection: A,
                    $($argument: impl Into<$type>),*
                ) -> Result<$answer, Error> {
                    $(let $argument = $argument.into();)*
                    self.run_async(connection, $verb).await
                }
            )*
        }

        impl Migrations {
            $(
                $(#[doc = $doc])*
                pub fn $name<C: Connection>(
                    &self,
                    connection: &mut C,
                    $($argument: impl Into<$type>),*
                ) -> Result<$answer, Error> {
                    Migrator::new(self).$name(connection $(, $argument)*)
                }

                #[doc = concat!("Like [`", stringify!($name), "`](Self::", stringify!($name), "), awaited.")]
                pub async fn $name_async<A: Acquire>(
                    &self,
                    connection: A,
                    $($argument: impl Into<$type>),*
                ) -> Result<$answer, Error> {
                    Migrator::new(self).$name_async(connection $(, $argument)*).await
                }
            )*
        }

        impl Set<'_, '_> {
            $(
                #[doc = concat!("[`Migrator::", stringify!($name), "`].")]
                pub fn $name(&self, $($argument: impl Into<$type>),*) -> Result<$answer, Error> {
                    $(let $argument = $argument.into();)*
                    self.run($verb)
                }
            )*
        }

        impl Sets<'_, '_> {
            $(
                #[doc = concat!("[`Migrator::", stringify!($name), "`] for each set.")]
                pub fn $name(
                    &self,
                    $($argument: impl Into<$type>),*
                ) -> Result<Answers<$answer>, RegistryError<$answer>> {
                    $(let $argument = $argument.into();)*
                    self.run(&$verb)
                }
            )*
        }

        impl AsyncSet<'_, '_> {
            $(
                #[doc = concat!("[`Migrator::", stringify!($name_async), "`].")]
                pub async fn $name(&self, $($argument: impl Into<$type>),*) -> Result<$answer, Error> {
                    $(let $argument = $argument.into();)*
                    self.run($verb).await
                }
            )*
        }

        impl AsyncSets<'_, '_> {
            $(
                #[doc = concat!("[`Migrator::", stringify!($name_async), "`] for each set.")]
                pub async fn $name(
                    &self,
                    $($argument: impl Into<$type>),*
                ) -> Result<Answers<$answer>, RegistryError<$answer>> {
                    $(let $argument = $argument.into();)*
                    self.run(&$verb).await
                }
            )*
        }
    };
}

verbs! {
    /// Applies everything that is pending.
    ///
    /// When nothing is, this costs one query and writes nothing.
    upgrade, upgrade_async() -> Report = Verb::reach(Goal::Upgrade(Target::Head));

    /// Applies what is pending up to a target; one that lies below where the database is, is an error.
    upgrade_to, upgrade_to_async(target: Target) -> Report = Verb::reach(Goal::Upgrade(target));

    /// Rolls back what lies above a target, newest first; one that lies above where the database is,
    /// is an error.
    ///
    /// The whole way is judged before the first step: a migration without a way down is found before
    /// anything is rolled back.
    downgrade_to, downgrade_to_async(target: Target) -> Report = Verb::reach(Goal::Downgrade(target));

    /// Reaches a goal: every other verb that changes a database, as a value.
    reach, reach_async(goal: Goal) -> Report = Verb::reach(goal);

    /// Goes to a target, up or down.
    migrate_to, migrate_to_async(target: Target) -> Report = Verb::reach(Goal::Migrate(target));

    /// Rolls the last migration back and runs it again.
    redo, redo_async() -> Report = Verb::reach(Goal::Redo);

    /// Goes on with one migration that failed, and with no other: from its beginning where the failure
    /// rolled it back, else at the statement at which it stopped.
    ///
    /// One that never ran or did not fail is [`Error::NotFailed`]. An [`upgrade`](Self::upgrade) goes on
    /// with it as well, and then with what is pending behind it.
    rebuild, rebuild_async(target: Target) -> Report = Verb::reach(Goal::Rebuild(target));

    /// Records everything that is pending up to a target as applied, without running it: for a database
    /// that has it already. The log has an operation `run_skip` for each.
    ///
    /// A migration that stopped half-way counts as pending: somebody has finished it by hand.
    mark_to, mark_to_async(target: Target) -> Report = Verb::reach(Goal::Mark(target));

    /// Records the next pending migration as applied, without running it; when none is pending that is
    /// [`Error::OutOfRange`].
    skip, skip_async() -> Report = Verb::reach(Goal::Mark(Target::Up(1)));

    /// Accepts every applied migration that was edited as it is now: the log gets an operation `repair`
    /// with the new checksum, and the new way down. [`edited`](Self::edited) shows them before.
    repair, repair_async() -> Report = Verb::reach(Goal::Repair);

    /// Applied migrations that were edited since, which [`repair`](Self::repair) would accept. Reads only.
    edited, edited_async() -> Vec<Edited> =
        Verb::read(|migrations, outcome| Ok(status::edited(migrations, &outcome.applied)));

    /// Says whether the statement took effect at which a migration stopped: the answer to
    /// [`Error::InDoubt`], after which the next run goes on before or behind that statement.
    ///
    /// It is refused with [`Error::NotInDoubt`] where there is no such statement, or where the next run
    /// finds out by itself.
    settle, settle_async(target: Target, settled: Settled) -> Report = Verb::reach(Goal::Settle(target, settled));

    /// What would be done to reach a goal, or a target as [`migrate_to`](Self::migrate_to) does; reads the
    /// log and writes nothing.
    ///
    /// The `Display` of the plan is the SQL that would run.
    plan, plan_async(goal: Goal) -> Plan = Verb {
        task: Task::Plan(goal),
        answer: |_, outcome| Ok(outcome.plan.unwrap_or_default()),
    };

    /// Tries what is pending up to a target on the live database, in one transaction that is rolled back:
    /// every migration that would fail is found, and nothing is left behind, in the log neither.
    ///
    /// What cannot be in a transaction, or calls a function of the application, is named and not tried.
    /// A migration that fails is taken back, and the others are tried without it. While it lasts the
    /// locks of the statements are held, as long as those of a run at most that has one transaction;
    /// they are waited for as in a run, with [`Migrator::lock_timeout`] and
    /// [`Migrator::wait_limit`]. The numbers that sequences have given are not taken back.
    ///
    /// MySQL cannot roll a change of the schema back: there it is [`Error::NoTrial`] unless nothing is
    /// pending.
    check_live, check_live_async(target: Target) -> Trial = Verb {
        task: Task::Try(Goal::Upgrade(target)),
        answer: |_, outcome| Ok(outcome.trial),
    };

    /// The highest applied version; `None` at base. Reads only.
    current, current_async() -> Option<Version> = Verb::read(|_, outcome| Ok(outcome.applied.current()));

    /// Every migration and what the database has of it, by version. Reads only.
    status, status_async() -> Vec<MigrationStatus> =
        Verb::read(|migrations, outcome| Ok(status::status(migrations, &outcome)));

    /// The log: everything that was ever done, oldest first. Reads only.
    history, history_async() -> Vec<LogEntry> = Verb::read(|_, outcome| Ok(outcome.entries));

    /// Whether nothing is pending. Reads only; one query when that is so.
    is_up_to_date, is_up_to_date_async() -> bool = Verb {
        task: Task::Check,
        answer: |_, outcome| Ok(outcome.plan.is_none_or(|plan| plan.is_empty())),
    };

    /// An error when something is pending: the gate for a program that must not migrate by itself.
    require_up_to_date, require_up_to_date_async() -> () = Verb {
        task: Task::Check,
        answer: |_, outcome| {
            let plan = outcome.plan.unwrap_or_default();
            match plan.steps().first() {
                Some(step) => Err(Error::Pending { count: plan.steps().len(), first: Named::from(step.migration()) }),
                None => Ok(()),
            }
        },
    };
}

#[cfg(feature = "adopt")]
verbs! {
    /// Takes over the history of another tool: records what it has applied as if it had been run here.
    ///
    /// Nothing is run, and nothing of the other tool is changed. Checksums are verified by its own
    /// algorithm, where it keeps any; what it began and has not finished is an error. All of it is
    /// recorded or nothing, and once, however many processes ask for it at a time. What the log knows
    /// already stays as it is, so it can be done at every start until the other tool is gone.
    ///
    /// ```
    /// # #[cfg(feature = "rusqlite")] {
    /// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
    /// use rungs::{Source, Tool};
    ///
    /// fn take_over(connection: &mut rusqlite::Connection) -> Result<(), rungs::Error> {
    ///     let adoption = MIGRATIONS.adopt(connection, Tool::Sqlx)?;
    ///     println!("{adoption}");
    ///     MIGRATIONS.upgrade(connection)?;
    ///     Ok(())
    /// }
    /// # }
    /// ```
    adopt, adopt_async(source: Source) -> Adoption = Verb {
        task: Task::Adopt(source),
        answer: adoption,
    };

    /// What [`adopt`](Self::adopt) would record; reads and writes nothing.
    plan_adoption, plan_adoption_async(source: Source) -> Adoption = Verb {
        task: Task::PlanAdoption(source),
        answer: adoption,
    };
}

#[cfg(feature = "adopt")]
fn adoption(_: &Migrations, outcome: Outcome) -> Result<Adoption, Error> {
    let none = || AdoptionError::NotFound {
        looked_for: Vec::new(),
    };
    Ok(outcome.adoption.ok_or_else(none)?)
}
