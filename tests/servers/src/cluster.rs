//! Servers that hold the same data.

mod galera;
mod group_replication;
pub(crate) mod standby;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bed::{Bed, Private};
use crate::engine::{self, Engine, Site};
use crate::process;
use crate::running::{Role, Running};
use galera::Galera;
use group_replication::GroupReplication;

const NODES: usize = 3;
const JOIN: Duration = Duration::from_mins(2);

/// How servers become a cluster.
trait Group {
    fn name(&self) -> &'static str;

    fn engine(&self) -> &dyn Engine;

    /// What a node is told at its start; as the only member it begins a cluster.
    fn settings(&self, node: usize, members: usize) -> Vec<(&'static str, String)>;

    /// Tells a server to become a member of a cluster that has so many with it.
    fn join(&self, server: &Running, members: usize) -> Result<()>;

    /// What is asked of a member, and what one of a cluster with so many answers.
    fn state(&self, members: usize) -> (&'static str, String);
}

/// Starts a shared Galera cluster, unless it runs.
pub(crate) fn galera(bed: &mut Bed) -> Result<()> {
    up(bed, &Galera::new()?)
}

/// Starts a shared group, unless it runs.
pub(crate) fn group_replication(bed: &mut Bed) -> Result<()> {
    up(bed, &GroupReplication::new()?)
}

/// Starts all nodes unless all of them run and know each other: what is left of a cluster would have
/// to be repaired, and nobody needs its data.
fn up(bed: &mut Bed, group: &dyn Group) -> Result<()> {
    let (question, expected) = group.state(NODES);
    let is_member = |server: &Running| server.ask(question).is_ok_and(|answer| answer == expected);
    let is_up = |node| bed.find(&name(group, node)).is_some_and(is_member);
    if (0..NODES).all(is_up) {
        return Ok(());
    }
    for node in 0..NODES {
        bed.stop(&name(group, node))?;
    }
    for node in 0..NODES {
        let site = bed.site(&name(group, node))?;
        group.engine().initialise(&site)?;
        start(bed, group, node, &site, node + 1)?;
    }
    Ok(())
}

/// A cluster of three nodes that belongs to one test, which may kill some of them; it ends when it
/// is dropped.
pub struct Cluster {
    bed: Private,
    group: Box<dyn Group>,
    nodes: Vec<(Site, Running)>,
}

impl Cluster {
    /// Nodes of `MariaDB`, each of which can be written to.
    pub fn galera() -> Result<Self> {
        Self::start(Box::new(Galera::new()?))
    }

    /// Nodes of the `MySQL` of the wide tier, each of which can be written to.
    pub fn group_replication() -> Result<Self> {
        Self::start(Box::new(GroupReplication::new()?))
    }

    fn start(group: Box<dyn Group>) -> Result<Self> {
        let bed = Private::new()?;
        let nodes = Vec::new();
        // First of all, so that a failure drops what was started.
        let mut cluster = Self { bed, group, nodes };
        for node in 0..NODES {
            let mut site = cluster.bed.site(&name(&*cluster.group, node))?;
            site.durable = true;
            cluster.group.engine().initialise(&site)?;
            let server = start(&mut cluster.bed, &*cluster.group, node, &site, node + 1)?;
            cluster.nodes.push((site, server));
        }
        Ok(cluster)
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.group.name()
    }

    /// All nodes, also those that were killed.
    pub fn nodes(&self) -> impl Iterator<Item = &Running> {
        self.nodes.iter().map(|(_, server)| server)
    }

    /// The node of this number, counted from 0.
    ///
    /// # Panics
    ///
    /// Panics when there is no such node.
    pub fn node(&self, node: usize) -> &Running {
        &self.nodes[node].1
    }

    /// Ends a node as a loss of power would.
    pub fn kill(&self, node: usize) -> Result<()> {
        let server = self.node(node);
        process::kill(server.pid, &server.folder)
    }

    /// Starts a node that was killed, and waits until the others, one of which must run, have
    /// brought it up to date.
    pub fn rejoin(&mut self, node: usize) -> Result<()> {
        let (site, server) = &mut self.nodes[node];
        self.bed.stop(&server.name)?;
        let others = self.bed.servers().iter().filter(|other| other.is_alive());
        let others = others.count();
        ensure!(others > 0, "no other node runs");
        *server = start(&mut self.bed, &*self.group, node, site, others + 1)?;
        Ok(())
    }
}

fn name(group: &dyn Group, node: usize) -> String {
    format!("{}-{}", group.name(), node + 1)
}

/// Starts a node on its data and makes it a member of a cluster that has so many with it.
fn start(
    bed: &mut Bed,
    group: &dyn Group,
    node: usize,
    site: &Site,
    members: usize,
) -> Result<Running> {
    let name = name(group, node);
    let mut site = site.clone();
    let settings = group.settings(node, members).into_iter();
    site.settings = settings
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let role = Role::Node(group.name().to_owned());
    let started = bed.start(&name, group.engine(), &site, role);
    let server = started.with_context(|| format!("cannot start {name}"))?;
    let (question, expected) = group.state(members);
    let joined = group.join(&server, members);
    let joined = joined.and_then(|()| await_answer(&server, question, &expected));
    joined.with_context(|| format!("{name} does not join"))?;
    Ok(server)
}

/// Waits until a server gives this answer.
fn await_answer(server: &Running, sql: &str, expected: &str) -> Result<()> {
    let mut last = String::new();
    let is_so = process::wait_until(JOIN, || {
        last = match server.ask(sql) {
            Ok(answer) => answer,
            Err(error) => format!("{error:#}"),
        };
        last == expected
    });
    let name = &server.name;
    ensure!(
        is_so,
        "{name} answers `{last}` to `{sql}` instead of `{expected}`"
    );
    Ok(())
}

/// A free port for each node.
fn ports() -> Result<[u16; NODES]> {
    let mut ports = [0; NODES];
    for port in &mut ports {
        *port = engine::free_port()?;
    }
    Ok(ports)
}
