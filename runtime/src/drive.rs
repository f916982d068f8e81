//! The two loops: they do what the engine says and decide nothing.
#![expect(
    clippy::disallowed_methods,
    reason = "drivers read the clock for the engine"
)]

use std::hash::{BuildHasher as _, RandomState};
use std::time::Instant;

use crate::connection::{AsyncConnection, Connection, Rows};
use crate::engine::{Beginning, Engine, Outcome, Request};
use crate::error::Error;
use crate::function::{self, Functions};

/// The time and a seed, for the engine, which has neither clock nor randomness.
pub(crate) fn beginning() -> Beginning {
    Beginning {
        now: now(),
        // The standard library gives every state keys of its own.
        seed: RandomState::new().hash_one(()),
        counts: true,
        connection: None,
    }
}

fn now() -> Instant {
    Instant::now()
}

pub(crate) fn drive<C: Connection>(
    engine: Engine<'_>,
    connection: &mut C,
    functions: &Functions,
) -> Result<Outcome, Error> {
    let mut run = Run { engine, connection };
    while let Some(request) = run.engine.request() {
        match request {
            Request::Sleep(pause) => run.connection.sleep(pause),
            Request::Run(command) => {
                let reply = run.connection.run(command);
                run.engine.reply(reply, now());
            }
            Request::Call(name) => {
                let reply = function::call(functions, name, run.connection.as_any());
                run.engine.reply(reply.map(|()| Rows::new()), now());
            }
        }
    }
    run.engine.finish()
}

pub(crate) async fn drive_async<C: AsyncConnection>(
    engine: Engine<'_>,
    connection: &mut C,
    functions: &Functions,
) -> Result<Outcome, Error> {
    let mut run = AsyncRun { engine, connection };
    while let Some(request) = run.engine.request() {
        match request {
            Request::Sleep(pause) => run.connection.sleep(pause).await,
            Request::Run(command) => {
                let reply = run.connection.run(command).await;
                run.engine.reply(reply, now());
            }
            Request::Call(name) => {
                let connection = run.connection.as_any();
                let reply = function::call_async(functions, name, connection).await;
                run.engine.reply(reply.map(|()| Rows::new()), now());
            }
        }
    }
    run.engine.finish()
}

/// An observer that panics must not leave the connection inside a transaction.
struct Run<'e, 'c, C: Connection> {
    engine: Engine<'e>,
    connection: &'c mut C,
}

impl<C: Connection> Drop for Run<'_, '_, C> {
    fn drop(&mut self) {
        for command in self.engine.abandoned() {
            // What fails here had nothing to undo.
            let _ = self.connection.run(&command);
        }
    }
}

/// A future that is dropped half-way must not leave a pooled connection inside a transaction.
struct AsyncRun<'e, 'c, C: AsyncConnection> {
    engine: Engine<'e>,
    connection: &'c mut C,
}

impl<C: AsyncConnection> Drop for AsyncRun<'_, '_, C> {
    fn drop(&mut self) {
        let commands = self.engine.abandoned();
        if !commands.is_empty() {
            self.connection.abandon(&commands);
        }
    }
}
