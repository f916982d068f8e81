//! Servers that hold the same data.

pub(crate) mod galera;
pub(crate) mod group_replication;
pub(crate) mod standby;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::bed::Bed;
use crate::engine::{self, Engine};
use crate::process;
use crate::running::{Role, Running};

const NODES: usize = 3;
const JOIN: Duration = Duration::from_mins(2);

/// Starts the nodes of a cluster one after the other, unless all of them run: what is left of a
/// cluster would have to be repaired, and nobody needs its data.
fn start(
    bed: &mut Bed,
    cluster: &str,
    engine: &dyn Engine,
    settings: impl Fn(usize) -> Vec<(String, String)>,
    join: impl Fn(usize, &Running) -> Result<()>,
) -> Result<()> {
    let names: [String; NODES] = std::array::from_fn(|index| format!("{cluster}-{}", index + 1));
    if names.iter().all(|name| bed.find(name).is_some()) {
        return Ok(());
    }
    for name in &names {
        bed.stop(name)?;
    }
    for (index, name) in names.iter().enumerate() {
        let role = Role::Node(cluster.to_owned());
        let node = bed.create(name, engine, role, settings(index))?;
        join(index, &node).with_context(|| format!("{name} does not join"))?;
    }
    Ok(())
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

fn owned<const N: usize>(settings: [(&str, String); N]) -> Vec<(String, String)> {
    let settings = settings.into_iter();
    settings
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
