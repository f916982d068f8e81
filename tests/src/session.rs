//! One face for blocking and awaited connections, so that one table of scenarios runs on both.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::Poll;

use rungs::{
    AsyncConnection, Command, Connection, Database, DriverError, Edited, Error, Goal, LogEntry,
    MigrationStatus, Migrator, Plan, Report, Rows, Settled, Target, Trial, Version,
};
use tokio::runtime::Runtime;

use crate::recorder::{Recorder, Tape};

/// A driver under test.
pub trait Adapter: Debug + Sync {
    /// What to call it when it fails.
    fn name(&self) -> &'static str;

    /// The family of database systems that it connects to.
    fn database(&self) -> Database;

    /// Opens a database, by the path of its file for SQLite, which may not exist yet, and by its URL
    /// for the servers.
    ///
    /// The connection must not wait for locks by itself, so that the suite sees Rungs wait.
    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session>;

    /// Whether its errors say how many statements of a command were complete. Those that do not make
    /// Rungs send statements again, one by one, so they are not compared with those that do.
    fn counts(&self) -> bool {
        true
    }

    /// Whether it sends prepared statements, which not every pooler supports.
    fn prepares(&self) -> bool {
        false
    }

    /// Whether its errors say where in a function or a block they come from.
    fn tells_context(&self) -> bool {
        true
    }

    /// Whether its errors say where in their statement they come from, as far as the database does.
    fn tells_place(&self) -> bool {
        true
    }

    /// Whether a connection can be used again after a run on it was dropped half-way.
    fn survives_a_drop(&self) -> bool {
        true
    }
}

/// Declares the verbs once for the trait and its two implementations.
macro_rules! sessions {
    ($($name:ident, $name_async:ident($($argument:ident: $type:ty = $value:expr),*) -> $answer:ty;)*) => {
        /// An open connection: the verbs of [`Migrator`], whichever way the driver works. Dropping it
        /// closes it.
        pub trait Session {
            /// What it was sent.
            fn tape(&self) -> &Tape;

            /// A migrator with a function for this kind of connection, which runs one statement, past
            /// the tape.
            fn with_function(
                &self,
                migrator: Migrator<'static>,
                name: &str,
                sql: &'static str,
            ) -> Migrator<'static>;

            /// What the connection answers to one statement, past the tape.
            fn ask(&mut self, sql: &str) -> Option<String>;

            /// [`Migrator::upgrade`], which is dropped after so many polls unless it has ended by then;
            /// one that blocks always ends.
            fn upgrade_for(&mut self, polls: usize, migrator: &Migrator<'_>) -> Option<Result<Report, Error>>;

            $(
                #[doc = concat!("[`Migrator::", stringify!($name), "`].")]
                fn $name(&mut self, migrator: &Migrator<'_> $(, $argument: $type)*) -> Result<$answer, Error>;
            )*
        }

        impl<C: Connection + 'static> Session for Blocking<C> {
            fn tape(&self) -> &Tape {
                &self.recorder.tape
            }

            fn with_function(
                &self,
                migrator: Migrator<'static>,
                name: &str,
                sql: &'static str,
            ) -> Migrator<'static> {
                migrator.function(name, move |connection: &mut C| {
                    connection.run(&question(sql)).map(drop)
                })
            }

            fn ask(&mut self, sql: &str) -> Option<String> {
                first(self.recorder.connection.run(&question(sql)))
            }

            fn upgrade_for(&mut self, _: usize, migrator: &Migrator<'_>) -> Option<Result<Report, Error>> {
                Some(self.upgrade(migrator))
            }

            $(fn $name(&mut self, migrator: &Migrator<'_> $(, $argument: $type)*) -> Result<$answer, Error> {
                migrator.$name(&mut self.recorder $(, $value)*)
            })*
        }

        impl<C: AsyncConnection + 'static, F: AsyncConnection + 'static> Session for Awaited<C, F> {
            fn tape(&self) -> &Tape {
                &self.tape
            }

            fn with_function(
                &self,
                migrator: Migrator<'static>,
                name: &str,
                sql: &'static str,
            ) -> Migrator<'static> {
                migrator.function_async(name, move |connection: &mut F| {
                    Box::pin(async move { connection.run(&question(sql)).await.map(drop) })
                })
            }

            fn ask(&mut self, sql: &str) -> Option<String> {
                let recorder = self.recorder.as_mut()?;
                first(self.runtime.block_on(recorder.connection.run(&question(sql))))
            }

            fn upgrade_for(&mut self, polls: usize, migrator: &Migrator<'_>) -> Option<Result<Report, Error>> {
                let recorder = self.recorder.as_mut()?;
                self.runtime.block_on(polled(polls, migrator.upgrade_async(recorder)))
            }

            $(fn $name(&mut self, migrator: &Migrator<'_> $(, $argument: $type)*) -> Result<$answer, Error> {
                let recorder = self.recorder.as_mut().expect("it is there until it is dropped");
                self.runtime.block_on(migrator.$name_async(recorder $(, $value)*))
            })*
        }
    };
}

