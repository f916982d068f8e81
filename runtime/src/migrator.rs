//! The public face: options and verbs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "adopt")]
use crate::adopt::{Adoption, AdoptionError, Source};
use crate::connection::{Acquire, AsyncConnection, Connection, Database};
use crate::drive::{self, drive, drive_async};
use crate::engine::{Beginning, Engine, Outcome, Task};
use crate::error::{Error, Named};
use crate::event::Event;
use crate::function::{BoxError, BoxFuture, Function, Functions};
use crate::log::LogEntry;
use crate::plan::{Ahead, Changed, Goal, OutOfOrder, Plan, Policy, Settled};
use crate::registry::{Answers, AsyncSet, AsyncSets, RegistryError, Set, Sets};
use crate::report::Report;
use crate::status::{self, Edited, MigrationStatus};
use crate::table::Migrations;
use crate::target::Target;
use crate::version::Version;

/// Applies [`Migrations`] with options; the verbs of [`Migrations`] are those of a migrator without.
///
/// ```
/// # fn main() -> Result<(), rungs::Error> {
/// # #[cfg(feature = "rusqlite")] {
/// # let mut connection = rusqlite::Connection::open_in_memory().unwrap();
/// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// use rungs::{Ahead, Migrator};
///
/// let report = Migrator::new(&MIGRATIONS)
///     .key("billing")
///     .ahead(Ahead::Tolerate)
///     .observer(|event| eprintln!("{event}"))
///     .upgrade(&mut connection)?;
/// assert!(report.already_up_to_date());
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Migrator<'a> {
    migrations: &'a Migrations,
    options: Options,
}

/// What the builder methods of [`Migrator`] set.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) key: String,
    pub(crate) log_table: String,
    pub(crate) policy: Policy,
    pub(crate) operator: Option<String>,
    pub(crate) wait_limit: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) lease: Duration,
    pub(crate) batch_pause: Duration,
    pub(crate) observer: Option<Arc<Observer>>,
    pub(crate) before_run: Option<Arc<BeforeRun>>,
    pub(crate) functions: Functions,
}

