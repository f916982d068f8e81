//! Galera: three nodes of `MariaDB`, each of which can be written to.

use anyhow::Result;

use super::{await_answer, owned, ports, start};
use crate::bed::Bed;
use crate::mariadb::MariaDb;
use crate::running::HOST;

const PROVIDER: &str = "/usr/lib/galera/libgalera_smm.so";

pub(crate) fn up(bed: &mut Bed) -> Result<()> {
    let (group, state, transfer) = (ports()?, ports()?, ports()?);
    let settings = |node: usize| {
        let first = format!("{HOST}:{}", group[0]);
        // The first node finds nobody and begins a cluster of its own.
        let members = if node == 0 { String::new() } else { first };
        owned([
            ("wsrep-on", "ON".to_owned()),
            ("wsrep-provider", PROVIDER.to_owned()),
            ("wsrep-cluster-address", format!("gcomm://{members}")),
            ("wsrep-node-address", format!("{HOST}:{}", group[node])),
            ("wsrep-sst-method", "rsync".to_owned()),
            (
                "wsrep-sst-receive-address",
                format!("{HOST}:{}", transfer[node]),
            ),
            (
                "wsrep-provider-options",
                format!(
                    "gmcast.listen_addr=tcp://{HOST}:{};ist.recv_addr={HOST}:{};gcache.size=32M",
                    group[node], state[node]
                ),
            ),
            ("binlog-format", "ROW".to_owned()),
            ("innodb-autoinc-lock-mode", "2".to_owned()),
        ])
    };
    start(
        bed,
        "galera",
        &MariaDb::debian(),
        settings,
        |node, server| {
            let size = "select concat(s.variable_value, ' ', n.variable_value) \
            from information_schema.global_status s join information_schema.global_status n \
            where s.variable_name = 'wsrep_local_state_comment' \
            and n.variable_name = 'wsrep_cluster_size'";
            await_answer(server, size, &format!("Synced {}", node + 1))
        },
    )
}