sessions! {
    upgrade, upgrade_async() -> Report;
    upgrade_to, upgrade_to_async(to: &str = target(to)) -> Report;
    downgrade_to, downgrade_to_async(to: &str = target(to)) -> Report;
    migrate_to, migrate_to_async(to: &str = target(to)) -> Report;
    redo, redo_async() -> Report;
    reach, reach_async(goal: Goal = goal) -> Report;
    rebuild, rebuild_async(which: &str = target(which)) -> Report;
    mark_to, mark_to_async(to: &str = target(to)) -> Report;
    skip, skip_async() -> Report;
    repair, repair_async() -> Report;
    edited, edited_async() -> Vec<Edited>;
    settle, settle_async(which: &str = target(which), settled: Settled = settled) -> Report;
    plan, plan_async(goal: Goal = goal) -> Plan;
    current, current_async() -> Option<Version>;
    status, status_async() -> Vec<MigrationStatus>;
    history, history_async() -> Vec<LogEntry>;
    is_up_to_date, is_up_to_date_async() -> bool;
    check_live, check_live_async(to: &str = target(to)) -> Trial;
    require_up_to_date, require_up_to_date_async() -> ();
}

/// A session on a connection whose calls block.
pub struct Blocking<C> {
    recorder: Recorder<C>,
}

impl<C> Blocking<C> {
    /// A session that writes what is sent on a tape.
    pub fn new(connection: C, tape: Tape) -> Self {
        let recorder = Recorder { connection, tape };
        Self { recorder }
    }
}

/// A session on a connection whose calls are awaited; functions of migrations are given an `F`.
pub struct Awaited<C, F = C> {
    runtime: Runtime,
    tape: Tape,
    recorder: Option<Recorder<C>>,
    close: fn(&Runtime, C),
    function: PhantomData<fn(F)>,
}

impl<C, F> Awaited<C, F> {
    /// A session that writes what is sent on a tape.
    pub fn new(runtime: Runtime, connection: C, tape: Tape) -> Self {
        Self {
            runtime,
            tape: tape.clone(),
            recorder: Some(Recorder { connection, tape }),
            close: |runtime, connection| {
                let _entered = runtime.enter();
                drop(connection);
            },
            function: PhantomData,
        }
    }

    /// How to close the connection and wait until that is done, where dropping it does not do.
    pub fn closing(mut self, close: fn(&Runtime, C)) -> Self {
        self.close = close;
        self
    }
}

impl<C, F> Drop for Awaited<C, F> {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder.take() {
            (self.close)(&self.runtime, recorder.connection);
        }
    }
}

/// Rows are read of a query only.
fn question(sql: &str) -> Command {
    Command::of(&[sql]).with_answer(sql.starts_with("SELECT"))
}

fn target(word: &str) -> Target {
    word.parse().unwrap()
}

/// Polls a future so many times, each time when it has asked for it, and drops it.
pub async fn polled<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut count = 0;
    std::future::poll_fn(|context| {
        if count == polls {
            return Poll::Ready(None);
        }
        count += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if count == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

fn first(answer: Result<Rows, DriverError>) -> Option<String> {
    answer.unwrap().into_iter().next()?.into_iter().next()?
}
