//! `rungs diff` and `rungs new --auto`

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const UP: (&str, &str) = (
    "migrations/0001_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n",
);
const DOWN: (&str, &str) = ("migrations/0001_users.down.sql", "DROP TABLE users;\n");
const CONFIG: (&str, &str) = ("rungs.toml", "dialect = \"sqlite\"\n");
const WANTED: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n\
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));\n";

/// Migrations for SQLite, and what is wanted.
fn sandbox(wanted: &str) -> Sandbox {
    Sandbox::new(&[UP, DOWN, CONFIG, ("schema.sql", wanted)])
}

#[test]
fn a_difference_is_shown_and_can_be_an_error() {
    let sandbox = sandbox(WANTED);
    assert_snapshot!("diff", sandbox.run(&["diff"]));
    assert_snapshot!("diff_down", sandbox.run(&["diff", "--down"]));
    assert_snapshot!("diff_check", sandbox.run(&["diff", "--check"]));
}

#[test]
fn a_migration_is_written_from_it_and_then_there_is_none() {
    let sandbox = sandbox(WANTED);
    assert_snapshot!("new_auto", sandbox.run(&["new", "--auto", "Add orders"]));
    let up = sandbox.read("migrations/0002_add_orders.up.sql");
    let down = sandbox.read("migrations/0002_add_orders.down.sql");
    assert_snapshot!("new_auto_files", format!("{up}--- down\n{down}"));
    let none = sandbox.run(&["new", "--auto", "again"]);
    assert_eq!(none, "no changes\n--- exit 0");
    assert_eq!(sandbox.run(&["diff", "--check"]), "no changes\n--- exit 0");
    let files = std::fs::read_dir(sandbox.path().join("migrations")).expect("a directory");
    assert_eq!(files.count(), 4, "no empty migration was written");
    let check = sandbox.run(&["check", "migrations"]);
    assert!(check.contains("no problems"), "{check}");
}

#[test]
fn the_layout_is_continued() {
    let up = "-- +goose Up\nCREATE TABLE a (id INTEGER);\n-- +goose Down\nDROP TABLE a;\n";
    let wanted = "CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);\n";
    let files = [("migrations/1_a.sql", up), CONFIG, ("schema.sql", wanted)];
    let sandbox = Sandbox::new(&files);
    assert_snapshot!("new_auto_goose", sandbox.run(&["new", "--auto", "b"]));
    assert_snapshot!("new_auto_goose_file", sandbox.read("migrations/2_b.sql"));
    assert_eq!(sandbox.run(&["diff"]), "no changes\n--- exit 0");
}

#[test]
fn the_first_migration_can_be_written_from_it() {
    let sandbox = Sandbox::new(&[CONFIG, ("schema.sql", WANTED)]);
    std::fs::create_dir(sandbox.path().join("migrations")).expect("a new directory");
    let made = sandbox.run(&["new", "--auto", "first"]);
    assert!(made.starts_with("migrations/0001_first.up.sql\n"), "{made}");
    assert_eq!(sandbox.run(&["diff"]), "no changes\n--- exit 0");
}

#[test]
fn without_a_wanted_schema_the_error_says_how_to_begin() {
    let sandbox = Sandbox::new(&[UP, DOWN, CONFIG]);
    assert_snapshot!("diff_missing", sandbox.run(&["diff"]));
    let shown = sandbox.run(&["schema", "migrations"]);
    sandbox.write("schema.sql", shown.trim_end_matches("--- exit 0"));
    assert_eq!(sandbox.run(&["diff"]), "no changes\n--- exit 0");
}

#[test]
fn the_file_can_be_another() {
    let config = (
        "rungs.toml",
        "dialect = \"sqlite\"\nschema-file = \"db/wanted.sql\"\n",
    );
    let wanted = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";
    let sandbox = Sandbox::new(&[UP, DOWN, config, ("db/wanted.sql", wanted)]);
    assert_eq!(sandbox.run(&["diff"]), "no changes\n--- exit 0");
    sandbox.write("rungs.toml", "dialect = \"sqlite\"\nschema-file = 1\n");
    assert_snapshot!("diff_bad_config", sandbox.run(&["diff"]));
}

#[test]
fn what_cannot_be_written_is_told_and_nothing_is_written() {
    let sandbox = sandbox(
        "-- renamed: people -> users\nCREATE TABLE users (id INTEGER);\n\
        -- renamed: a -> b\n",
    );
    assert_snapshot!("new_auto_refused", sandbox.run(&["new", "--auto", "x"]));
    sandbox.write("schema.sql", "CREATE TABEL users (id INTEGER);\n");
    assert_snapshot!("new_auto_wrong", sandbox.run(&["new", "--auto", "x"]));
    let files = std::fs::read_dir(sandbox.path().join("migrations")).expect("a directory");
    assert_eq!(files.count(), 2);
}
