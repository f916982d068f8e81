//! A private server keeps what was committed when it is killed, and leaves nothing when it is
//! dropped.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rungs_servers::{Kind, Options, Running, Server};

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
    assert_eq!(ask(postgres.running(), "show lock_timeout"), "7s");
    let mariadb = Server::start(Options::mariadb().set("lock-wait-timeout", "7")).unwrap();
    assert_eq!(ask(mariadb.running(), "select @@lock_wait_timeout"), "7");
}

fn keeps_what_was_committed(options: Options) {
    let mut server = Server::start(options).unwrap();
    let url = server.url("app");
    ask(server.running(), "create table kept (word varchar(10))");
    ask(server.running(), "insert into kept values ('still')");

    let killed = server.running().pid();
    server.kill().unwrap();
    assert!(!is_process(killed));
    server.restart().unwrap();
    assert_ne!(server.running().pid(), killed);
    assert_eq!(server.url("app"), url);
    assert_eq!(ask(server.running(), "select word from kept"), "still");

    let folder = server.running().folder().to_owned();
    assert!(!processes_of(&folder).is_empty());
    drop(server);
    assert!(!folder.exists());
    assert_eq!(processes_of(&folder), Vec::<PathBuf>::new());
}

/// What the client program of a server prints.
fn ask(server: &Running, sql: &str) -> String {
    let client = match server.kind() {
        Kind::Postgres => "psql --no-psqlrc --tuples-only --no-align --username=postgres --command",
        Kind::MariaDb | Kind::MySql => {
            "mariadb --no-defaults --skip-column-names --user=root --execute"
        }
    };
    let database = match server.kind() {
        Kind::Postgres => "--dbname=postgres",
        Kind::MariaDb | Kind::MySql => "--database=mysql",
    };
    let mut words = client.split(' ');
    let output = Command::new(words.next().unwrap())
        .args(words)
        .args([sql, database])
        .arg(format!("--host={}", server.host()))
        .arg(format!("--port={}", server.port()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
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
