//! The two loops: they do what the engine says and decide nothing.
#![expect(
    clippy::disallowed_methods,
    reason = "drivers read the clock for the engine"
)]

use std::time::Instant;

use crate::connection::{AsyncConnection, Command, Connection, Effect};
use crate::engine::{Engine, Outcome, Request};
use crate::error::Error;

/// The time, for the engine, which has no clock.
pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn drive<C: Connection>(
    mut engine: Engine<'_>,
    connection: &mut C,
) -> Result<Outcome, Error> {
    let open = RollbackOnPanic(connection);
    while let Some(request) = engine.request() {
        match request {
            Request::Sleep(pause) => open.0.sleep(pause),
            Request::Run(command) => {
                let reply = open.0.run(command);
                engine.reply(reply, now());
            }
        }
    }
    std::mem::forget(open);
    engine.finish()
}

pub(crate) async fn drive_async<C: AsyncConnection>(
    mut engine: Engine<'_>,
    connection: &mut C,
) -> Result<Outcome, Error> {
    let open = AbandonOnDrop(connection);
    while let Some(request) = engine.request() {
        match request {
            Request::Sleep(pause) => open.0.sleep(pause).await,
            Request::Run(command) => {
                let reply = open.0.run(command).await;
                engine.reply(reply, now());
            }
        }
    }
    std::mem::forget(open);
    engine.finish()
}

/// An observer that panics must not leave the connection inside a transaction.
struct RollbackOnPanic<'c, C: Connection>(&'c mut C);

impl<C: Connection> Drop for RollbackOnPanic<'_, C> {
    fn drop(&mut self) {
        // Without an open transaction this fails, and changes nothing.
        let _ = self.0.run(&Command::new("ROLLBACK", Effect::Rollback));
    }
}

/// A future that is dropped half-way must not leave a pooled connection inside a transaction.
struct AbandonOnDrop<'c, C: AsyncConnection>(&'c mut C);

impl<C: AsyncConnection> Drop for AbandonOnDrop<'_, C> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
