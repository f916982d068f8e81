//! The database servers of the tests: for people who type `cargo xtask servers`, and for the gate.

use std::process;

use anyhow::{Context, Result};
use clap::Subcommand;
use rungs_servers::{Role, Running, Tier};

/// Start, show and stop the database servers of the tests.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Servers {
    /// Install what is missing, and start the servers that do not run.
    Up {
        /// `standard` for what Debian packages, `wide` for other versions and clusters besides.
        #[arg(long, default_value = "standard")]
        tier: Tier,
    },
    /// Stop every server of this checkout and remove the data.
    Down,
    /// List the servers that run.
    Status,
}

pub(crate) fn run(servers: Servers) -> Result<()> {
    match servers {
        Servers::Up { tier } => print(&rungs_servers::up(tier)?),
        Servers::Down => rungs_servers::down(&[])?,
        Servers::Status => print(&rungs_servers::started()?),
    }
    Ok(())
}

/// What a step of the gate needs to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// The client libraries that drivers are linked with.
    Packages,
    /// Servers that run.
    Servers,
}

/// The servers that the gate starts when a step needs them, and stops when it ends. Those that ran
/// before go on running.
pub(crate) struct Gate {
    tier: Tier,
    /// What ran before, once servers are started.
    before: Option<Vec<Running>>,
}

impl Gate {
    pub(crate) fn new(tier: Tier) -> Self {
        Self { tier, before: None }
    }

    pub(crate) fn provide(&mut self, needs: Needs) -> Result<()> {
        match needs {
            Needs::Nothing => Ok(()),
            Needs::Packages => rungs_servers::install_packages(self.tier),
            Needs::Servers => self.start(),
        }
    }

    fn start(&mut self) -> Result<()> {
        if self.before.is_none() {
            let before = rungs_servers::started()?;
            self.before = Some(before.clone());
            let stop = move || {
                stop(&before);
                process::exit(130);
            };
            ctrlc::set_handler(stop).context("cannot listen for Ctrl-C")?;
            print(&rungs_servers::up(self.tier)?);
        }
        Ok(())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            stop(before);
        }
    }
}

fn stop(before: &[Running]) {
    match rungs_servers::down(before) {
        Ok(()) => println!("\nthe servers that were started are stopped"),
        Err(error) => println!("\nnot every server is stopped: {error:#}"),
    }
}

fn print(servers: &[Running]) {
    if servers.is_empty() {
        println!("no server runs; `cargo xtask servers up` starts them");
    }
    let rows: Vec<_> = servers.iter().map(row).collect();
    let widths: [usize; 4] = std::array::from_fn(|column| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default()
    });
    for row in rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }
}

fn row(server: &Running) -> [String; 4] {
    let role = match server.role() {
        Role::Single => String::new(),
        Role::Pooler(of) => format!("pooler of {of}"),
        Role::Node(cluster) => format!("node of {cluster}"),
        Role::Standby(of) => format!("standby of {of}"),
    };
    let process = if server.is_alive() {
        format!("process {}", server.pid())
    } else {
        "ended".to_owned()
    };
    [server.name().to_owned(), server.admin_url(), process, role]
}
