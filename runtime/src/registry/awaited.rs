//! Sets whose connections are awaited.

use std::any::Any;
use std::pin::Pin;
use std::time::Duration;

use super::{Answers, Entries, Entry, RegistryError, in_order, not_connected};
use crate::connection::{AsyncConnection, Command, Database, DriverError, Rows};
use crate::engine::Task;
use crate::error::Error;
use crate::migrator::{Migrator, Verb};
use crate::plan::Plan;

/// Named sets of migrations, each with the way to its database; otherwise the same as
/// [`Registry`](crate::Registry).
///
/// ```no_run
/// # #[cfg(feature = "sqlx-postgres")]
/// # async fn migrate(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
/// # static ORDERS: rungs::Migrations = rungs::Migrations::EMPTY;
/// use rungs::AsyncRegistry;
///
/// let mut registry = AsyncRegistry::new();
/// registry.register("orders", &ORDERS, || pool.acquire())?;
/// registry.all().upgrade().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncRegistry<'a> {
    entries: Entries<'a, Connect<'a>>,
}

/// One set of an [`AsyncRegistry`].
pub struct AsyncSet<'r, 'a>(&'r Entry<'a, Connect<'a>>);

/// All sets of an [`AsyncRegistry`]; otherwise the same as [`Sets`](crate::Sets).
pub struct AsyncSets<'r, 'a>(&'r Entries<'a, Connect<'a>>);

type Connect<'a> = Box<dyn Fn() -> Awaiting<'a, Result<Boxed<'a>, Error>> + Send + Sync + 'a>;
type Awaiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection of any kind.
struct Boxed<'a>(Box<dyn AnyConnection + 'a>);

/// [`AsyncConnection`] for values whose type is not known.
trait AnyConnection: Send {
    fn database(&self) -> Database;
    fn run<'c>(&'c mut self, command: &'c Command) -> Awaiting<'c, Result<Rows, DriverError>>;
    fn counts_statements(&self) -> bool;
    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)>;
    fn sleep(&mut self, pause: Duration) -> Awaiting<'_, ()>;
    fn abandon(&mut self, commands: &[Command]);
}

impl Default for AsyncRegistry<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> AsyncRegistry<'a> {
    /// One without sets.
    pub const fn new() -> Self {
        Self {
            entries: Entries(Vec::new()),
        }
    }

    /// Adds a set; a key that is there already is [`Error::DuplicateKey`].
    ///
    /// Every verb makes a connection of its own.
    pub fn register<C, E, F>(
        &mut self,
        key: impl Into<String>,
        migrator: impl Into<Migrator<'a>>,
        connect: impl Fn() -> F + Send + Sync + 'a,
    ) -> Result<(), Error>
    where
        C: AsyncConnection + 'a,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
        F: Future<Output = Result<C, E>> + Send + 'a,
    {
        self.entries.insert(Entry {
            key: key.into(),
            migrator: migrator.into(),
            connect: Box::new(move || {
                let connecting = connect();
                Box::pin(async move {
                    match connecting.await {
                        Ok(connection) => Ok(Boxed(Box::new(connection))),
                        Err(error) => Err(not_connected(error)),
                    }
                })
            }),
        })
    }

    /// The keys, in the order of registration.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys()
    }

    /// One set; a key that is not there is [`Error::UnknownKey`].
    pub fn get(&self, key: &str) -> Result<AsyncSet<'_, 'a>, Error> {
        Ok(AsyncSet(self.entries.get(key)?))
    }

    /// All sets.
    pub fn all(&self) -> AsyncSets<'_, 'a> {
        AsyncSets(&self.entries)
    }
}

impl<'a> AsyncSet<'_, 'a> {
    /// Its migrator, for a run with other options.
    pub fn migrator(&self) -> &Migrator<'a> {
        &self.0.migrator
    }

    /// A new connection to its database.
    pub async fn connect(&self) -> Result<impl AsyncConnection + use<'a>, Error> {
        (self.0.connect)().await
    }

    pub(crate) async fn run<T>(&self, verb: Verb<T>) -> Result<T, Error> {
        let mut connection = (self.0.connect)().await?;
        self.0.migrator.run_async(&mut connection, verb).await
    }
}

impl AsyncSets<'_, '_> {
    pub(crate) async fn run<T>(&self, verb: &Verb<T>) -> Result<Answers<T>, RegistryError<T>> {
        let mut opened = Vec::new();
        for entry in &self.0.0 {
            let planned = async {
                let mut connection = (entry.connect)().await?;
                let plan = match &verb.task {
                    Task::Reach(goal) => {
                        let migrator = &entry.migrator;
                        migrator.plan_async(&mut connection, goal.clone()).await?
                    }
                    _ => Plan::default(),
                };
                Ok(((entry, connection), plan))
            };
            let planned = planned.await;
            opened.push(planned.map_err(|error| entry.failed(error, Vec::new()))?);
        }
        let mut done = Vec::new();
        for (entry, mut connection) in in_order(opened) {
            let answer = entry.migrator.run_async(&mut connection, verb.clone());
            match answer.await {
                Ok(answer) => done.push((entry.key.clone(), answer)),
                Err(error) => return Err(entry.failed(error, done)),
            }
        }
        Ok(done)
    }
}

impl<C: AsyncConnection> AnyConnection for C {
    fn database(&self) -> Database {
        AsyncConnection::database(self)
    }

    fn run<'c>(&'c mut self, command: &'c Command) -> Awaiting<'c, Result<Rows, DriverError>> {
        Box::pin(AsyncConnection::run(self, command))
    }

    fn counts_statements(&self) -> bool {
        AsyncConnection::counts_statements(self)
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        AsyncConnection::as_any(self)
    }

    fn sleep(&mut self, pause: Duration) -> Awaiting<'_, ()> {
        Box::pin(AsyncConnection::sleep(self, pause))
    }

    fn abandon(&mut self, commands: &[Command]) {
        AsyncConnection::abandon(self, commands);
    }
}

impl AsyncConnection for Boxed<'_> {
    fn database(&self) -> Database {
        self.0.database()
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        self.0.run(command).await
    }

    fn counts_statements(&self) -> bool {
        self.0.counts_statements()
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        self.0.as_any()
    }

    async fn sleep(&mut self, pause: Duration) {
        self.0.sleep(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        self.0.abandon(commands);
    }
}
