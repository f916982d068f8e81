//! Workers that are killed and stopped at random moments, and started again, until all is applied.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use fastrand::Rng;
use nix::sys::signal::Signal;

use crate::driver::Driver;
use crate::left::Left;
use crate::place::{Place, Scratch};
use crate::table::Table;
use crate::worker::{Ended, Job, Worker};

const POLL: Duration = Duration::from_millis(5);
/// How many lines of a worker are shown when something is wrong.
const SHOWN: usize = 6;

/// How much is to be done to workers.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Workers at a time.
    pub processes: usize,
    /// Rounds go on until so many were killed.
    pub kills: usize,
    /// What the random numbers begin with.
    pub seed: u64,
    /// The lease of the workers, shorter than some statements.
    pub lease: Duration,
    /// For how long workers of a round are struck at most, and after how long without that it is stuck.
    pub limit: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            processes: 6,
            kills: 30,
            seed: 1,
            lease: Duration::from_secs(1),
            limit: Duration::from_mins(3),
        }
    }
}

/// What was done to workers, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    place: String,
    rounds: usize,
    /// How many workers were killed.
    pub kills: usize,
    stops: usize,
    /// How often a migration was claimed after the one that had claimed it was gone.
    takeovers: usize,
    /// How many effects of statements are missing.
    lost: usize,
    /// How many effects of statements are there more than once.
    doubled: usize,
    /// How many rounds did not end in time.
    stuck: usize,
    /// Workers that had been stopped for longer than the lease, and found their session ended.
    cut_off: BTreeMap<String, usize>,
    /// Everything else that must not be.
    wrong: Vec<String>,
    took: Duration,
}

/// Runs rounds until there were enough kills, or something is wrong.
pub fn run(program: &Path, place: &Place, plan: &Plan) -> Result<Tally> {
    let begun = Instant::now();
    let expected = undisturbed(program, place, plan)?;
    let mut tally = Tally {
        place: place.to_string(),
        ..Tally::default()
    };
    while tally.kills < plan.kills && tally.is_well() {
        let scratch = place.create()?;
        let seed = plan.seed.wrapping_add(u64::try_from(tally.rounds)?);
        let mut round = Round {
            program,
            place,
            plan,
            scratch: &scratch,
            rng: Rng::with_seed(seed),
            workers: Vec::new(),
            begun: Instant::now(),
            tally: &mut tally,
        };
        round.run()?;
        if tally.stuck == 0 {
            tally.look(&scratch, &expected)?;
        }
        tally.rounds += 1;
    }
    tally.took = begun.elapsed();
    Ok(tally)
}

/// What one worker leaves when it is left alone.
pub(crate) fn undisturbed(program: &Path, place: &Place, plan: &Plan) -> Result<Left> {
    let scratch = place.create()?;
    let driver = Driver::of(place.database())[0];
    let job = job(driver, &scratch.urls[0], plan);
    let mut worker = Worker::start(program, &job)?;
    let ended = worker.wait()?;
    anyhow::ensure!(ended == Ended::Well, "without any fault: {ended:?}");
    Left::of(&mut scratch.client()?)
}

fn job(driver: Driver, url: &str, plan: &Plan) -> Job {
    Job {
        lease: u64::try_from(plan.lease.as_millis()).unwrap_or(u64::MAX),
        ..Job::new(driver, url, Table::Kill)
    }
}

struct Round<'a> {
    program: &'a Path,
    place: &'a Place,
    plan: &'a Plan,
    scratch: &'a Scratch,
    rng: Rng,
    workers: Vec<Victim>,
    /// When it began to strike, then when it left off.
    begun: Instant,
    tally: &'a mut Tally,
}

struct Victim {
    worker: Worker,
    /// Until when it is stopped.
    stopped: Option<Instant>,
    /// Whether it was stopped for so long that another may have taken over.
    was_silent: bool,
}

