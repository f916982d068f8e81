//! Nodes of a cluster that are killed at random moments while somebody migrates at each of them.

use std::fmt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use fastrand::Rng;
use rungs_servers::Cluster;

use crate::driver::Driver;
use crate::kill;
use crate::left::Left;
use crate::place::{Place, Scratch};
use crate::table::Table;
use crate::worker::{Ended, Job, Worker};

/// Longer than the longest statement, and than the nodes that are left take to go on.
const LEASE: Duration = Duration::from_secs(20);

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    place: String,
    rounds: usize,
    kills: usize,
    takeovers: usize,
    /// Workers that ended with an error because their node was killed.
    cut_off: usize,
    lost: usize,
    doubled: usize,
    wrong: Vec<String>,
    took: Duration,
}

/// Kills so many nodes, one at a time and each with workers at work, then lets workers finish.
pub fn run(program: &Path, cluster: &mut Cluster, kills: usize, seed: u64) -> Result<Tally> {
    let begun = Instant::now();
    let place = Place::of_cluster(cluster);
    let plan = kill::Plan {
        lease: LEASE,
        ..kill::Plan::default()
    };
    let expected = kill::undisturbed(program, &place, &plan)?;
    let mut rng = Rng::with_seed(seed);
    let mut tally = Tally {
        place: place.to_string(),
        ..Tally::default()
    };
    while tally.kills < kills && tally.is_well() {
        tally.round(program, cluster, &mut rng, &expected)?;
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
        cluster: &mut Cluster,
        rng: &mut Rng,
        expected: &Left,
    ) -> Result<()> {
        let place = Place::of_cluster(cluster);
        let scratch = place.create()?;
        let mut is_done = false;
        while !is_done && self.is_well() {
            let drivers = Driver::of(place.database());
            let mut workers = start(program, &scratch, || drivers[rng.usize(..drivers.len())])?;
            // Most of a run, which takes some seconds when nobody disturbs it.
            thread::sleep(Duration::from_millis(rng.u64(100..5_000)));
            let node = rng.usize(..workers.len());
            cluster.kill(node)?;
            self.kills += 1;
            is_done = self.end(&mut workers, node)?;
            cluster.rejoin(node)?;
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

    /// Waits for all; says whether one has ended well. Only the one whose node was killed may fail.
    fn end(&mut self, workers: &mut [Worker], killed: usize) -> Result<bool> {
        let mut is_done = false;
        for (node, worker) in workers.iter_mut().enumerate() {
            match worker.wait()? {
                Ended::Well => is_done = true,
                Ended::Failed(_) if node == killed => self.cut_off += 1,
                ended => self.wrong.push(format!("at node {}: {ended:?}", node + 1)),
            }
        }
        Ok(is_done)
    }
}

/// One worker at each node.
fn start(
    program: &Path,
    scratch: &Scratch,
    mut driver: impl FnMut() -> Driver,
) -> Result<Vec<Worker>> {
    let job = |url: &String| Job {
        lease: u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX),
        ..Job::new(driver(), url, Table::Kill)
    };
    let jobs: Vec<Job> = scratch.urls.iter().map(job).collect();
    jobs.iter().map(|job| Worker::start(program, job)).collect()
}

/// The columns of the line that a tally prints.
pub const COLUMNS: &str =
    "place             rounds  kills  takeovers  cut off  lost  doubled  wrong  seconds";

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<17} {:>6} {:>6} {:>10} {:>8} {:>5} {:>8} {:>6} {:>8.0}",
            self.place,
            self.rounds,
            self.kills,
            self.takeovers,
            self.cut_off,
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
