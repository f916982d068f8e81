//! Many processes that start at once on an empty database.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::driver::Driver;
use crate::place::Place;
use crate::table::Table;
use crate::worker::{Ended, Job, Worker};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    place: String,
    rounds: usize,
    processes: usize,
    /// What those said that failed.
    failed: Vec<String>,
    /// Migrations that were not applied exactly once.
    wrong: usize,
    took: Duration,
}

/// Starts so many processes at once, so many times.
pub fn run(program: &Path, place: &Place, processes: usize, rounds: usize) -> Result<Tally> {
    let begun = Instant::now();
    let mut tally = Tally {
        place: place.to_string(),
        ..Tally::default()
    };
    for _ in 0..rounds {
        tally.round(program, place, processes)?;
    }
    tally.took = begun.elapsed();
    Ok(tally)
}

impl Tally {
    /// Whether every process succeeded and every migration was applied once.
    pub fn is_well(&self) -> bool {
        self.failed.is_empty() && self.wrong == 0
    }

    fn round(&mut self, program: &Path, place: &Place, processes: usize) -> Result<()> {
        let scratch = place.create()?;
        let drivers = Driver::of(place.database()).iter().cycle();
        let places = scratch.urls.iter().cycle();
        let starts = drivers
            .zip(places)
            .take(processes)
            .map(|(driver, url)| Worker::start(program, &Job::new(*driver, url, Table::Hundred)));
        let mut workers = starts.collect::<Result<Vec<_>>>()?;
        for worker in &mut workers {
            if let Ended::Failed(error) = worker.wait()? {
                self.failed.push(error);
            }
        }
        let mut client = scratch.client()?;
        let once =
            "SELECT count(*) FROM (SELECT tag FROM entry GROUP BY tag HAVING count(*) = 1) AS it";
        let done = client.number(once)?;
        let logged = client.number("SELECT count(*) FROM rungs_log WHERE outcome = 'success'")?;
        let migrations = Table::Hundred.migrations(place.database()).len();
        self.wrong += migrations.abs_diff(done) + migrations.abs_diff(logged);
        self.rounds += 1;
        self.processes += processes;
        Ok(())
    }
}

/// The columns of the line that a tally prints.
pub const COLUMNS: &str = "place            rounds  processes  failed  wrong  seconds";

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<16} {:>6} {:>10} {:>7} {:>6} {:>8.1}",
            self.place,
            self.rounds,
            self.processes,
            self.failed.len(),
            self.wrong,
            self.took.as_secs_f64()
        )?;
        for error in &self.failed {
            write!(f, "\n  FAILED: {error}")?;
        }
        Ok(())
    }
}
