//! `check-live`

use insta::assert_snapshot;
use rungs_servers::Protocol;

use crate::sandbox::{Sandbox, UNKNOWN_NAMES_PASS};
use crate::servers::{Database, first};

const FILES: &[(&str, &str)] = &[
    UNKNOWN_NAMES_PASS,
    (
        "migrations/0001_users.up.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
    ),
    (
        "migrations/0002_mail.up.sql",
        "ALTER TABLE users ADD COLUMN mail TEXT;\n\nUPDATE userz SET mail = '';\n",
    ),
    (
        "migrations/0003_clean.up.sql",
        "-- rungs: no-transaction\nVACUUM;\n",
    ),
    (
        "migrations/0004_ada.up.sql",
        "UPDATE users SET mail = 'ada';\n",
    ),
    (
        "migrations/0005_tags.up.sql",
        "CREATE TABLE tags (id INTEGER);\n",
    ),
];

#[test]
fn what_would_fail_is_found_and_nothing_is_left() {
    let sandbox = Sandbox::new(FILES);
    sandbox.write(".env", "DATABASE_URL=sqlite:app.sqlite\n");
    assert_snapshot!("check_live", sandbox.run(&["check-live"]));
    assert!(
        !sandbox.path().join("app.sqlite").exists(),
        "a database that is not there is not made"
    );
    assert_snapshot!("check_live_first", sandbox.run(&["check-live", "1"]));
    let json = sandbox.json(&["check-live", "--format=json"]);
    let verdicts: Vec<_> = json
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["verdict"])
        .collect();
    assert_eq!(
        verdicts,
        ["passed", "failed", "not tried", "failed", "passed"]
    );
    assert_eq!(json[1]["error"]["line"], 3);
    assert_eq!(json[3]["behind"], 2);
    let up = sandbox.run(&["up", "1"]);
    assert!(up.ends_with("--- exit 0"), "{up}");
    let before = sandbox.run(&["log"]);
    assert_snapshot!("check_live_rest", sandbox.run(&["check-live"]));
    assert_eq!(sandbox.run(&["log"]), before);
    assert_snapshot!("check_live_nothing", sandbox.run(&["check-live", "1"]));
}

#[test]
fn postgres_takes_all_of_it_back() {
    let server = first(Protocol::Postgres);
    let database = Database::create(&server, "check_live");
    let sandbox = database.sandbox(&FILES[..3]);
    assert_snapshot!("check_live_postgres", sandbox.run(&["check-live"]));
    assert_snapshot!("check_live_postgres_log", sandbox.run(&["log"]));
    let status = sandbox.run(&["status"]);
    assert!(status.contains("2 pending"), "{status}");
}

#[test]
fn mariadb_refuses_what_it_could_not_take_back() {
    let server = first(Protocol::MySql);
    let database = Database::create(&server, "check_live");
    let sandbox = database.sandbox(&FILES[..2]);
    assert_snapshot!("check_live_mariadb", sandbox.run(&["check-live"]));
    assert_snapshot!("check_live_mariadb_status", sandbox.run(&["status"]));
}
