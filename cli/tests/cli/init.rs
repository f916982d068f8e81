//! `rungs init`

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const RUSQLITE: (&str, &str) = ("Cargo.toml", "[dependencies]\nrusqlite = \"0.39\"\n");

#[test]
fn the_driver_decides() {
    let sandbox = Sandbox::new(&[RUSQLITE]);
    assert_snapshot!(sandbox.run(&["init"]), @r#"
    created migrations
    created rungs.toml

    Cargo.toml:

        [dependencies]
        rungs = { version = "0.1", features = ["rusqlite"] }

        [build-dependencies]
        rungs-build = { version = "0.1", default-features = false }

    build.rs:

        fn main() {
            rungs_build::watch("migrations");
        }

    The program:

        static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");

    Then create the first migration:

        rungs new create_users
    --- exit 0
    "#);
    assert_snapshot!(sandbox.read("rungs.toml"), @r#"dialect = "sqlite""#);
    assert!(sandbox.path().join("migrations").is_dir());
}

#[test]
fn the_dialect_can_be_given() {
    let sandbox = Sandbox::new(&[RUSQLITE]);
    let arguments = ["init", "db/sql", "--dialect", "postgres,sqlite"];
    assert_snapshot!(sandbox.run(&arguments), @r#"
    created db/sql
    created rungs.toml

    Cargo.toml:

        [dependencies]
        rungs = { version = "0.1", features = ["postgres", "rusqlite"] }

        [build-dependencies]
        rungs-build = { version = "0.1", default-features = false }

    build.rs:

        fn main() {
            rungs_build::watch("db/sql");
        }

    The program:

        static MIGRATIONS: rungs::Migrations = rungs::migrations!("db/sql");

    Then create the first migration:

        rungs new create_users --dir db/sql
    --- exit 0
    "#);
    assert_snapshot!(sandbox.read("rungs.toml"), @r#"dialect = ["postgres", "sqlite"]"#);
}

#[test]
fn nothing_is_guessed() {
    let sandbox = Sandbox::new(&[]);
    assert_snapshot!(sandbox.run(&["init"]), @r#"
    created migrations
    no rungs.toml: name the database with --dialect

    Cargo.toml:

        [dependencies]
        rungs = "0.1"

        [build-dependencies]
        rungs-build = { version = "0.1", default-features = false }

    build.rs:

        fn main() {
            rungs_build::watch("migrations");
        }

    The program:

        static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations");

    Then create the first migration:

        rungs new create_users
    --- exit 0
    "#);
    assert!(!sandbox.path().join("rungs.toml").exists());
}

#[test]
fn what_is_there_stays() {
    let sandbox = Sandbox::new(&[
        ("rungs.toml", "dialect = \"mysql\"\n"),
        ("migrations/1_a.sql", "SELECT 1;\n"),
    ]);
    let run = sandbox.run(&["init", "--dialect", "sqlite"]);
    assert!(run.starts_with("migrations is already there\nrungs.toml is already there\n"));
    assert!(run.ends_with("--- exit 0"));
    assert_eq!(sandbox.read("rungs.toml"), "dialect = \"mysql\"\n");
    assert_eq!(sandbox.read("migrations/1_a.sql"), "SELECT 1;\n");
}

#[test]
fn a_file_in_the_way_is_an_error() {
    let sandbox = Sandbox::new(&[("migrations", "a file")]);
    assert_snapshot!(sandbox.run(&["init"]), @"
    --- stderr
    error: cannot create the directory `migrations`: File exists (os error 17)
    --- exit 1
    ");
}
