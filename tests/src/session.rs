//! One face for blocking and awaited connections, so that one table of scenarios runs on both.

use std::fmt::Debug;
use std::path::Path;

use rungs::{
    AsyncConnection, Connection, Error, LogEntry, MigrationStatus, Migrator, Plan, Report, Target,
    Version,
};
use tokio::runtime::Runtime;

use crate::recorder::{Recorder, Tape};

/// A driver under test.
pub trait Adapter: Debug + Sync {
    /// What to call it when it fails.
    fn name(&self) -> &'static str;

    /// Opens the database in this file, which may not exist yet.
    ///
    /// The connection must not wait for locks by itself, so that the suite sees Rungs wait.
    fn open(&self, file: &Path, tape: Tape) -> Box<dyn Session>;
}

/// Declares the verbs once for the trait and its two implementations.
macro_rules! sessions {
    ($($name:ident, $name_async:ident($($target:ident)?) -> $answer:ty;)*) => {
        /// An open connection: the verbs of [`Migrator`], whichever way the driver works. Dropping it
        /// closes it.
        pub trait Session {
            /// What it was sent.
            fn tape(&self) -> &Tape;

            /// The first value of the first row, asked past Rungs and past the tape.
            fn ask(&mut self, sql: &str) -> Option<String>;

            $(
                #[doc = concat!("[`Migrator::", stringify!($name), "`].")]
                fn $name(&mut self, migrator: &Migrator<'_> $(, $target: &str)?) -> Result<$answer, Error>;
            )*
        }

        impl<C: Connection> Session for Blocking<C> {
            fn tape(&self) -> &Tape {
                &self.recorder.tape
            }

            fn ask(&mut self, sql: &str) -> Option<String> {
                (self.ask)(&mut self.recorder.connection, sql)
            }

            $(fn $name(&mut self, migrator: &Migrator<'_> $(, $target: &str)?) -> Result<$answer, Error> {
                migrator.$name(&mut self.recorder $(, target($target))?)
            })*
        }

        impl<C: AsyncConnection> Session for Awaited<C> {
            fn tape(&self) -> &Tape {
                &self.tape
            }

            fn ask(&mut self, sql: &str) -> Option<String> {
                let recorder = self.recorder.as_mut()?;
                (self.ask)(&self.runtime, &mut recorder.connection, sql)
            }

            $(fn $name(&mut self, migrator: &Migrator<'_> $(, $target: &str)?) -> Result<$answer, Error> {
                let recorder = self.recorder.as_mut().expect("it is there until it is dropped");
                self.runtime.block_on(migrator.$name_async(recorder $(, target($target))?))
            })*
        }
    };
}

sessions! {
    upgrade, upgrade_async() -> Report;
    upgrade_to, upgrade_to_async(to) -> Report;
    downgrade_to, downgrade_to_async(to) -> Report;
    migrate_to, migrate_to_async(to) -> Report;
    redo, redo_async() -> Report;
    plan, plan_async(to) -> Plan;
    current, current_async() -> Option<Version>;
    status, status_async() -> Vec<MigrationStatus>;
    history, history_async() -> Vec<LogEntry>;
    is_up_to_date, is_up_to_date_async() -> bool;
    require_up_to_date, require_up_to_date_async() -> ();
}

/// A session on a connection whose calls block.
pub struct Blocking<C> {
    /// The connection.
    pub recorder: Recorder<C>,
    /// How to ask it something past Rungs.
    pub ask: fn(&mut C, &str) -> Option<String>,
}

/// A session on a connection whose calls are awaited.
pub struct Awaited<C> {
    runtime: Runtime,
    tape: Tape,
    recorder: Option<Recorder<C>>,
    ask: fn(&Runtime, &mut C, &str) -> Option<String>,
    close: fn(&Runtime, C),
}

impl<C> Awaited<C> {
    /// A session: what awaits, what is recorded, how to ask the connection something past Rungs, and
    /// how to close it and wait until that is done.
    pub fn new(
        runtime: Runtime,
        recorder: Recorder<C>,
        ask: fn(&Runtime, &mut C, &str) -> Option<String>,
        close: fn(&Runtime, C),
    ) -> Self {
        Self {
            runtime,
            tape: recorder.tape.clone(),
            recorder: Some(recorder),
            ask,
            close,
        }
    }
}

impl<C> Drop for Awaited<C> {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder.take() {
            (self.close)(&self.runtime, recorder.connection);
        }
    }
}

fn target(word: &str) -> Target {
    word.parse().unwrap()
}
