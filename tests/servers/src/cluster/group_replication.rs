//! Group Replication: three nodes of `MySQL`, each of which can be written to.

use anyhow::Result;

use super::{await_answer, owned, ports, start};
use crate::bed::Bed;
use crate::mysql::MySql;
use crate::running::HOST;

/// Any UUID will do: a group is what its members call it.
const GROUP: &str = "8e7a4c1e-52f5-4b0f-9d1c-2f1b7a6e9c35";
const BOOTSTRAP: &str = "set global group_replication_bootstrap_group = on;\
    start group_replication;\
    set global group_replication_bootstrap_group = off";
const JOIN: &str = "change replication source to source_user = 'root', source_password = '' \
    for channel 'group_replication_recovery';\
    start group_replication";

pub(crate) fn up(bed: &mut Bed) -> Result<()> {
    let group = ports()?;
    let seeds = group.map(|port| format!("{HOST}:{port}"));
    let settings = |node: usize| {
        owned([
            ("server-id", (node + 1).to_string()),
            ("gtid-mode", "ON".to_owned()),
            ("enforce-gtid-consistency", "ON".to_owned()),
            ("report-host", HOST.to_owned()),
            ("plugin-load-add", "group_replication.so".to_owned()),
            ("group-replication-group-name", GROUP.to_owned()),
            ("group-replication-local-address", seeds[node].clone()),
            ("group-replication-group-seeds", seeds.join(",")),
            ("group-replication-start-on-boot", "OFF".to_owned()),
            ("group-replication-single-primary-mode", "OFF".to_owned()),
            (
                "group-replication-enforce-update-everywhere-checks",
                "ON".to_owned(),
            ),
        ])
    };
    start(
        bed,
        "group-replication",
        &MySql::debian()?,
        settings,
        |node, server| {
            let join = if node == 0 { BOOTSTRAP } else { JOIN };
            server.ask(join)?;
            let members = "select count(*) from performance_schema.replication_group_members \
            where member_state = 'ONLINE' and member_role = 'PRIMARY'";
            await_answer(server, members, &(node + 1).to_string())
        },
    )
}
