//! A migration of ten statements on MySQL, all of which are one packet, that is broken off at each
//! of them. A lock of the test holds the statement up until the fault is made.

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;
use nix::sys::signal::Signal;
use rungs_servers::Server;

use crate::driver::Driver;
use crate::place::{Client, Place, Scratch};
use crate::table::{STATEMENTS, Table, is_ddl, preparation};
use crate::waiting::until;
use crate::worker::{Ended, Job, Worker};

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// The process that migrates; the server goes on with the packet once it can.
    Client,
    /// Its session, with `KILL`.
    Session,
    /// The server.
    Server,
}

/// Where it is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Before a statement, so after the one before it.
    Before(usize),
    /// After a statement that commits by itself, before the log says so.
    Unrecorded(usize),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    place: String,
    way: Way,
    position: Position,
    /// What is wrong in the end.
    wrong: Vec<String>,
}

/// All positions: before each statement, and after each that commits by itself.
pub fn positions() -> impl Iterator<Item = Position> {
    (1..=STATEMENTS).flat_map(|number| {
        let unrecorded = is_ddl(number).then_some(Position::Unrecorded(number));
        [Position::Before(number)].into_iter().chain(unrecorded)
    })
}

/// Kills a client or a session at a position, and lets the next client finish.
pub fn run(program: &Path, place: &Place, way: Way, position: Position) -> Result<Outcome> {
    let mut case = Case::begin(program, place, position)?;
    match way {
        Way::Client => case.worker.signal(Signal::SIGKILL)?,
        Way::Session => case.end_session()?,
        Way::Server => bail!("this server is for others, too"),
    }
    case.end(program, place, way, position)
}

/// Kills a server at a position, starts it again, and lets the next client finish.
pub fn run_with(program: &Path, server: &mut Server, position: Position) -> Result<Outcome> {
    let place = Place::of(server.running());
    let case = Case::begin(program, &place, position)?;
    server.kill()?;
    server.restart()?;
    case.end(program, &place, Way::Server, position)
}

/// A worker that waits at a position.
struct Case {
    scratch: Scratch,
    worker: Worker,
    looker: Client,
    /// The session of the worker.
    session: String,
    /// Those who hold it up, until they are dropped.
    holders: Vec<Client>,
}

impl Case {
    fn begin(program: &Path, place: &Place, position: Position) -> Result<Self> {
        let scratch = place.create()?;
        let mut looker = scratch.client()?;
        for statement in preparation() {
            looker.ask(&statement)?;
        }
        let (Position::Before(number) | Position::Unrecorded(number)) = position;
        let mut holder = scratch.client()?;
        let verb = if is_ddl(number) {
            "ALTER TABLE"
        } else {
            "UPDATE"
        };
        // An open transaction that has read a table holds up who alters it.
        let lock = if is_ddl(number) { "" } else { " FOR UPDATE" };
        holder.ask(&format!("BEGIN; SELECT n FROM held_{number}{lock}"))?;
        let mut case = Self {
            worker: Worker::start(program, &job(place, &scratch))?,
            scratch,
            looker,
            session: String::new(),
            holders: vec![holder],
        };
        case.session = case.await_waiting(&format!("{verb} held_{number} "))?;
        if let Position::Unrecorded(_) = position {
            let mut holder = case.scratch.client()?;
            holder.ask("BEGIN; SELECT seq FROM rungs_log FOR UPDATE")?;
            case.holders = vec![holder];
            case.await_waiting("UPDATE `rungs_log`")?;
        }
        Ok(case)
    }

    /// Waits until the worker is at a statement that begins so, and says which session it has.
    fn await_waiting(&mut self, statement: &str) -> Result<String> {
        let waiting = format!(
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() \
             AND info LIKE '{statement}%' AND command = 'Query'"
        );
        until("the statement waits", || self.looker.value(&waiting))
    }

    fn end_session(&mut self) -> Result<()> {
        self.looker.ask(&format!("KILL {}", self.session)).map(drop)
    }

    /// Starts the next worker, then lets go of what is held up.
    fn end(
        mut self,
        program: &Path,
        place: &Place,
        way: Way,
        position: Position,
    ) -> Result<Outcome> {
        let mut next = Worker::start(program, &job(place, &self.scratch))?;
        let mut wrong = Vec::new();
        if self.worker.wait()? == Ended::Well {
            wrong.push("the fault did not happen".to_owned());
        }
        self.holders.clear();
        let ended = next.wait()?;
        if ended != Ended::Well {
            wrong.push(format!("the next one: {ended:?}"));
        }
        wrong.extend(unfinished(&mut self.scratch.client()?)?);
        Ok(Outcome {
            place: place.to_string(),
            way,
            position,
            wrong,
        })
    }
}

fn job(place: &Place, scratch: &Scratch) -> Job {
    let driver = Driver::of(place.database())[0];
    Job {
        // It is the test that ends the waiting.
        lock_timeout: 60_000,
        ..Job::new(driver, &scratch.urls[0], Table::Ten)
    }
}

/// What the migration has not done, or has done twice.
fn unfinished(client: &mut Client) -> Result<Vec<String>> {
    let schema = client.schema()?;
    let mut wrong = Vec::new();
    for number in 1..=STATEMENTS {
        let altered = format!("column held_{number} added ");
        let is_altered = schema.iter().any(|line| line.starts_with(&altered));
        let n = client.number(&format!("SELECT n FROM held_{number}"))?;
        if is_altered != is_ddl(number) || n != usize::from(!is_ddl(number)) {
            wrong.push(format!("statement {number}: column {is_altered}, n = {n}"));
        }
    }
    let log = client.ask("SELECT outcome, statements_done FROM rungs_log ORDER BY seq")?;
    let newest = log
        .last()
        .map(|row| row.iter().flatten().cloned().collect::<Vec<_>>());
    if newest != Some(vec!["success".to_owned(), STATEMENTS.to_string()]) {
        wrong.push(format!("the log: {log:?}"));
    }
    Ok(wrong)
}

impl Outcome {
    /// Whether the next client finished what was broken off.
    pub fn is_well(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            way,
            position,
            wrong,
        } = self;
        let verdict = if wrong.is_empty() {
            "finished by the next one"
        } else {
            "WRONG"
        };
        write!(
            f,
            "{place}: {way:?} killed, {position:?}: {verdict} {}",
            wrong.join("; ")
        )
    }
}