impl Round<'_> {
    fn run(&mut self) -> Result<()> {
        for _ in 0..self.plan.processes {
            let victim = self.start()?;
            self.workers.push(victim);
        }
        let mut next = self.pause();
        while !self.reap(true)? && self.is_in_time() && self.tally.wrong.is_empty() {
            self.wake(Instant::now())?;
            if Instant::now() >= next {
                self.strike()?;
                next = self.pause();
            }
            thread::sleep(POLL);
        }
        self.end()
    }

    fn start(&mut self) -> Result<Victim> {
        let drivers = Driver::of(self.place.database());
        let driver = drivers[self.rng.usize(..drivers.len())];
        let url = &self.scratch.urls[self.rng.usize(..self.scratch.urls.len())];
        Ok(Victim {
            worker: Worker::start(self.program, &job(driver, url, self.plan))?,
            stopped: None,
            was_silent: false,
        })
    }

    /// When to strike next.
    fn pause(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(self.rng.u64(20..500))
    }

    /// Lets everybody who is left come to an end.
    fn end(&mut self) -> Result<()> {
        // On a busy machine it may take long until one gets through.
        self.begun = Instant::now();
        self.wake(self.begun + self.plan.limit)?;
        while !self.workers.is_empty() && self.is_in_time() {
            self.reap(false)?;
            thread::sleep(POLL);
        }
        if !self.workers.is_empty() {
            self.tally.stuck += 1;
            let said = |victim: &Victim| victim.worker.said().pop();
            let said: Vec<String> = self.workers.iter().filter_map(said).collect();
            let said = said.join("\n    ");
            self.tally.wrong.push(format!("stuck:\n    {said}"));
        }
        Ok(())
    }

    fn is_in_time(&self) -> bool {
        self.begun.elapsed() < self.plan.limit
    }

    /// Takes those out that have ended, starts others in place of the killed ones, and says whether
    /// one has ended well.
    fn reap(&mut self, replace: bool) -> Result<bool> {
        let mut is_over = false;
        for index in (0..self.workers.len()).rev() {
            let Some(ended) = self.workers[index].worker.ended()? else {
                continue;
            };
            let victim = self.workers.swap_remove(index);
            match ended {
                Ended::Well => is_over = true,
                Ended::Killed => {}
                Ended::Failed(error) if victim.was_silent => {
                    *self.tally.cut_off.entry(error).or_default() += 1;
                }
                Ended::Failed(error) => {
                    let said = victim.worker.said();
                    let last = said.iter().rev().skip(1).take(SHOWN).rev();
                    let last: Vec<&str> = last.map(String::as_str).collect();
                    let before = last.join("\n    ");
                    self.tally
                        .wrong
                        .push(format!("{error}; before it:\n    {before}"));
                }
            }
            if replace && !is_over {
                let victim = self.start()?;
                self.workers.push(victim);
            }
        }
        Ok(is_over)
    }

    /// Lets those go on that were stopped until now.
    fn wake(&mut self, now: Instant) -> Result<()> {
        for victim in &mut self.workers {
            if victim.stopped.is_some_and(|until| until <= now) {
                victim.worker.signal(Signal::SIGCONT)?;
                victim.stopped = None;
            }
        }
        Ok(())
    }

    /// Kills a worker, or stops it for a while; every other time it is one that is at work.
    fn strike(&mut self) -> Result<()> {
        let at_work = |victim: &Victim| victim.worker.is_at_work() && victim.stopped.is_none();
        let working: Vec<usize> = (0..self.workers.len())
            .filter(|index| at_work(&self.workers[*index]))
            .collect();
        let Some(any) = self.rng.choice(0..self.workers.len()) else {
            return Ok(());
        };
        let index = match self.rng.choice(&working) {
            Some(index) if self.rng.bool() => *index,
            _ => any,
        };
        let is_kill = self.rng.u8(..10) < 6;
        let lease = u64::try_from(self.plan.lease.as_millis())?;
        let silence = Duration::from_millis(self.rng.u64(lease / 5..lease * 3));
        let victim = &mut self.workers[index];
        if is_kill {
            victim.worker.signal(Signal::SIGKILL)?;
            self.tally.kills += 1;
        } else if victim.stopped.is_none() {
            victim.worker.signal(Signal::SIGSTOP)?;
            victim.stopped = Some(Instant::now() + silence);
            victim.was_silent |= silence > self.plan.lease;
            self.tally.stops += 1;
        }
        Ok(())
    }
}

impl Tally {
    /// Whether nothing is wrong so far.
    pub fn is_well(&self) -> bool {
        self.lost + self.doubled + self.stuck == 0 && self.wrong.is_empty()
    }

    /// Looks at what is left of a round.
    fn look(&mut self, scratch: &Scratch, expected: &Left) -> Result<()> {
        let left = Left::of(&mut scratch.client()?)?;
        let difference = left.difference(expected);
        self.lost += difference.lost;
        self.doubled += difference.doubled;
        self.wrong.extend(difference.lines);
        self.takeovers += left.takeovers();
        Ok(())
    }
}

/// The columns of the line that a tally prints.
pub const COLUMNS: &str = "\
place            rounds  kills  stops  takeovers  cut off  lost  doubled  stuck  wrong  seconds";

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<16} {:>6} {:>6} {:>6} {:>10} {:>8} {:>5} {:>8} {:>6} {:>6} {:>8.0}",
            self.place,
            self.rounds,
            self.kills,
            self.stops,
            self.takeovers,
            self.cut_off.values().sum::<usize>(),
            self.lost,
            self.doubled,
            self.stuck,
            self.wrong.len(),
            self.took.as_secs_f64(),
        )?;
        for (error, times) in &self.cut_off {
            write!(f, "\n  {times} x cut off: {error}")?;
        }
        for wrong in &self.wrong {
            write!(f, "\n  WRONG: {wrong}")?;
        }
        Ok(())
    }
}
