//! `rungs-faults`: the long runs, and the worker that all runs start.

#![expect(clippy::print_stdout, reason = "printing is what the program is for")]

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use rungs::Database;
use rungs_faults::cut::{self, Moment};
use rungs_faults::index::{self, Fate};
use rungs_faults::kill::{self, Plan};
use rungs_faults::network::Network;
use rungs_faults::place::Place;
use rungs_faults::positions::{self, Way};
use rungs_faults::worker::{Job, this_program};
use rungs_faults::{node_kill, server_kill, standby, starters};
use rungs_servers::{Cluster, Options, Server};

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
        /// The lease in milliseconds.
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
    /// Kill nodes of clusters at random moments.
    NodeKill {
        /// Which clusters to start.
        #[arg(long, required = true)]
        engine: Vec<PrivateCluster>,
        /// How many nodes of each are killed, one at a time.
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
        /// What happens to the one that builds it; everything unless said otherwise.
        #[arg(long)]
        fate: Vec<Fate>,
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

/// A cluster that is started for a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum PrivateCluster {
    Galera,
    GroupReplication,
}

impl PrivateCluster {
    fn start(self) -> Result<Cluster> {
        match self {
            Self::Galera => Cluster::galera(),
            Self::GroupReplication => Cluster::group_replication(),
        }
    }
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
    let mut runs = Runs {
        program: this_program()?,
        are_well: true,
    };
    runs.run(Arguments::parse())?;
    Ok(ExitCode::from(u8::from(!runs.are_well)))
}

/// What was run so far.
struct Runs {
    program: PathBuf,
    are_well: bool,
}

impl Runs {
    fn run(&mut self, arguments: Arguments) -> Result<()> {
        match arguments {
            Arguments::Worker(job) => self.are_well = job.run(),
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
                self.kill(&engine, &plan)?;
            }
            Arguments::Starters {
                engine,
                rounds,
                processes,
            } => self.starters(&engine, processes, rounds)?,
            Arguments::ServerKill {
                engine,
                kills,
                seed,
            } => self.server_kill(&engine, kills, seed)?,
            Arguments::NodeKill {
                engine,
                kills,
                seed,
            } => self.node_kill(&engine, kills, seed)?,
            Arguments::Positions { engine } => self.positions(&engine)?,
            Arguments::Index {
                engine,
                rounds,
                fate,
            } => self.index(&engine, rounds, &fate)?,
            Arguments::Cut { engine } => self.cut(&engine)?,
            Arguments::CutWithin { engine, network } => self.cut_within(engine, network)?,
            Arguments::Standby => self.standby()?,
        }
        Ok(())
    }

    fn standby(&mut self) -> Result<()> {
        let standby = rungs_servers::standby();
        let missing = "no standby runs; type `cargo xtask servers up --tier wide`";
        standby::run(&standby.context(missing)?)?;
        self.print(
            "a standby that is behind is told from one that follows",
            true,
        );
        Ok(())
    }

    fn kill(&mut self, engines: &[String], plan: &Plan) -> Result<()> {
        self.print(kill::COLUMNS, true);
        for engine in engines {
            let tally = kill::run(&self.program, &Place::find(engine)?, plan)?;
            self.print(&tally, tally.is_well());
        }
        Ok(())
    }

    fn starters(&mut self, engines: &[String], processes: usize, rounds: usize) -> Result<()> {
        self.print(starters::COLUMNS, true);
        for engine in engines {
            let place = Place::find(engine)?;
            let tally = starters::run(&self.program, &place, processes, rounds)?;
            self.print(&tally, tally.is_well());
        }
        Ok(())
    }

    fn server_kill(&mut self, engines: &[Private], kills: usize, seed: u64) -> Result<()> {
        self.print(server_kill::COLUMNS, true);
        for engine in engines {
            let tally = server_kill::run(&self.program, engine.options(), kills, seed)?;
            self.print(&tally, tally.is_well());
        }
        Ok(())
    }

    fn node_kill(&mut self, engines: &[PrivateCluster], kills: usize, seed: u64) -> Result<()> {
        self.print(node_kill::COLUMNS, true);
        for engine in engines {
            let tally = node_kill::run(&self.program, &mut engine.start()?, kills, seed)?;
            self.print(&tally, tally.is_well());
        }
        Ok(())
    }

    fn positions(&mut self, engines: &[Private]) -> Result<()> {
        for engine in engines {
            let mut server = Server::start(engine.options().durable())?;
            for position in positions::positions() {
                for way in [Way::Client, Way::Session] {
                    let place = Place::of(server.running());
                    let outcome = positions::run(&self.program, &place, way, position)?;
                    self.print(&outcome, outcome.is_well());
                }
                let outcome = positions::run_with(&self.program, &mut server, position)?;
                self.print(&outcome, outcome.is_well());
            }
        }
        Ok(())
    }

    fn index(&mut self, engines: &[String], rounds: usize, fates: &[Fate]) -> Result<()> {
        let fates = if fates.is_empty() {
            Fate::value_variants()
        } else {
            fates
        };
        for engine in engines {
            let place = Place::find(engine)?;
            for fate in fates {
                let tries = (0..rounds).map(|_| index::run(&self.program, &place, *fate));
                let errors: Vec<_> = tries.filter_map(Result::err).collect();
                let good = rounds - errors.len();
                self.print(
                    format!("{place}, {fate:?}: {good} of {rounds}"),
                    errors.is_empty(),
                );
                for error in errors {
                    self.print(format!("  WRONG: {error:#}"), false);
                }
            }
        }
        Ok(())
    }

    fn cut(&mut self, engines: &[Private]) -> Result<()> {
        for engine in engines {
            let name = engine.to_possible_value();
            let name = name.as_ref().map_or("", |name| name.get_name());
            self.are_well &= cut::within_network(&self.program, &["cut-within", name])?;
        }
        Ok(())
    }

    fn cut_within(&mut self, engine: Private, network: u32) -> Result<()> {
        let network = Network::of(network);
        for moment in Moment::of(engine.database()) {
            let outcome = cut::run(&self.program, &network, engine.reachable(), *moment)?;
            self.print(outcome, true);
        }
        Ok(())
    }

    fn print(&mut self, line: impl Display, is_well: bool) {
        println!("{line}");
        self.are_well &= is_well;
    }
}
