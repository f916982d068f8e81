//! `rungs-faults`: the long runs, and the worker that all runs start.

#![expect(clippy::print_stdout, reason = "printing is what the program is for")]

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use rungs::Database;
use rungs_faults::cut::{self, Moment};
use rungs_faults::index::{self, Fate};
use rungs_faults::kill::{self, Plan};
use rungs_faults::network::Network;
use rungs_faults::place::Place;
use rungs_faults::positions::{self, Way};
use rungs_faults::worker::{Job, this_program};
use rungs_faults::{server_kill, standby, starters};
use rungs_servers::{Options, Server};

/// Makes faults on purpose, and looks at what is left.
#[derive(Parser)]
enum Arguments {
    /// Upgrade a database; what the other commands start.
    Worker(Job),
    /// Kill and stop workers at random moments.
    Kill {
        /// Where: the beginning of the name of a server, or the name of a cluster.
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
        /// The lease in milliseconds; in a cluster it must be longer than the longest statement.
        #[arg(long, default_value_t = 1000)]
        lease: u64,
    },
    /// Start many processes at once on an empty database.
    Starters {
        /// Where: the beginning of the name of a server, or the name of a cluster.
        #[arg(long, required = true)]
        engine: Vec<String>,
        /// How many times.
        #[arg(long, default_value_t = 20)]
        rounds: usize,
        /// How many processes.
        #[arg(long, default_value_t = 16)]
        processes: usize,
    },
    /// Kill servers at random moments.
    ServerKill {
        /// Which servers to start.
        #[arg(long, required = true)]
        engine: Vec<Private>,
        /// How often each is killed.
        #[arg(long, default_value_t = 30)]
        kills: usize,
        /// What the random numbers begin with.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Break a migration of MySQL off at each of its statements, in each way.
    Positions {
        /// Which servers to start.
        #[arg(long, required = true)]
        engine: Vec<Private>,
    },
    /// Build an index concurrently with others waiting, cancelled, ended, killed.
    Index {
        /// Where: the beginning of the name of a server.
        #[arg(long, required = true)]
        engine: Vec<String>,
        /// How often for each.
        #[arg(long, default_value_t = 20)]
        rounds: usize,
    },
    /// Cut the network between a client and its server; needs root.
    Cut {
        /// Which servers to start.
        #[arg(long, required = true)]
        engine: Vec<Private>,
    },
    /// The part of `cut` that runs in the network namespace of the server.
    #[command(hide = true)]
    CutWithin { engine: Private, network: u32 },
    /// Ask a standby that does not follow.
    Standby,
}

/// A server that is started for a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Private {
    Postgres,
    Mariadb,
    Mysql,
}

impl Private {
    fn options(self) -> Options {
        match self {
            Self::Postgres => Options::postgres(),
            Self::Mariadb => Options::mariadb(),
            Self::Mysql => Options::mysql(),
        }
    }

    fn database(self) -> Database {
        match self {
            Self::Postgres => Database::Postgres,
            Self::Mariadb | Self::Mysql => Database::Mysql,
        }
    }

    /// For a server that is reached from elsewhere, too.
    fn reachable(self) -> Options {
        match self {
            Self::Postgres => self.options().set("listen_addresses", "*"),
            Self::Mariadb | Self::Mysql => self
                .options()
                .set("bind-address", "0.0.0.0")
                .set("skip-name-resolve", "ON"),
        }
    }
}

fn main() -> Result<ExitCode> {
    let program = this_program()?;
    let is_well = run(&program, Arguments::parse())?;
    Ok(ExitCode::from(u8::from(!is_well)))
}

fn run(program: &Path, arguments: Arguments) -> Result<bool> {
    let mut is_well = true;
    let mut print = |line: &dyn Display, is_line_well: bool| {
        println!("{line}");
        is_well &= is_line_well;
    };
    match arguments {
        Arguments::Worker(job) => is_well = job.run(),
        Arguments::Kill {
            engine,
            kills,
            seed,
            processes,
            lease,
        } => {
            let plan = Plan {
                kills,
                seed,
                processes,
                lease: Duration::from_millis(lease),
                ..Plan::default()
            };
            print(&kill::COLUMNS, true);
            for engine in engine {
                let tally = kill::run(program, &Place::find(&engine)?, &plan)?;
                print(&tally, tally.is_well());
            }
        }
        Arguments::Starters {
            engine,
            rounds,
            processes,
        } => {
            print(&starters::COLUMNS, true);
            for engine in engine {
                let tally = starters::run(program, &Place::find(&engine)?, processes, rounds)?;
                print(&tally, tally.is_well());
            }
        }
        Arguments::ServerKill {
            engine,
            kills,
            seed,
        } => {
            print(&server_kill::COLUMNS, true);
            for engine in engine {
                let tally = server_kill::run(program, engine.options(), kills, seed)?;
                print(&tally, tally.is_well());
            }
        }
        Arguments::Positions { engine } => {
            for engine in engine {
                let mut server = Server::start(engine.options().durable())?;
                for position in positions::positions() {
                    for way in [Way::Client, Way::Session] {
                        let place = Place::of(server.running());
                        let outcome = positions::run(program, &place, way, position)?;
                        print(&outcome, outcome.is_well());
                    }
                    let outcome = positions::run_with(program, &mut server, position)?;
                    print(&outcome, outcome.is_well());
                }
            }
        }
        Arguments::Index { engine, rounds } => {
            for engine in engine {
                for fate in Fate::value_variants() {
                    let line = index_line(program, &engine, *fate, rounds)?;
                    print(&line.0, line.1);
                }
            }
        }
        Arguments::Cut { engine } => {
            for engine in engine {
                let name = engine.to_possible_value();
                let name = name.as_ref().map_or("", |name| name.get_name());
                is_well &= cut::within_network(program, &["cut-within", name])?;
            }
        }
        Arguments::CutWithin { engine, network } => {
            let network = Network::of(network);
            for moment in Moment::of(engine.database()) {
                let outcome = cut::run(program, &network, engine.reachable(), *moment)?;
                print(&outcome, true);
            }
        }
        Arguments::Standby => {
            standby::run()?;
            print(
                &"a standby that is behind is told from one that follows",
                true,
            );
        }
    }
    Ok(is_well)
}

fn index_line(program: &Path, engine: &str, fate: Fate, rounds: usize) -> Result<(String, bool)> {
    let place = Place::find(engine)?;
    let mut errors = Vec::new();
    for _ in 0..rounds {
        errors.extend(index::run(program, &place, fate).err());
    }
    let mut line = format!("{place}, {fate:?}: {} of {rounds}", rounds - errors.len());
    for error in &errors {
        line += &format!("\n  WRONG: {error:#}");
    }
    Ok((line, errors.is_empty()))
}
