//! Galera: nodes of `MariaDB`, each of which can be written to.

use anyhow::Result;

use super::{Group, NODES, ports};
use crate::engine::Engine;
use crate::mariadb::MariaDb;
use crate::running::{HOST, Running};

const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";
const STATE: &str = "select concat(state.variable_value, ' ', size.variable_value) \
    from information_schema.global_status state join information_schema.global_status size \
    where state.variable_name = 'wsrep_local_state_comment' \
    and size.variable_name = 'wsrep_cluster_size'";

pub(super) struct Galera {
    engine: MariaDb,
    /// Where nodes talk to each other.
    group: [u16; NODES],
    /// Where a node takes what it missed.
    increment: [u16; NODES],
    /// Where a node takes everything.
    snapshot: [u16; NODES],
}

impl Galera {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            engine: MariaDb::debian(),
            group: ports()?,
            increment: ports()?,
            snapshot: ports()?,
        })
    }
}

impl Group for Galera {
    fn name(&self) -> &'static str {
        "galera"
    }

    fn engine(&self) -> &dyn Engine {
        &self.engine
    }

    fn settings(&self, node: usize, members: usize) -> Vec<(&'static str, String)> {
        let nodes = self.group.map(|port| format!("{HOST}:{port}"));
        // Who is given no address begins a cluster.
        let known = if members == 1 {
            String::new()
        } else {
            nodes.join(",")
        };
        let increment = self.increment[node];
        vec![
            ("wsrep-on", "ON".to_owned()),
            ("wsrep-provider", PROVIDER.to_owned()),
            ("wsrep-cluster-address", format!("gcomm://{known}")),
            ("wsrep-node-address", nodes[node].clone()),
            ("wsrep-sst-method", "rsync".to_owned()),
            (
                "wsrep-sst-receive-address",
                format!("{HOST}:{}", self.snapshot[node]),
            ),
            (
                "wsrep-provider-options",
                format!(
                    "gmcast.listen_addr=tcp://{};ist.recv_addr={HOST}:{increment};gcache.size=32M",
                    nodes[node]
                ),
            ),
            ("binlog-format", "ROW".to_owned()),
            ("innodb-autoinc-lock-mode", "2".to_owned()),
        ]
    }

    fn join(&self, _: &Running, _: usize) -> Result<()> {
        // Its settings have told it.
        Ok(())
    }

    fn state(&self, members: usize) -> (&'static str, String) {
        (STATE, format!("Synced {members}"))
    }
}