type Observer = dyn Fn(&Event<'_>) + Send + Sync;
type BeforeRun =
    dyn Fn(&Plan) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

impl<'a> Migrator<'a> {
    /// A migrator with default options.
    pub fn new(migrations: &'a Migrations) -> Self {
        Self {
            migrations,
            options: Options::default(),
        }
    }

    /// The migrations that it applies.
    pub fn migrations(&self) -> &'a Migrations {
        self.migrations
    }

    /// The key of this set in the log, `main` unless said otherwise: several sets, such as those of
    /// an application and its libraries, share a database by key.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.options.key = key.into();
        self
    }

    /// The name of the log table, `rungs_log` unless said otherwise.
    pub fn log_table(mut self, table: impl Into<String>) -> Self {
        self.options.log_table = table.into();
        self
    }

    /// What to do about a pending migration that is older than an applied one.
    pub fn out_of_order(mut self, policy: OutOfOrder) -> Self {
        self.options.policy.out_of_order = policy;
        self
    }

    /// What to do about a database that is ahead of this binary.
    pub fn ahead(mut self, policy: Ahead) -> Self {
        self.options.policy.ahead = policy;
        self
    }

    /// Whether migrations that are newer than this binary may be rolled back with the ways down that
    /// the log has of them; off unless said otherwise.
    ///
    /// So an old release undoes what a newer one did: [`downgrade_to`](Self::downgrade_to) and
    /// [`migrate_to`](Self::migrate_to) go down from there, to `head` if to nothing else, and
    /// [`plan`](Self::plan) shows the SQL before. It runs with the same guarantees as any other
    /// migration, as the log keeps what the compiler of the newer binary has found out about it.
    pub fn stored_downs(mut self, allowed: bool) -> Self {
        self.options.policy.stored_downs = allowed;
        self
    }

    /// What to do about an applied migration that was edited.
    pub fn changed(mut self, policy: Changed) -> Self {
        self.options.policy.changed = policy;
        self
    }

    /// Whether all migrations of a run are applied or none; off unless said otherwise. A run with a
    /// migration that cannot be in a transaction is then refused before it starts.
    ///
    /// It has one transaction, so on SQLite one migration that drops a table suspends foreign keys for
    /// all of them: they are still checked after each, but nothing cascades.
    pub fn atomic(mut self, atomic: bool) -> Self {
        self.options.policy.atomic = atomic;
        self
    }

    /// Who runs the migrations, for the log.
    pub fn operator(mut self, operator: impl Into<String>) -> Self {
        self.options.operator = Some(operator.into());
        self
    }

    /// How long to wait for locks that others hold, beyond what the connection itself waits; 30
    /// seconds unless said otherwise.
    ///
    /// On a server, another run of the same set is waited for as long as it is seen to be at work.
    pub fn wait_limit(mut self, limit: Duration) -> Self {
        self.options.wait_limit = limit;
        self
    }

    /// How long a statement on a server may wait for a lock at a time; 3 seconds unless said
    /// otherwise, at least one second on MySQL.
    ///
    /// While `ALTER TABLE` waits for a lock, everybody else waits behind it. So it gives up soon, and
    /// the run tries again after a pause, up to its [`wait_limit`](Self::wait_limit).
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// After how long without a word another run may take over a migration that runs on a server
    /// outside a transaction; 20 seconds unless said otherwise.
    ///
    /// A run that is seen to be gone is replaced at once, one whose statement is seen to be running
    /// not at all. The lease counts where neither can be seen: behind a pooler, in a cluster, when
    /// the process is stopped or its network is cut. In a cluster of MySQL servers it should be longer
    /// than the longest statement.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.options.lease = lease;
        self
    }

    /// How long to pause between two batches of a statement with `-- rungs: batch(1000)`, so that
    /// others get at the rows meanwhile; 10 milliseconds unless said otherwise.
    pub fn batch_pause(mut self, pause: Duration) -> Self {
        self.options.batch_pause = pause;
        self
    }

    /// A function that migrations call with `-- rungs: call(name)`: it runs between the statements,
    /// in their transaction where they have one, with the connection of the run.
    ///
    /// That it is registered, for connections of this type, is found out before anything runs. It
    /// neither begins nor ends transactions. When its migration is run without a transaction or is
    /// tried again because locks were in the way, it may run more than once.
    ///
    /// ```
    /// # #[cfg(feature = "rusqlite")] {
    /// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
    /// let migrator = rungs::Migrator::new(&MIGRATIONS).function(
    ///     "hash_passwords",
    ///     |connection: &mut rusqlite::Connection| -> rusqlite::Result<()> {
    ///         connection.execute("UPDATE users SET hash = 'x' WHERE hash IS NULL", [])?;
    ///         Ok(())
    ///     },
    /// );
    /// # }
    /// ```
    pub fn function<C: 'static, E: Into<BoxError>>(
        mut self,
        name: impl Into<String>,
        function: impl Fn(&mut C) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        let function = Function::blocking(function);
        self.options.functions.insert(name.into(), function);
        self
    }

    /// Like [`function`](Self::function), awaited, for async connections.
    ///
    /// ```
    /// # #[cfg(feature = "sqlx-sqlite")] {
    /// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
    /// let migrator = rungs::Migrator::new(&MIGRATIONS).function_async(
    ///     "hash_passwords",
    ///     |connection: &mut sqlx::SqliteConnection| {
    ///         Box::pin(async move {
    ///             let sql = "UPDATE users SET hash = 'x' WHERE hash IS NULL";
    ///             sqlx::query(sql).execute(connection).await.map(drop)
    ///         })
    ///     },
    /// );
    /// # }
    /// ```
    pub fn function_async<C: Send + 'static, E: Into<BoxError> + 'static>(
        mut self,
        name: impl Into<String>,
        function: impl for<'c> Fn(&'c mut C) -> BoxFuture<'c, Result<(), E>> + Send + Sync + 'static,
    ) -> Self {
        let function = Function::awaited(function);
        self.options.functions.insert(name.into(), function);
        self
    }

    /// Is told what happens while a run goes on.
    pub fn observer(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Is asked when a run knows what it is going to do, and has not done anything of it: the place for
    /// a backup. An error ends the run with [`Error::BeforeRun`]. It is not asked when there is nothing
    /// to do.
    ///
    /// On SQLite the database is locked meanwhile, but can be read; on a server it is not.
    pub fn before_run<E>(
        mut self,
        hook: impl Fn(&Plan) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.options.before_run = Some(Arc::new(move |plan| hook(plan).map_err(Into::into)));
        self
    }

    pub(crate) fn run<C: Connection, T>(
        &self,
        connection: &mut C,
        verb: Verb<T>,
    ) -> Result<T, Error> {
        let beginning = Beginning {
            counts: connection.counts_statements(),
            connection: connection.as_any().map(|it| (*it).type_id()),
            ..drive::beginning()
        };
        let engine = self.engine(connection.database(), verb.task, beginning)?;
        let functions = &self.options.functions;
        (verb.answer)(self.migrations, drive(engine, connection, functions)?)
    }

    pub(crate) async fn run_async<A: Acquire, T>(
        &self,
        source: A,
        verb: Verb<T>,
    ) -> Result<T, Error> {
        let acquired = source.acquire().await;
        let mut connection = acquired.map_err(|source| Error::Database {
            doing: "get a connection",
            source: Box::new(source),
        })?;
        let beginning = Beginning {
            counts: connection.counts_statements(),
            connection: connection.as_any().map(|it| (*it).type_id()),
            ..drive::beginning()
        };
        let engine = self.engine(connection.database(), verb.task, beginning)?;
        let functions = &self.options.functions;
        let outcome = drive_async(engine, &mut connection, functions).await?;
        (verb.answer)(self.migrations, outcome)
    }

    fn engine(
        &self,
        database: Database,
        task: Task,
        beginning: Beginning,
    ) -> Result<Engine<'_>, Error> {
        Engine::new(self.migrations, &self.options, database, task, beginning)
    }
}

