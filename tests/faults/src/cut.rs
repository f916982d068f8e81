//! The network between a client that migrates and its server is cut: how long it takes until
//! another client goes on.

use std::fmt;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use nix::sys::signal::Signal;
use rungs::Database;
use rungs_servers::{Options, Server};

use crate::driver::Driver;
use crate::network::{CLIENT, Network, SERVER};
use crate::place::{Client, Place, Scratch};
use crate::table::Table;
use crate::waiting::until_so;
use crate::worker::{Ended, Job, Worker};

/// When it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// During a long statement in a transaction; the reply to it is never acknowledged.
    InTransaction,
    /// During a long statement of a migration outside a transaction.
    Outside,
    /// While the client holds a migration outside a transaction and does nothing.
    Idle,
}

impl Moment {
    /// Those that there are: on MySQL a whole migration is one message, and the server does the rest
    /// of it without the client.
    pub fn of(database: Database) -> &'static [Self] {
        match database {
            Database::Mysql => &[Self::InTransaction, Self::Outside],
            _ => &[Self::InTransaction, Self::Outside, Self::Idle],
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    place: String,
    moment: Moment,
    /// From the cut until another client had finished.
    after: Duration,
}

/// Makes a network, and calls this program again in the namespace of the server, with these
/// arguments and the number of the network.
pub fn within_network(program: &Path, arguments: &[&str]) -> Result<bool> {
    let network = Network::make()?;
    let mut command = Command::new("ip");
    command
        .args(["netns", "exec", &network.server()])
        .arg(program);
    let status = command
        .args(arguments)
        .arg(network.id().to_string())
        .status();
    Ok(status
        .context("cannot enter a network namespace")?
        .success())
}

/// In the namespace of the server: starts it, and cuts the network at a moment.
pub fn run(program: &Path, network: &Network, options: Options, moment: Moment) -> Result<Outcome> {
    let server = start(options)?;
    let place = Place::of(server.running());
    let scratch = place.create()?;
    let url = reachable(&server, &scratch)?;
    let job = Job::new(Driver::of(place.database())[0], &url, Table::Long);
    let mut old = scratch.client()?;
    if moment == Moment::Idle {
        // Building an index waits for those who may not see it.
        old.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")?;
    }
    let cut_off = Worker::start_within(&network.client(), program, &job)?;
    let mut looker = scratch.client()?;
    match moment {
        Moment::Idle => await_idle(&mut looker, old, &cut_off)?,
        _ => await_statement(&mut looker, moment)?,
    }
    network.cut()?;
    let cut = Instant::now();
    let ended = Worker::start(program, &job)?.wait();
    let after = cut.elapsed();
    network.mend()?;
    let ended = ended?;
    ensure!(ended == Ended::Well, "another client: {ended:?}");
    for tag in ["inside", "outside"] {
        let times = looker.number(&format!("SELECT count(*) FROM entry WHERE tag = '{tag}'"))?;
        ensure!(times == 1, "{tag}: {times} times");
    }
    Ok(Outcome {
        place: place.to_string(),
        moment,
        after,
    })
}

/// A server that can be reached from another namespace.
fn start(options: Options) -> Result<Server> {
    let server = Server::start(options)?;
    if Place::of(server.running()).database() == Database::Mysql {
        let mut admin = Client::connect(&server.running().admin_url())?;
        admin.ask("CREATE USER far IDENTIFIED BY ''; GRANT ALL ON *.* TO far")?;
        return Ok(server);
    }
    let rules = server.running().folder().join("data/pg_hba.conf");
    writeln!(
        File::options().append(true).open(rules)?,
        "host all all {CLIENT}/32 trust\nhost all all {SERVER}/32 trust"
    )?;
    Client::connect(&server.running().admin_url())?.ask("SELECT pg_reload_conf()")?;
    Ok(server)
}

/// The address of a database for clients elsewhere.
fn reachable(server: &Server, scratch: &Scratch) -> Result<String> {
    let (_, database) = scratch.urls[0].rsplit_once('/').context("a URL")?;
    let port = server.running().port();
    let (scheme, user) = match Place::of(server.running()).database() {
        Database::Mysql => ("mysql", "far"),
        _ => ("postgres", "postgres"),
    };
    Ok(format!("{scheme}://{user}@{SERVER}:{port}/{database}"))
}

fn await_statement(looker: &mut Client, moment: Moment) -> Result<()> {
    // The text of a message is cut before the place of the statement.
    let sleeping = match looker {
        Client::Postgres(_) => "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
        Client::Mysql(_) => {
            "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
        }
    };
    // The first long statement is the one in a transaction, which nobody sees before it ends.
    let inside = "SELECT count(*) FROM entry WHERE tag = 'inside'";
    let expected = usize::from(moment == Moment::Outside);
    until_so("the table is there", || Ok(looker.ask(inside).is_ok()))?;
    until_so("the statement runs", || {
        Ok(looker.number(inside)? == expected && looker.number(sleeping)? == 1)
    })
}

/// Stops the worker while its index is built, and waits until it is.
fn await_idle(looker: &mut Client, old: Client, worker: &Worker) -> Result<()> {
    let building = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' \
                    AND pid <> pg_backend_pid() AND query LIKE '%CREATE INDEX CONCURRENTLY%'";
    until_so("the index is being built", || {
        Ok(looker.number(building)? == 1)
    })?;
    worker.signal(Signal::SIGSTOP)?;
    drop(old);
    until_so("the index is built", || Ok(looker.number(building)? == 0))
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            place,
            moment,
            after,
        } = self;
        write!(
            f,
            "{place}, cut {moment:?}: another client is done after {after:.1?}"
        )
    }
}
