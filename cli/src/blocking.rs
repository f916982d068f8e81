//! One way to run verbs: a connection that blocks is awaited like any other, and is always ready.

use std::any::Any;
use std::future::{Future, ready};
use std::ops::DerefMut;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rungs::{AsyncConnection, Command, Connection, Database, DriverError, Rows};

/// What leads to a connection whose calls block, to be awaited.
pub(crate) struct Blocking<P>(pub(crate) P);

impl<P: DerefMut<Target: Connection> + Send> AsyncConnection for Blocking<P> {
    fn database(&self) -> Database {
        self.0.database()
    }

    fn run(&mut self, command: &Command) -> impl Future<Output = Result<Rows, DriverError>> + Send {
        ready(self.0.run(command))
    }

    fn counts_statements(&self) -> bool {
        self.0.counts_statements()
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        self.0.as_any()
    }

    fn sleep(&mut self, pause: Duration) -> impl Future<Output = ()> + Send {
        self.0.sleep(pause);
        ready(())
    }

    fn abandon(&mut self, commands: &[Command]) {
        for command in commands {
            // What fails here had nothing to undo.
            let _ = self.0.run(command);
        }
    }
}

/// What a future that awaits nothing but [`Blocking`] connections ends with.
pub(crate) fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        // It never has to be waited for, so the first turn is the last.
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}
