//! What a scenario works with.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rungs::{Database, Migrations, Migrator};

use crate::engine::{Engine, Observer, Scratch};
use crate::recorder::Tape;
use crate::session::{Adapter, Session};

/// One adapter on one database system, with a database of its own.
pub struct Case<'a> {
    adapter: &'static dyn Adapter,
    engine: &'a dyn Engine,
    scratch: Arc<dyn Scratch>,
    tape: Tape,
}

/// Another process that uses the database of a case, through the same adapter.
#[derive(Clone)]
pub struct Elsewhere {
    adapter: &'static dyn Adapter,
    scratch: Arc<dyn Scratch>,
}

impl<'a> Case<'a> {
    /// A case with a new database.
    pub fn new(adapter: &'static dyn Adapter, engine: &'a dyn Engine) -> Self {
        Self {
            adapter,
            engine,
            scratch: engine.create(),
            tape: Tape::default(),
        }
    }

    /// The adapter.
    pub fn adapter(&self) -> &'static dyn Adapter {
        self.adapter
    }

    /// The same adapter with another new database.
    pub fn another(&self) -> Self {
        Self::new(self.adapter, self.engine)
    }

    /// The family of the database.
    pub fn database(&self) -> Database {
        self.engine.database()
    }

    /// Whether a change of the schema can be undone.
    pub fn is_transactional(&self) -> bool {
        self.database() != Database::Mysql
    }

    /// Whether a change of a table waits for the transactions that have read it.
    pub fn readers_keep_schema(&self) -> bool {
        self.engine.readers_keep_schema()
    }

    /// What differs between the families.
    pub fn by_family<T>(&self, sqlite: T, postgres: T, mysql: T) -> T {
        match self.database() {
            Database::Postgres => postgres,
            Database::Mysql => mysql,
            _ => sqlite,
        }
    }

    /// Where the database is.
    pub fn url(&self) -> &str {
        self.scratch.url()
    }

    /// A connection to it.
    pub fn open(&self) -> Box<dyn Session> {
        self.adapter.open(self.url(), self.tape.clone())
    }

    /// Another process.
    pub fn elsewhere(&self) -> Elsewhere {
        Elsewhere {
            adapter: self.adapter,
            scratch: Arc::clone(&self.scratch),
        }
    }

    /// The database as somebody else sees it.
    pub fn observe(&self) -> Box<dyn Observer> {
        self.scratch.observe()
    }

    /// Everything that is in it but the log.
    pub fn dump(&self) -> String {
        self.observe().dump()
    }

    /// The log, a line a row.
    pub fn log(&self) -> Vec<String> {
        self.observe().log()
    }

    /// The applied versions, as the log has them.
    pub fn applied(&self) -> Vec<i64> {
        self.observe().applied()
    }

    /// The table of these files, checked for the database.
    pub fn table(&self, files: &[(&str, &str)]) -> &'static Migrations {
        crate::table(self.database(), files)
    }

    /// A migrator for a table of these files, which gives up a lock soon.
    pub fn migrator(&self, files: &[(&str, &str)]) -> Migrator<'static> {
        Migrator::new(self.table(files))
            .lock_timeout(Duration::from_millis(100))
            .lease(Duration::from_secs(1))
    }

    /// All commands so far.
    pub fn sent(&self) -> Vec<String> {
        self.tape.commands()
    }

    /// The commands of what is done now.
    pub fn sent_by<T>(&self, act: impl FnOnce() -> T) -> (T, Vec<String>) {
        let before = self.tape.commands().len();
        let answer = act();
        (answer, self.tape.commands().split_off(before))
    }
}

impl Elsewhere {
    /// Does something on a connection of its own, also while the case awaits something.
    pub fn run<T: Send>(&self, act: impl FnOnce(&mut dyn Session) -> T + Send) -> T {
        thread::scope(|scope| {
            let process = scope.spawn(|| {
                act(&mut *self
                    .adapter
                    .open(self.scratch.url_elsewhere(), Tape::default()))
            });
            process.join().unwrap()
        })
    }
}
