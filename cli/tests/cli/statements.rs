//! `rungs statements`

use insta::assert_snapshot;
use serde_json::json;

use crate::sandbox::Sandbox;

const UP: (&str, &str) = (
    "migrations/0001_users.up.sql",
    "-- People.\nCREATE TABLE users (\n  id INTEGER PRIMARY KEY\n); INSERT INTO users VALUES (1);\n",
);
const DOWN: (&str, &str) = ("migrations/0001_users.down.sql", "DROP TABLE users;\n");

#[test]
fn of_a_directory() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    assert_snapshot!(sandbox.run(&["statements", "migrations", "--dialect", "sqlite"]), @"
    migrations/0001_users.up.sql:2:1    CREATE TABLE  in transaction  modelled
    migrations/0001_users.up.sql:4:4    INSERT        in transaction  modelled
    migrations/0001_users.down.sql:1:1  DROP TABLE    in transaction  modelled
    --- exit 0
    ");
}

#[test]
fn of_a_directory_in_json() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    let arguments = [
        "statements",
        "migrations",
        "--dialect=sqlite",
        "--format=json",
    ];
    let list = sandbox.json(&arguments);
    assert_eq!(list.as_array().map(Vec::len), Some(3));
    assert_eq!(
        list[0],
        json!({
            "version": 1, "name": "users", "direction": "up",
            "file": "migrations/0001_users.up.sql",
            "line": 2, "column": 1, "end_line": 4,
            "kind": "CREATE TABLE", "in_transaction": true, "modelled": true,
        })
    );
    assert_eq!(list[2]["direction"], "down");
}

#[test]
fn what_no_transaction_allows_runs_on_its_own() {
    let sandbox = Sandbox::new(&[("tidy.sql", "VACUUM;\n")]);
    let run = sandbox.run(&["statements", "tidy.sql", "--dialect", "sqlite"]);
    assert!(
        run.starts_with("tidy.sql:1:1  VACUUM  on its own  "),
        "{run}"
    );
}

#[test]
fn of_a_file() {
    let sandbox = Sandbox::new(&[("dump.txt", UP.1)]);
    let list = sandbox.json(&[
        "statements",
        "dump.txt",
        "--dialect=sqlite",
        "--format=json",
    ]);
    assert_eq!(
        list[1],
        json!({
            "file": "dump.txt", "line": 4, "column": 4, "end_line": 4,
            "kind": "INSERT", "in_transaction": true, "modelled": true,
        })
    );
}

#[test]
fn of_a_file_with_an_error() {
    let sandbox = Sandbox::new(&[("a.sql", "SELECT 1;\nSELEC 2;\n")]);
    let run = sandbox.run(&["statements", "a.sql", "--dialect", "sqlite"]);
    assert!(run.starts_with("a.sql:1:1  SELECT"), "{run}");
    assert!(run.contains("error[invalid-sql]: "), "{run}");
    assert!(run.ends_with("--- exit 1"), "{run}");
}

#[test]
fn a_file_needs_a_dialect() {
    let sandbox = Sandbox::new(&[("a.sql", "SELECT 1;\n")]);
    assert_snapshot!(sandbox.run(&["statements", "a.sql"]), @"
    --- stderr
    error: the dialect of a single file is not known
    help: add --dialect sqlite, --dialect postgres or --dialect mysql
    --- exit 2
    ");
}

#[test]
fn something_must_be_there() {
    assert_snapshot!(Sandbox::new(&[]).run(&["statements", "nowhere"]), @"
    --- stderr
    error: cannot read `nowhere`: No such file or directory (os error 2)
    --- exit 1
    ");
}