/// A task for the engine, and how its outcome answers the caller.
pub(crate) struct Verb<T> {
    pub(crate) task: Task,
    answer: fn(&Migrations, Outcome) -> Result<T, Error>,
}

impl<T> Clone for Verb<T> {
    fn clone(&self) -> Self {
        Self {
            task: self.task.clone(),
            answer: self.answer,
        }
    }
}

impl<'a> From<&'a Migrations> for Migrator<'a> {
    fn from(migrations: &'a Migrations) -> Self {
        Self::new(migrations)
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

impl Options {
    /// Checks what the builder took as it came.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let name = self.log_table.as_bytes();
        let is_identifier = name.first().is_some_and(|first| !first.is_ascii_digit())
            && name.len() <= 63
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !is_identifier {
            return Err(Error::InvalidOption {
                option: "log_table",
                value: self.log_table.clone(),
                expected: "1 to 63 letters, digits and underscores, and not begin with a digit",
            });
        }
        if self.key.is_empty() || self.key.len() > 255 || self.key.contains('\0') {
            let expected = "1 to 255 bytes of text";
            return Err(Error::InvalidOption {
                option: "key",
                value: self.key.clone(),
                expected,
            });
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: "main".to_owned(),
            log_table: "rungs_log".to_owned(),
            policy: Policy::default(),
            operator: None,
            wait_limit: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(3),
            lease: Duration::from_secs(20),
            batch_pause: Duration::from_millis(10),
            observer: None,
            before_run: None,
            functions: Functions::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("key", &self.key)
            .field("log_table", &self.log_table)
            .field("policy", &self.policy)
            .field("operator", &self.operator)
            .field("wait_limit", &self.wait_limit)
            .field("lock_timeout", &self.lock_timeout)
            .field("lease", &self.lease)
            .field("batch_pause", &self.batch_pause)
            .finish_non_exhaustive()
    }
}
