//! Group Replication: nodes of `MySQL`, each of which can be written to.

use anyhow::Result;

use super::{Group, NODES, ports};
use crate::engine::Engine;
use crate::mysql::MySql;
use crate::running::{HOST, Running};

/// Any UUID will do: a group is whoever listens at the addresses that its members know.
const NAME: &str = "8e7a4c1e-52f5-4b0f-9d1c-2f1b7a6e9c35";
const BOOTSTRAP: &str = "set global group_replication_bootstrap_group = on;\
    start group_replication;\
    set global group_replication_bootstrap_group = off";
const JOIN: &str = "change replication source to source_user = 'root', source_password = '' \
    for channel 'group_replication_recovery';\
    start group_replication";
const MEMBERS: &str = "select count(*) from performance_schema.replication_group_members \
    where member_state = 'ONLINE' and member_role = 'PRIMARY'";

pub(super) struct GroupReplication {
    engine: MySql,
    /// Where nodes talk to each other.
    addresses: [String; NODES],
}

impl GroupReplication {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            engine: MySql::debian()?,
            addresses: ports()?.map(|port| format!("{HOST}:{port}")),
        })
    }
}

impl Group for GroupReplication {
    fn name(&self) -> &'static str {
        "group-replication"
    }

    fn engine(&self) -> &dyn Engine {
        &self.engine
    }

    fn settings(&self, node: usize, _members: usize) -> Vec<(&'static str, String)> {
        let on = || "ON".to_owned();
        let off = || "OFF".to_owned();
        vec![
            // A group takes no row of a table without a primary key, and many tests make such tables.
            ("sql-generate-invisible-primary-key", on()),
            ("show-gipk-in-create-table-and-information-schema", off()),
            ("server-id", (node + 1).to_string()),
            ("gtid-mode", on()),
            ("enforce-gtid-consistency", on()),
            ("report-host", HOST.to_owned()),
            ("plugin-load-add", "group_replication.so".to_owned()),
            ("group-replication-group-name", NAME.to_owned()),
            (
                "group-replication-local-address",
                self.addresses[node].clone(),
            ),
            ("group-replication-group-seeds", self.addresses.join(",")),
            ("group-replication-start-on-boot", off()),
            ("group-replication-single-primary-mode", off()),
            ("group-replication-enforce-update-everywhere-checks", on()),
        ]
    }

    fn join(&self, server: &Running, members: usize) -> Result<()> {
        server.ask(if members == 1 { BOOTSTRAP } else { JOIN })?;
        Ok(())
    }

    fn state(&self, members: usize) -> (&'static str, String) {
        (MEMBERS, members.to_string())
    }
}
