//! `rungs-faults`: the long runs, and the worker that all runs start.

#![expect(clippy::print_stdout, reason = "printing is what the program is for")]

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use rungs_faults::kill::{self, Plan};
use rungs_faults::place::Place;
use rungs_faults::starters;
use rungs_faults::worker::{Job, this_program};

/// Makes faults on purpose, and looks at what is left.
#[derive(Parser)]
enum Arguments {
    /// Upgrade a database; what the other commands start.
    Worker(Job),
    /// Kill and stop workers at random moments.
    Kill {
        /// Where; the beginning of the name of a server.
        #[arg(long, required = true)]
        engine: Vec<String>,
        /// How many workers to kill on each.
        #[arg(long, default_value_t = 300)]
        kills: usize,
        /// What the random numbers begin with.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many workers at a time.
        #[arg(long, default_value_t = 6)]
        processes: usize,
    },
    /// Start many processes at once on an empty database.
    Starters {
        /// Where; the beginning of the name of a server.
        #[arg(long, required = true)]
        engine: Vec<String>,
        /// How many times.
        #[arg(long, default_value_t = 20)]
        rounds: usize,
        /// How many processes.
        #[arg(long, default_value_t = 16)]
        processes: usize,
    },
}

fn main() -> Result<ExitCode> {
    let program = this_program()?;
    let mut is_well = true;
    match Arguments::parse() {
        Arguments::Worker(job) => is_well = job.run(),
        Arguments::Kill {
            engine,
            kills,
            seed,
            processes,
        } => {
            let plan = Plan {
                kills,
                seed,
                processes,
                ..Plan::default()
            };
            println!("{}", kill::COLUMNS);
            for engine in engine {
                let tally = kill::run(&program, &Place::find(&engine)?, &plan)?;
                println!("{tally}");
                is_well &= tally.is_well();
            }
        }
        Arguments::Starters {
            engine,
            rounds,
            processes,
        } => {
            println!("{}", starters::COLUMNS);
            for engine in engine {
                let tally = starters::run(&program, &Place::find(&engine)?, processes, rounds)?;
                println!("{tally}");
                is_well &= tally.is_well();
            }
        }
    }
    Ok(ExitCode::from(u8::from(!is_well)))
}
