//! Each shared server is what its role says.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use rungs_servers::{Protocol, Role, Running, require, running};

#[test]
fn each_server_is_what_its_role_says() {
    require(Protocol::Postgres);
    require(Protocol::MySql);
    let servers = running().unwrap();
    for server in &servers {
        match server.role() {
            Role::Single | Role::Pooler(_) => can_be_written_to(server),
            Role::Node(cluster) => {
                let is_other = |other: &&Running| other.role() == server.role();
                let nodes: Vec<_> = servers.iter().filter(is_other).collect();
                assert_eq!(nodes.len(), 3, "nodes of {cluster}");
                is_read_everywhere(server, &nodes);
            }
            Role::Standby(_) => refuses_writes(server),
        }
    }
}

fn can_be_written_to(server: &Running) {
    let database = database_of(server);
    server.ask(&format!("create database {database}")).unwrap();
    server.ask(&format!("drop database {database}")).unwrap();
}

fn is_read_everywhere(server: &Running, nodes: &[&Running]) {
    let database = database_of(server);
    let count = format!(
        "select count(*) from information_schema.schemata where schema_name = '{database}'"
    );
    for (statement, expected) in [("create", "1"), ("drop", "0")] {
        server
            .ask(&format!("{statement} database {database}"))
            .unwrap();
        for node in nodes {
            let mut answers = (0..200).map(|_| node.ask(&count).unwrap());
            assert!(
                answers.any(|answer| answer == expected),
                "{} has not seen `{statement}` on {}",
                node.name(),
                server.name()
            );
        }
    }
}

fn refuses_writes(server: &Running) {
    let refused = server.ask("create table refused (id int)");
    match refused {
        Ok(_) => panic!("{} can be written to", server.name()),
        Err(error) => assert!(format!("{error}").contains("read-only"), "{error}"),
    }
}

fn database_of(server: &Running) -> String {
    format!("shared_{}", server.name().replace(['-', '.'], "_"))
}
