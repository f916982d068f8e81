//! A worker: a process of its own that upgrades a database and tells what happens, a line each.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use rungs::{Database, Event, Migrator};

use crate::driver::Driver;
use crate::table::Table;

/// What a worker is told on its command line.
#[derive(Clone, Debug, Args)]
pub struct Job {
    /// The driver to connect with.
    #[arg(long)]
    pub driver: Driver,
    /// The database.
    #[arg(long)]
    pub url: String,
    /// The migrations.
    #[arg(long)]
    pub table: Table,
    /// How long a silent worker is waited for, in milliseconds.
    #[arg(long, default_value_t = 1000)]
    pub lease: u64,
    /// How long others' locks are waited for in all, in milliseconds.
    #[arg(long, default_value_t = 60_000)]
    pub wait_limit: u64,
    /// How long they are waited for at a time, in milliseconds.
    #[arg(long, default_value_t = 1000)]
    pub lock_timeout: u64,
}

/// What a worker says when it has begun something, something is done, and it waits.
const BEGUN: &str = "begun";
const DONE: &str = "done";
const WAITING: &str = "waiting";
const FAILED: &str = "failed";

impl Job {
    /// A job with the usual limits.
    pub fn new(driver: Driver, url: impl Into<String>, table: Table) -> Self {
        Self {
            driver,
            url: url.into(),
            table,
            lease: 1000,
            wait_limit: 60_000,
            lock_timeout: 1000,
        }
    }

    /// Does it, in this process; says whether it succeeded.
    pub fn run(&self) -> bool {
        let database = if self.url.starts_with("postgres") {
            Database::Postgres
        } else {
            Database::Mysql
        };
        let migrator = Migrator::new(self.table.migrations(database))
            .lease(Duration::from_millis(self.lease))
            .wait_limit(Duration::from_millis(self.wait_limit))
            .lock_timeout(Duration::from_millis(self.lock_timeout))
            .observer(|event| tell(word(event), event));
        match self.driver.upgrade(&self.url, &migrator) {
            Ok(report) => {
                tell("ended", report);
                true
            }
            Err(error) => {
                tell(FAILED, with_sources(&*error));
                false
            }
        }
    }

    fn arguments(&self) -> [String; 13] {
        let driver = self.driver.name();
        let table = self.table.name();
        [
            "worker".to_owned(),
            "--driver".to_owned(),
            driver,
            "--url".to_owned(),
            self.url.clone(),
            "--table".to_owned(),
            table,
            "--lease".to_owned(),
            self.lease.to_string(),
            "--wait-limit".to_owned(),
            self.wait_limit.to_string(),
            "--lock-timeout".to_owned(),
            self.lock_timeout.to_string(),
        ]
    }
}

fn word(event: &Event<'_>) -> &'static str {
    match event {
        Event::MigrationStarted { .. } | Event::StatementStarted { .. } => BEGUN,
        Event::StatementDone { .. } | Event::MigrationDone { .. } => DONE,
        Event::Waiting { .. } => WAITING,
        _ => "event",
    }
}

/// A line; nobody reads it when the one who started this process is gone.
fn tell(word: &str, what: impl std::fmt::Display) {
    let what = what.to_string().replace('\n', "; ");
    let _ = writeln!(std::io::stdout().lock(), "{word}: {what}");
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    let messages: Vec<String> = sources.map(ToString::to_string).collect();
    messages.join(": ")
}

/// A worker that was started.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    told: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts one.
    pub fn start(program: &Path, job: &Job) -> Result<Self> {
        Self::spawn(Command::new(program).args(job.arguments()))
    }

    /// Starts one in a network namespace.
    pub fn start_within(namespace: &str, program: &Path, job: &Job) -> Result<Self> {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace]).arg(program);
        Self::spawn(command.args(job.arguments()))
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.context("cannot start a worker")?;
        let lines = child.stdout.take().context("a worker has no output")?;
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&told);
        let reader = thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                lock(&heard).push(line);
            }
        });
        Ok(Self {
            child,
            told,
            reader: Some(reader),
        })
    }

    /// Whether it is in a migration, as far as it said.
    pub fn is_at_work(&self) -> bool {
        let told = lock(&self.told);
        let last = told.last().map(String::as_str).unwrap_or_default();
        last.starts_with(BEGUN) || last.starts_with(DONE)
    }

    /// Whether it has said such a thing.
    pub fn has_said(&self, words: &str) -> bool {
        lock(&self.told).iter().any(|line| line.contains(words))
    }

    /// What it has said so far.
    pub fn said(&self) -> Vec<String> {
        lock(&self.told).clone()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<Ended>> {
        let status = self.child.try_wait()?;
        Ok(status.map(|status| self.end(status)))
    }

    /// Waits until it ends.
    pub fn wait(&mut self) -> Result<Ended> {
        let status = self.child.wait()?;
        Ok(self.end(status))
    }

    fn end(&mut self, status: ExitStatus) -> Ended {
        if let Some(reader) = self.reader.take() {
            // It ends with the output of the worker.
            let _ = reader.join();
        }
        if status.signal() == Some(Signal::SIGKILL as i32) {
            return Ended::Killed;
        }
        if status.success() {
            return Ended::Well;
        }
        let last = lock(&self.told).last().cloned();
        Ended::Failed(last.unwrap_or_else(|| status.to_string()))
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.child.id().try_into()?);
        Ok(signal::kill(pid, signal)?)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a worker ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The database was up to date.
    Well,
    /// By SIGKILL.
    Killed,
    /// With an error, which is this.
    Failed(String),
}

/// The program that is run as a worker, when it is the one that is running.
pub fn this_program() -> Result<PathBuf> {
    Ok(std::env::current_exe()?)
}

fn lock(told: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}
