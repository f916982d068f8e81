//! `cargo xtask test` runs everything that must pass before a change is merged.

#![expect(clippy::print_stdout, reason = "printing is what the gate is for")]

mod examples;
mod licences;
mod powerset;
mod rules;
mod servers;
mod shell;
mod size;
mod steps;
mod workspace;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use rungs_servers::Tier;

use crate::servers::{Gate, Servers};
use crate::steps::{STEPS, Step};
use crate::workspace::Workspace;

/// Checks of the rungs repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Arguments {
    /// Run the gate, or only the steps that are named, and stop at the first failure.
    Test {
        /// Steps to run, in the order of the gate; all of them when none is named.
        #[arg(value_name = "STEP", value_parser = Step::NAMES)]
        steps: Vec<String>,
        /// The servers to test against: `standard`, or `wide` for other versions and clusters
        /// besides.
        #[arg(long, default_value = "standard")]
        tier: Tier,
    },
    /// List the steps of the gate.
    List,
    /// Build small programs with and without migrations, and print how large they are.
    Size {
        /// How many crates to compile at a time.
        #[arg(long, short)]
        jobs: Option<u32>,
    },
    /// Start, show and stop the database servers of the tests.
    #[command(subcommand)]
    Servers(Servers),
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse() {
        Arguments::Test { steps, tier } => test(&steps, tier),
        Arguments::List => {
            for step in STEPS {
                println!("{:<10} {}", step.name, step.about);
            }
            Ok(ExitCode::SUCCESS)
        }
        Arguments::Size { jobs } => size::run(jobs).map(|()| ExitCode::SUCCESS),
        Arguments::Servers(servers) => servers::run(servers).map(|()| ExitCode::SUCCESS),
    }
}

fn test(names: &[String], tier: Tier) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::load()?;
    let is_named = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(is_named).collect();
    let mut gate = Gate::new(tier);
    let mut durations = Vec::new();
    for step in &steps {
        println!("\n=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let provided = gate.provide(step.needs);
        let outcome = provided.and_then(|()| (step.run)(&workspace));
        durations.push(start.elapsed());
        if let Err(error) = outcome {
            println!("\n{error:#}");
            summarize(&steps, &durations, true);
            return Ok(ExitCode::FAILURE);
        }
    }
    summarize(&steps, &durations, false);
    Ok(ExitCode::SUCCESS)
}

/// Prints one line a step; with `failed`, the last one that ran is the one that did.
fn summarize(steps: &[&Step], durations: &[Duration], failed: bool) {
    println!("\n=== summary");
    for (index, step) in steps.iter().enumerate() {
        let outcome = match durations.get(index) {
            None => "not run".to_owned(),
            Some(_) if failed && index + 1 == durations.len() => "FAILED".to_owned(),
            Some(duration) => format!("{:>6.1} s", duration.as_secs_f64()),
        };
        println!("{:<10} {outcome:>8}", step.name);
    }
    let total: Duration = durations.iter().sum();
    let verdict = if failed { "failed" } else { "passed" };
    println!("{verdict} after {:.1} s", total.as_secs_f64());
}
