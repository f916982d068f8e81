//! `CREATE INDEX CONCURRENTLY` with others waiting for it, cancelled, and after a failure.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::ValueEnum;

use crate::driver::Driver;
use crate::place::{Client, Place, Scratch};
use crate::table::Table;
use crate::waiting::{until, until_so};
use crate::worker::{Ended, Job, Worker};

/// What happens to the one that builds the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fate {
    /// Several start at once, and all but one wait for longer than it takes a server to look for
    /// deadlocks.
    Awaited,
    /// The statement is cancelled, and the next start finishes.
    Cancelled,
    /// The session is ended, and the next start finishes.
    Terminated,
    /// The process is killed, and others start while the server still builds the index.
    Killed,
    /// An index of that name was left invalid by somebody else.
    LeftInvalid,
}

const STARTERS: usize = 6;
/// `PostgreSQL` looks for deadlocks after one second.
const LONGER: Duration = Duration::from_millis(1_300);
/// Building it, or dropping what is left of an earlier attempt.
const BUILDING: &str = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
                        AND query ~ '[*]/ (CREATE|DROP) INDEX CONCURRENTLY' AND state = 'active' \
                        AND pid <> pg_backend_pid()";
const IS_VALID: &str =
    "SELECT indisvalid::integer FROM pg_index WHERE indexrelid = to_regclass('item_n')";

/// Does it once; what must not be is an error.
pub fn run(program: &Path, place: &Place, fate: Fate) -> Result<()> {
    let scratch = place.create()?;
    let mut client = scratch.client()?;
    client
        .ask("CREATE TABLE item (n INTEGER); INSERT INTO item SELECT generate_series(1, 10000)")?;
    if fate == Fate::LeftInvalid {
        leave_invalid(&scratch, &mut client)?;
    }
    // Building an index waits for those who may not see it.
    let mut old = scratch.client()?;
    old.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM item")?;
    let count = match fate {
        Fate::Cancelled | Fate::Terminated => 1,
        _ => STARTERS,
    };
    let mut workers = start(program, place, &scratch, count)?;
    let session = until("the index is being built", || client.value(BUILDING))?;
    match fate {
        Fate::Cancelled => drop(client.ask(&format!("SELECT pg_cancel_backend({session})"))?),
        Fate::Terminated => drop(client.ask(&format!("SELECT pg_terminate_backend({session})"))?),
        Fate::Killed => kill_builder(&mut workers)?,
        Fate::Awaited | Fate::LeftInvalid => {}
    }
    if count == 1 {
        let ended = workers.remove(0).wait()?;
        ensure!(matches!(ended, Ended::Failed(_)), "it ended: {ended:?}");
        workers = start(program, place, &scratch, 2)?;
        until("the next one is at it", || client.value(BUILDING))?;
    }
    thread::sleep(LONGER);
    drop(old);
    for worker in &mut workers {
        let ended = worker.wait()?;
        ensure!(ended == Ended::Well, "{ended:?}");
    }
    let valid = client.value(IS_VALID)?;
    ensure!(
        valid.as_deref() == Some("1"),
        "the index is valid: {valid:?}"
    );
    Ok(())
}

fn start(program: &Path, place: &Place, scratch: &Scratch, count: usize) -> Result<Vec<Worker>> {
    let drivers = Driver::of(place.database()).iter().cycle();
    let start = |driver: &Driver| {
        let job = Job::new(*driver, &scratch.urls[0], Table::Index);
        Worker::start(program, &job)
    };
    drivers.take(count).map(start).collect()
}

fn kill_builder(workers: &mut Vec<Worker>) -> Result<()> {
    let mut at = None;
    until_so("one says that it works", || {
        at = workers.iter().position(Worker::is_at_work);
        Ok(at.is_some())
    })?;
    // Dropping it kills it.
    at.map(|at| workers.swap_remove(at));
    Ok(())
}

fn leave_invalid(scratch: &Scratch, client: &mut Client) -> Result<()> {
    client.ask("INSERT INTO item VALUES (1)")?;
    let failed = client.ask("CREATE UNIQUE INDEX CONCURRENTLY item_n ON item (n)");
    ensure!(failed.is_err(), "the index is not unique");
    let valid = scratch.client()?.value(IS_VALID)?;
    ensure!(valid.as_deref() == Some("0"), "there is no invalid index");
    Ok(())
}
