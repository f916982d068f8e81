//! A connection that writes down what it is sent, and fails or crashes when it is told to.

use std::any::Any;
use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rungs::{AsyncConnection, Command, Connection, Database, DriverError, Rows};

/// What connections were sent, in order; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Tape(Arc<Mutex<Recording>>);

#[derive(Debug, Default)]
struct Recording {
    commands: Vec<String>,
    fault: Option<Fault>,
    /// The connection is gone, or the process that held it.
    broken: bool,
}

/// What happens instead of a command; it counts from 0, from when the fault is set.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The command fails before it reaches the database.
    Fail(usize),
    /// The command fails before it reaches the database, and so does every one after it.
    Break(usize),
    /// The process ends before the command is sent.
    Crash(usize),
    /// Of the statements that begin so, something else is sent for this one, and nobody is told: with
    /// `ROLLBACK` what a node of a cluster does when another one was faster.
    Instead(&'static str, usize, &'static str),
}

/// What a crash unwinds with.
struct Crashed;

/// Whether a panic is the crash that was asked for.
pub fn is_crash(payload: &(dyn Any + Send)) -> bool {
    payload.is::<Crashed>()
}

impl Tape {
    /// The commands so far.
    pub fn commands(&self) -> Vec<String> {
        self.recording().commands.clone()
    }

    /// The commands so far, which it forgets.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.recording().commands)
    }

    /// Forgets the commands and sets what happens from now on.
    pub fn fault(&self, fault: Option<Fault>) {
        *self.recording() = Recording {
            fault,
            ..Recording::default()
        };
    }

    /// Whether a fault is still to come.
    pub fn is_armed(&self) -> bool {
        self.recording().fault.is_some()
    }

    /// Whether the connection is gone, or the process that held it.
    pub fn is_broken(&self) -> bool {
        self.recording().broken
    }

    /// The command that is sent instead.
    fn replaced(&self, command: &Command) -> Option<Command> {
        let mut recording = self.recording();
        let Some(Fault::Instead(start, left, instead)) = &mut recording.fault else {
            return None;
        };
        let mut statements: Vec<_> = command.statements().map(|(_, sql)| sql).collect();
        let mut alike = statements.iter_mut().filter(|sql| sql.starts_with(*start));
        let Some(statement) = alike.nth(*left) else {
            *left -= statements
                .iter()
                .filter(|sql| sql.starts_with(*start))
                .count();
            return None;
        };
        *statement = instead;
        recording.fault = None;
        Some(Command::of(&statements).with_answer(command.answers()))
    }

    fn note(&self, command: &Command) -> Result<(), DriverError> {
        let mut recording = self.recording();
        if recording.broken {
            return Err(injected());
        }
        let index = recording.commands.len();
        recording.commands.push(without_run(command.sql()));
        match recording.fault {
            Some(Fault::Fail(at)) if at == index => {
                recording.fault = None;
                Err(injected())
            }
            Some(Fault::Break(at)) if at == index => {
                recording.fault = None;
                recording.broken = true;
                Err(injected())
            }
            Some(Fault::Crash(at)) if at == index => {
                recording.fault = None;
                recording.broken = true;
                drop(recording);
                panic::resume_unwind(Box::new(Crashed))
            }
            _ => Ok(()),
        }
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection around a connection.
#[derive(Debug)]
pub struct Recorder<C> {
    /// The one that does the work.
    pub connection: C,
    /// What it was sent.
    pub tape: Tape,
}

impl<C: Connection> Connection for Recorder<C> {
    fn database(&self) -> Database {
        self.connection.database()
    }

    fn counts_statements(&self) -> bool {
        self.connection.counts_statements()
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        self.connection.as_any()
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        self.tape.note(command)?;
        let replaced = self.tape.replaced(command);
        self.connection.run(replaced.as_ref().unwrap_or(command))
    }

    fn sleep(&mut self, pause: Duration) {
        self.connection.sleep(pause);
    }
}

impl<C: AsyncConnection> AsyncConnection for Recorder<C> {
    fn database(&self) -> Database {
        self.connection.database()
    }

    fn counts_statements(&self) -> bool {
        self.connection.counts_statements()
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        self.connection.as_any()
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        self.tape.note(command)?;
        let replaced = self.tape.replaced(command);
        let command = replaced.as_ref().unwrap_or(command);
        self.connection.run(command).await
    }

    async fn sleep(&mut self, pause: Duration) {
        self.connection.sleep(pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        if !self.tape.is_broken() {
            self.connection.abandon(commands);
        }
    }
}

/// A command without the number of its run, which is another each time.
fn without_run(sql: &str) -> String {
    const NUMBER: usize = 16;
    let is_number =
        |text: &&str| text.len() == NUMBER && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = sql.split("run ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.get(..NUMBER).filter(is_number);
        plain += "run ";
        plain += &part[number.map_or(0, str::len)..];
    }
    plain
}

fn injected() -> DriverError {
    let message = "the test said so";
    DriverError::new(message, message)
}
