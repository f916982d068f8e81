//! `rungs check`

use insta::assert_snapshot;
use serde_json::json;

use crate::sandbox::Sandbox;

const UP: (&str, &str) = (
    "migrations/0001_users.up.sql",
    "-- People.\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nINSERT INTO users VALUES (1);\n",
);
const DOWN: (&str, &str) = ("migrations/0001_users.down.sql", "DROP TABLE users;\n");
const WRONG: (&str, &str) = (
    "migrations/0002_wrong.up.sql",
    "CREATE TABLE a (id INTEGER);\n  CREATE TABEL b (id INTEGER);\n",
);

#[test]
fn of_very_many_errors_the_first_are_shown() {
    let sandbox = Sandbox::new(&[("migrations/0001_users.sql", &"SELEC 1; ".repeat(500))]);
    let run = sandbox.run(&["check", "migrations", "--dialect", "sqlite"]);
    assert_eq!(run.matches("error[invalid-sql]").count(), 100);
    assert!(run.contains("\nand 400 more like these; "), "{run}");
    assert!(run.contains(": 500 errors\n"), "{run}");
}

#[test]
fn nothing_wrong() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    assert_snapshot!(sandbox.run(&["check", "migrations", "--dialect", "sqlite"]), @"
    checked 1 migration, 3 statements: no problems
    --- exit 0
    ");
    let sqlite = ["--dialect", "sqlite", "--format", "json"];
    assert_eq!(
        sandbox.json(&[&["check", "migrations"], &sqlite[..]].concat()),
        json!({ "migrations": 1, "statements": 3, "diagnostics": [] })
    );
}

#[test]
fn several_dialects() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    for dialects in [
        &["--dialect", "sqlite,postgres"][..],
        &["--dialect", "mysql", "--dialect", "sqlite"],
    ] {
        let run = sandbox.run(&[&["check", "migrations"], dialects].concat());
        assert!(run.ends_with("--- exit 0"), "{run}");
    }
}

#[test]
fn a_wrong_statement_is_shown() {
    let sandbox = Sandbox::new(&[UP, WRONG]);
    let run = sandbox.run(&["check", "migrations", "--dialect", "sqlite"]);
    assert!(run.starts_with("checked 2 migrations, "), "{run}");
    assert!(run.contains("error[invalid-sql]: "), "{run}");
    assert!(
        run.contains(" --> migrations/0002_wrong.up.sql:2:"),
        "{run}"
    );
    assert!(
        run.contains("\n2 |   CREATE TABEL b (id INTEGER);\n"),
        "{run}"
    );
    let end = "\nrun `rungs explain invalid-sql` for more\n--- exit 1";
    assert!(run.ends_with(end), "{run}");
}

#[test]
fn a_wrong_statement_in_json() {
    let sandbox = Sandbox::new(&[UP, WRONG]);
    let arguments = ["check", "migrations", "--dialect=sqlite", "--format=json"];
    let report = sandbox.json(&arguments);
    assert_eq!(report["migrations"], 2);
    assert!(report["statements"].is_number());
    let diagnostics = report["diagnostics"].as_array().expect("an array");
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0]["id"], "invalid-sql");
    assert_eq!(diagnostics[0]["severity"], "error");
    assert_eq!(diagnostics[0]["file"], WRONG.0);
    assert_eq!(diagnostics[0]["line"], 2);
    assert!(sandbox.run(&arguments).ends_with("--- exit 1"));
}

#[test]
fn a_wrong_statement_in_a_workflow() {
    let sandbox = Sandbox::new(&[UP, WRONG]);
    let run = sandbox.run(&["check", "migrations", "--dialect=sqlite", "--format=github"]);
    let start = "::error file=migrations/0002_wrong.up.sql,line=2,col=";
    assert!(run.starts_with(start), "{run}");
    assert!(run.contains(",title=invalid-sql::"), "{run}");
    assert!(run.ends_with("\n--- exit 1"), "{run}");
}

#[test]
fn without_a_dialect_the_configuration_decides() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    let run = sandbox.run(&["check", "migrations"]);
    assert!(run.contains("error[unknown-dialect]: "), "{run}");
    assert!(run.ends_with("--- exit 1"), "{run}");
    sandbox.write("rungs.toml", "dialect = \"sqlite\"\n");
    let run = sandbox.run(&["check", "migrations"]);
    assert!(run.ends_with("no problems\n--- exit 0"), "{run}");
}

#[test]
fn a_directory_may_be_anywhere() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    std::fs::create_dir(sandbox.path().join("elsewhere")).expect("a new directory");
    let mut elsewhere = sandbox.command(&["check", "../migrations", "--dialect", "sqlite"]);
    let output = elsewhere
        .current_dir(sandbox.path().join("elsewhere"))
        .output();
    assert!(output.expect("the command runs").status.success());
    let absolute = sandbox.path().join("migrations");
    let absolute = absolute.to_str().expect("text");
    let run = sandbox.run(&["check", absolute, "--dialect", "sqlite"]);
    assert!(run.ends_with("--- exit 0"), "{run}");
}

#[test]
fn a_missing_directory_is_an_error() {
    let run = Sandbox::new(&[]).run(&["check", "nowhere", "--dialect", "sqlite"]);
    assert!(run.contains("error[missing-directory]: "), "{run}");
    assert!(run.ends_with("--- exit 1"), "{run}");
}

#[test]
fn a_new_migration_must_be_filled_in() {
    let sandbox = Sandbox::new(&[UP, DOWN]);
    sandbox.run(&["new", "add_email"]);
    let arguments = ["check", "migrations", "--dialect=sqlite", "--format=json"];
    let report = sandbox.json(&arguments);
    let diagnostics = report["diagnostics"].as_array().expect("an array");
    let ids: Vec<_> = diagnostics.iter().map(|found| &found["id"]).collect();
    assert_eq!(ids, ["empty-file", "empty-file"]);
}

#[test]
fn what_init_sets_up_passes_once_it_is_filled() {
    let sandbox = Sandbox::new(&[]);
    sandbox.run(&["init", "--dialect", "sqlite"]);
    sandbox.run(&["new", "users", "--no-down"]);
    sandbox.write("migrations/0001_users.up.sql", UP.1);
    let run = sandbox.run(&["check", "migrations"]);
    assert!(run.ends_with("no problems\n--- exit 0"), "{run}");
}

#[test]
fn a_level_is_chosen_on_the_command_line() {
    let sandbox = Sandbox::new(&[UP, ("migrations/0002_nothing.up.sql", "-- nothing\n")]);
    let check = |flags: &[&str]| {
        let arguments = [&["check", "migrations", "--dialect=sqlite"], flags].concat();
        sandbox.run(&arguments)
    };
    assert!(check(&[]).ends_with("--- exit 1"));
    let warned = check(&["--warn", "empty-file"]);
    assert!(warned.contains("warning[empty-file]: "), "{warned}");
    assert!(warned.ends_with("--- exit 0"), "{warned}");
    assert!(!check(&["--allow=empty-file"]).contains("empty-file"));
    assert!(!check(&["--since=3"]).contains("empty-file"));
    let unknown = check(&["--deny", "emtpy-file"]);
    assert!(unknown.contains("did you mean `empty-file`?"), "{unknown}");
    assert!(unknown.ends_with("--- exit 2"), "{unknown}");
}
