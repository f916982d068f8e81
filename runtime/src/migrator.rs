//! The public face: a set of migrations with options; what it does are the verbs.

pub(crate) mod options;
mod verbs;

pub(crate) use options::Options;
pub(crate) use verbs::Verb;

use std::sync::Arc;
use std::time::Duration;

use crate::connection::{Acquire, AsyncConnection, Connection, Database};
use crate::drive::{self, drive, drive_async};
use crate::engine::{Beginning, Engine, Task};
use crate::error::Error;
use crate::event::Event;
use crate::function::{BoxError, BoxFuture, Function};
use crate::plan::{Ahead, Changed, OutOfOrder, Plan};
use crate::table::Migrations;

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

    /// The schema of this set: what its migrations name without a schema is there, and so is the log.
    ///
    /// On PostgreSQL each migration runs with this schema alone as `search_path`, on MySQL and MariaDB with
    /// this database as the current one; the session is afterwards as it was. SQLite has nothing of the
    /// kind: there the migrations must declare the placeholder `schema` and write `{{schema}}.users`, the
    /// name of an attached database. Where they do so the placeholder has this value on every database.
    ///
    /// Sets, or one set for several tenants, with different schemas run independently of one another. The
    /// name is of lower-case letters, digits and underscores.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.options.schema = Some(schema.into());
        self
    }

    /// Whether the first run makes the [`schema`](Self::schema) when it is not there; off unless said
    /// otherwise, as it needs the right to make schemas. It is never dropped.
    pub fn create_schema(mut self, allowed: bool) -> Self {
        self.options.creates_schema = allowed;
        self
    }

    /// What the placeholder `{{name}}` in the migrations stands for: a part of names, of lower-case
    /// letters, digits and underscores.
    ///
    /// Each set of values has a history of its own: the log keeps it under the key and those values that
    /// are no defaults, as in `main prefix=app_`. That each placeholder has a value, and that every name
    /// with it in is one for the database, is found out before anything is sent.
    ///
    /// ```
    /// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY.with_placeholders("prefix");
    /// let migrator = rungs::Migrator::new(&MIGRATIONS).placeholder("prefix", "shop_");
    /// ```
    pub fn placeholder(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.placeholders.insert(name.into(), value.into());
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
    /// the process is stopped or its network is cut. On Galera it should be longer than the longest
    /// statement; a run on another member of Group Replication is left an hour more, as long as that
    /// member belongs to the group.
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

impl<'a> From<&'a Migrations> for Migrator<'a> {
    fn from(migrations: &'a Migrations) -> Self {
        Self::new(migrations)
    }
}
