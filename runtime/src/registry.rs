//! Several sets, each with the way to its database.

mod awaited;
mod blocking;

use std::fmt;

pub use awaited::{AsyncRegistry, AsyncSet, AsyncSets};
pub use blocking::{Registry, Set, Sets};

use crate::connection::DriverError;
use crate::error::Error;
use crate::migrator::Migrator;
use crate::plan::{Direction, Plan};

/// What a verb that was done for all sets answers: key and answer of each, in the order in which it was
/// done.
pub type Answers<T> = Vec<(String, T)>;

/// A verb for all sets failed at one of them.
#[non_exhaustive]
pub struct RegistryError<T> {
    /// The key of that set.
    pub key: String,
    /// What went wrong.
    pub error: Box<Error>,
    /// What the sets before it answered; what was done there stays.
    pub done: Answers<T>,
}

/// Sets in the order in which they were registered.
struct Entries<'a, F>(Vec<Entry<'a, F>>);

struct Entry<'a, F> {
    key: String,
    migrator: Migrator<'a>,
    connect: F,
}

impl<'a, F> Entries<'a, F> {
    fn insert(&mut self, entry: Entry<'a, F>) -> Result<(), Error> {
        if self.0.iter().any(|other| other.key == entry.key) {
            return Err(Error::DuplicateKey { key: entry.key });
        }
        self.0.push(entry);
        Ok(())
    }

    fn get(&self, key: &str) -> Result<&Entry<'a, F>, Error> {
        let found = self.0.iter().find(|entry| entry.key == key);
        found.ok_or_else(|| Error::UnknownKey {
            key: key.to_owned(),
            known: self.keys().map(str::to_owned).collect(),
        })
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|entry| &*entry.key)
    }
}

impl<F> Entry<'_, F> {
    fn failed<T>(&self, error: Error, done: Answers<T>) -> RegistryError<T> {
        RegistryError {
            key: self.key.clone(),
            error: Box::new(error),
            done,
        }
    }
}

/// Those that go down come first, the last registered one before all: it may need those before it.
fn in_order<T>(planned: Vec<(T, Plan)>) -> Vec<T> {
    let goes_down = |plan: &Plan| {
        let mut steps = plan.steps().iter();
        !plan.is_empty() && steps.all(|step| step.direction() == Direction::Down)
    };
    let (down, up): (Vec<_>, Vec<_>) = planned.into_iter().partition(|(_, plan)| goes_down(plan));
    let down = down.into_iter().rev();
    down.chain(up).map(|(set, _)| set).collect()
}

fn not_connected(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = error.into();
    Error::Database {
        doing: "get a connection",
        source: Box::new(DriverError::new(error.to_string(), error)),
    }
}

impl<F> fmt::Debug for Entries<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sets = self.0.iter().map(|entry| (&entry.key, &entry.migrator));
        f.debug_map().entries(sets).finish()
    }
}

impl<T> fmt::Display for RegistryError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "set `{}`: {}", self.key, self.error)
    }
}

impl<T> fmt::Debug for RegistryError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "set `{}`: {:?}", self.key, self.error)
    }
}

impl<T> std::error::Error for RegistryError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
