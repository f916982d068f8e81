//! Sets whose connections block.

use super::{Answers, Entries, Entry, RegistryError, in_order, not_connected};
use crate::connection::Connection;
use crate::engine::Task;
use crate::error::Error;
use crate::migrator::{Migrator, Verb};
use crate::plan::Plan;

/// Named sets of migrations, each with the way to its database.
///
/// Every verb of a [`Migrator`] is there for [one set](Self::get) and for [all](Self::all). Sets that
/// share a database need [keys](Migrator::key) of their own in its log.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "rusqlite")] {
/// # static ORDERS: rungs::Migrations = rungs::Migrations::EMPTY;
/// # static BILLING: rungs::Migrations = rungs::Migrations::EMPTY;
/// use rungs::{Migrator, Registry};
///
/// let mut registry = Registry::new();
/// let connect = || rusqlite::Connection::open_in_memory();
/// registry.register("orders", &ORDERS, connect)?;
/// registry.register("billing", Migrator::new(&BILLING).key("billing"), connect)?;
///
/// for (key, report) in registry.all().upgrade()? {
///     println!("{key}: {report}");
/// }
/// println!("{:?}", registry.get("orders")?.current()?);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Registry<'a> {
    entries: Entries<'a, Connect<'a>>,
}

/// One set of a [`Registry`].
pub struct Set<'r, 'a>(&'r Entry<'a, Connect<'a>>);

/// All sets of a [`Registry`], in the order in which they were registered.
///
/// A verb that changes databases first plans for all of them, and does nothing when that fails for one.
/// Sets that go up do so in this order, those that go down in the reverse, and before the others.
pub struct Sets<'r, 'a>(&'r Entries<'a, Connect<'a>>);

type Connect<'a> = Box<dyn Fn() -> Result<AnyConnection<'a>, Error> + Send + Sync + 'a>;
type AnyConnection<'a> = Box<dyn Connection + Send + 'a>;

impl Default for Registry<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Registry<'a> {
    /// One without sets.
    pub const fn new() -> Self {
        Self {
            entries: Entries(Vec::new()),
        }
    }

    /// Adds a set; a key that is there already is [`Error::DuplicateKey`].
    ///
    /// Every verb makes a connection of its own.
    pub fn register<C, E>(
        &mut self,
        key: impl Into<String>,
        migrator: impl Into<Migrator<'a>>,
        connect: impl Fn() -> Result<C, E> + Send + Sync + 'a,
    ) -> Result<(), Error>
    where
        C: Connection + Send + 'a,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.entries.insert(Entry {
            key: key.into(),
            migrator: migrator.into(),
            connect: Box::new(move || match connect() {
                Ok(connection) => Ok(Box::new(connection)),
                Err(error) => Err(not_connected(error)),
            }),
        })
    }

    /// The keys, in the order of registration.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys()
    }

    /// One set; a key that is not there is [`Error::UnknownKey`].
    pub fn get(&self, key: &str) -> Result<Set<'_, 'a>, Error> {
        Ok(Set(self.entries.get(key)?))
    }

    /// All sets.
    pub fn all(&self) -> Sets<'_, 'a> {
        Sets(&self.entries)
    }

    /// The order in which sets with these plans are migrated: those that go down first, the last
    /// registered one before all, then the others as they were registered.
    pub fn in_order<T>(planned: Vec<(T, Plan)>) -> Vec<T> {
        in_order(planned)
    }
}

impl<'a> Set<'_, 'a> {
    /// Its migrator, for a run with other options.
    pub fn migrator(&self) -> &Migrator<'a> {
        &self.0.migrator
    }

    /// A new connection to its database.
    pub fn connect(&self) -> Result<Box<dyn Connection + Send + 'a>, Error> {
        (self.0.connect)()
    }

    pub(crate) fn run<T>(&self, verb: Verb<T>) -> Result<T, Error> {
        self.0.migrator.run(&mut (self.0.connect)()?, verb)
    }
}

impl Sets<'_, '_> {
    pub(crate) fn run<T>(&self, verb: &Verb<T>) -> Result<Answers<T>, RegistryError<T>> {
        let mut opened = Vec::new();
        for entry in &self.0.0 {
            let planned = (entry.connect)().and_then(|mut connection| {
                let plan = match &verb.task {
                    Task::Reach(goal) => entry.migrator.plan(&mut connection, goal.clone())?,
                    _ => Plan::default(),
                };
                Ok(((entry, connection), plan))
            });
            opened.push(planned.map_err(|error| entry.failed(error, Vec::new()))?);
        }
        let mut done = Vec::new();
        for (entry, mut connection) in in_order(opened) {
            match entry.migrator.run(&mut connection, verb.clone()) {
                Ok(answer) => done.push((entry.key.clone(), answer)),
                Err(error) => return Err(entry.failed(error, done)),
            }
        }
        Ok(done)
    }
}
