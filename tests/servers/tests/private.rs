//! A private server keeps what was committed when it is killed, and leaves nothing when it is
//! dropped.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use rungs_servers::{Cluster, Options, Running, Server, running};

#[test]
fn postgres_keeps_what_was_committed_before_it_was_killed() {
    keeps_what_was_committed(Options::postgres().durable());
}

#[test]
fn mariadb_keeps_what_was_committed_before_it_was_killed() {
    keeps_what_was_committed(Options::mariadb().durable());
}

#[test]
fn a_setting_is_set() {
    let postgres = Server::start(Options::postgres().set("lock_timeout", "7s")).unwrap();
    assert_eq!(postgres.running().ask("show lock_timeout").unwrap(), "7s");
    let mariadb = Server::start(Options::mariadb().set("lock-wait-timeout", "7")).unwrap();
    assert_eq!(
        mariadb.running().ask("select @@lock_wait_timeout").unwrap(),
        "7"
    );
}

#[test]
fn a_node_of_galera_misses_nothing_when_it_was_killed() {
    misses_nothing(
        Cluster::galera().unwrap(),
        "set session wsrep_sync_wait = 1",
    );
}

#[test]
fn a_node_of_group_replication_misses_nothing_when_it_was_killed() {
    let is_node = |server: &Running| server.name().starts_with("group-replication");
    // `MySQL` is there where the wide tier runs.
    if running().unwrap().iter().any(is_node) {
        let at_once = "set session group_replication_consistency = 'BEFORE'";
        misses_nothing(Cluster::group_replication().unwrap(), at_once);
    }
}

/// `causal` lets a node answer when it has heard of everything, which it may not have as soon as it is a
/// member.
fn misses_nothing(mut cluster: Cluster, causal: &str) {
    let create = "create database missed; create table missed.t (id int primary key)";
    cluster.node(0).ask(create).unwrap();
    cluster.kill(1).unwrap();
    let inserted = || cluster.node(2).ask("insert into missed.t values (7)");
    // The others need a moment to agree that the node is lost, and refuse writes until then.
    assert!((0..1000).any(|_| inserted().is_ok()));
    cluster.rejoin(1).unwrap();
    let select = format!("{causal}; select id from missed.t");
    assert_eq!(cluster.node(1).ask(&select).unwrap(), "7");

    let folder = cluster.node(0).folder().parent().unwrap().to_owned();
    drop(cluster);
    assert_eq!(processes_of(&folder), Vec::<PathBuf>::new());
}

fn keeps_what_was_committed(options: Options) {
    let mut server = Server::start(options).unwrap();
    let url = server.url("app");
    server
        .running()
        .ask("create table kept (word varchar(10))")
        .unwrap();
    server
        .running()
        .ask("insert into kept values ('still')")
        .unwrap();

    let killed = server.running().pid();
    server.kill().unwrap();
    assert!(!is_process(killed));
    server.restart().unwrap();
    assert_ne!(server.running().pid(), killed);
    assert_eq!(server.url("app"), url);
    assert_eq!(
        server.running().ask("select word from kept").unwrap(),
        "still"
    );

    let folder = server.running().folder().to_owned();
    assert!(!processes_of(&folder).is_empty());
    drop(server);
    assert!(!folder.exists());
    assert_eq!(processes_of(&folder), Vec::<PathBuf>::new());
}

fn is_process(pid: u32) -> bool {
    PathBuf::from(format!("/proc/{pid}")).exists()
}

/// The processes that have something of this folder in their arguments or as their directory.
fn processes_of(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap() {
        let process = entry.unwrap().path();
        let arguments = fs::read(process.join("cmdline")).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments).into_owned();
        let directory = fs::read_link(process.join("cwd")).unwrap_or_default();
        if arguments.contains(folder.to_str().unwrap()) || directory.starts_with(folder) {
            found.push(process);
        }
    }
    found
}
