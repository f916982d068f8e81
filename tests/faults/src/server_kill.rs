//! Servers that are killed at random moments while somebody migrates.

use std::fmt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fastrand::Rng;
use rungs_servers::{Options, Server};

use crate::driver::Driver;
use crate::kill;
use crate::left::Left;
use crate::place::Place;
use crate::table::Table;
use crate::worker::{Ended, Job, Worker};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    place: String,
    rounds: usize,
    kills: usize,
    takeovers: usize,
    lost: usize,
    doubled: usize,
    wrong: Vec<String>,
    took: Duration,
}

/// Kills a server so many times, each time with a worker at work, then lets a worker finish.
pub fn run(program: &Path, options: Options, kills: usize, seed: u64) -> Result<Tally> {
    let begun = Instant::now();
    let mut server = Server::start(options.durable())?;
    let place = Place::of(server.running());
    let expected = kill::undisturbed(program, &place, &kill::Plan::default())?;
    let mut rng = Rng::with_seed(seed);
    let mut tally = Tally {
        place: place.to_string(),
        ..Tally::default()
    };
    while tally.kills < kills && tally.is_well() {
        tally.round(program, &mut server, &mut rng, &expected)?;
    }
    tally.took = begun.elapsed();
    Ok(tally)
}

impl Tally {
    /// Whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.lost + self.doubled == 0 && self.wrong.is_empty()
    }

    fn round(
        &mut self,
        program: &Path,
        server: &mut Server,
        rng: &mut Rng,
        expected: &Left,
    ) -> Result<()> {
        let scratch = Place::of(server.running()).create()?;
        let drivers = Driver::of(Place::of(server.running()).database());
        loop {
            let driver = drivers[rng.usize(..drivers.len())];
            let job = Job::new(driver, &scratch.urls[0], Table::Kill);
            let mut worker = Worker::start(program, &job)?;
            // Most of a run, which takes some seconds when nobody disturbs it.
            thread::sleep(Duration::from_millis(rng.u64(100..3_000)));
            let has_ended = worker.ended()?;
            server.kill()?;
            self.kills += 1;
            let ended = match has_ended {
                Some(ended) => ended,
                None => worker.wait()?,
            };
            server.restart()?;
            match ended {
                Ended::Well => break,
                Ended::Killed => ensure!(false, "nobody kills workers here"),
                Ended::Failed(_) => {}
            }
        }
        let left = Left::of(&mut scratch.client()?)?;
        let difference = left.difference(expected);
        self.rounds += 1;
        self.takeovers += left.takeovers();
        self.lost += difference.lost;
        self.doubled += difference.doubled;
        self.wrong.extend(difference.lines);
        Ok(())
    }
}

/// The columns of the line that a tally prints.
pub const COLUMNS: &str =
    "place            rounds  kills  takeovers  lost  doubled  wrong  seconds";

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<16} {:>6} {:>6} {:>10} {:>5} {:>8} {:>6} {:>8.0}",
            self.place,
            self.rounds,
            self.kills,
            self.takeovers,
            self.lost,
            self.doubled,
            self.wrong.len(),
            self.took.as_secs_f64(),
        )?;
        for wrong in &self.wrong {
            write!(f, "\n  WRONG: {wrong}")?;
        }
        Ok(())
    }
}
