//! The verbs over a directory, on SQLite.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, UNKNOWN_NAMES_PASS};

const USERS: (&str, &str) = (
    "migrations/0001_create_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n",
);
const USERS_DOWN: (&str, &str) = (
    "migrations/0001_create_users.down.sql",
    "DROP TABLE users;\n",
);
const EMAIL: (&str, &str) = (
    "migrations/0002_add_email.up.sql",
    "ALTER TABLE users ADD COLUMN email TEXT;\n\nUPDATE userz SET email = '';\n",
);
const EMAIL_DOWN: (&str, &str) = (
    "migrations/0002_add_email.down.sql",
    "ALTER TABLE users DROP COLUMN email;\n",
);
const MENDED: &str = "ALTER TABLE users ADD COLUMN email TEXT;\n";
const ALL: &[(&str, &str)] = &[UNKNOWN_NAMES_PASS, USERS, USERS_DOWN, EMAIL, EMAIL_DOWN];

/// A directory with its database named.
fn sandbox(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new(files);
    sandbox.write(".env", "DATABASE_URL=sqlite:app.sqlite\n");
    sandbox
}

/// Two migrations, both applied.
fn applied() -> Sandbox {
    let sandbox = sandbox(ALL);
    sandbox.write(EMAIL.0, MENDED);
    let run = sandbox.run(&["up", "--operator=ada"]);
    assert!(run.ends_with("--- exit 0"), "{run}");
    sandbox
}

#[test]
fn a_failure_is_found_mended_and_rebuilt() {
    let sandbox = sandbox(ALL);
    assert_snapshot!(
        "failure_status_before",
        sandbox.run(&["status", "--exit-code"])
    );
    assert!(
        !sandbox.path().join("app.sqlite").exists(),
        "reading makes no file"
    );
    assert_snapshot!("failure_up", sandbox.run(&["up", "--operator=ada"]));
    assert_snapshot!("failure_status", sandbox.run(&["status", "--exit-code"]));
    assert_snapshot!("failure_errors", sandbox.run(&["errors"]));
    assert_snapshot!("failure_trace", sandbox.run(&["trace"]));
    sandbox.write(EMAIL.0, MENDED);
    assert_snapshot!("failure_trace_edited", sandbox.run(&["trace", "2"]));
    assert_snapshot!(
        "failure_rebuild",
        sandbox.run(&["rebuild", "2", "--operator=ada"])
    );
    assert_snapshot!("failure_log", sandbox.run(&["log"]));
    assert_snapshot!("failure_log_last", sandbox.run(&["log", "--limit=1"]));
    assert_snapshot!(
        "failure_status_after",
        sandbox.run(&["status", "--exit-code"])
    );
}

#[test]
fn what_would_be_done_is_shown_and_not_done() {
    let sandbox = sandbox(&[USERS, USERS_DOWN]);
    assert_snapshot!("dry_plan", sandbox.run(&["plan"]));
    assert!(
        !sandbox.path().join("app.sqlite").exists(),
        "nothing is made"
    );
    assert_eq!(sandbox.run(&["up", "--dry-run"]), sandbox.run(&["plan"]));
    assert_snapshot!("dry_plan_json", sandbox.run(&["plan", "--format=json"]));
    assert_snapshot!("dry_mark", sandbox.run(&["mark", "--dry-run"]));
    sandbox.run(&["up"]);
    assert_snapshot!("dry_down", sandbox.run(&["down", "--dry-run"]));
    assert_snapshot!("dry_redo", sandbox.run(&["redo", "--dry-run"]));
    assert_snapshot!("dry_nothing", sandbox.run(&["up", "--dry-run"]));
    assert!(sandbox.run(&["status"]).contains("1 applied"));
}

#[test]
fn up_and_down() {
    let sandbox = applied();
    assert_snapshot!("down", sandbox.run(&["down", "--yes"]));
    assert_snapshot!("to_base", sandbox.run(&["to", "base", "--yes"]));
    assert_snapshot!("base_status", sandbox.run(&["status"]));
    assert_snapshot!("up_to", sandbox.run(&["up", "create_users"]));
    assert_snapshot!("to_head", sandbox.run(&["to", "head"]));
    assert_snapshot!("redo", sandbox.run(&["redo", "-y"]));
    assert_snapshot!("down_to", sandbox.run(&["down", "1", "--yes"]));
    assert_snapshot!("up_json", sandbox.run(&["up", "--format", "json"]));
    assert_snapshot!("up_nothing", sandbox.run(&["up"]));
}

#[test]
fn what_is_there_already_is_marked() {
    let sandbox = applied();
    sandbox.run(&["down", "base", "--yes"]);
    assert_snapshot!("skip", sandbox.run(&["skip", "--yes"]));
    assert_snapshot!("mark", sandbox.run(&["mark", "--yes"]));
    assert_snapshot!("mark_nothing", sandbox.run(&["mark", "--yes"]));
    assert_snapshot!("mark_status", sandbox.run(&["status"]));
    assert_snapshot!("skip_nothing", sandbox.run(&["skip", "--yes"]));
    assert!(sandbox.run(&["status"]).contains("2 applied"));
}

#[test]
fn an_edited_migration_is_refused_until_it_is_accepted() {
    let sandbox = applied();
    sandbox.write(EMAIL.0, &format!("{MENDED}-- Thought of later.\n"));
    assert_snapshot!("edited_up", sandbox.run(&["up"]));
    assert_snapshot!("edited_status", sandbox.run(&["status", "--exit-code"]));
    assert!(
        sandbox
            .run(&["up", "--allow-changed"])
            .ends_with("--- exit 0")
    );
    assert_snapshot!("edited_repair_dry", sandbox.run(&["repair", "--dry-run"]));
    assert_snapshot!("edited_repair", sandbox.run(&["repair", "--yes"]));
    assert!(
        sandbox
            .run(&["status", "--exit-code"])
            .ends_with("--- exit 0")
    );
}

#[test]
fn what_is_out_of_order_is_touched_or_allowed() {
    let sandbox = applied();
    let late = "migrations/0003_late.up.sql";
    sandbox.write(
        "migrations/0004_newer.up.sql",
        "CREATE TABLE newer (id INTEGER);\n",
    );
    sandbox.run(&["up"]);
    sandbox.write(late, "CREATE TABLE late (id INTEGER);\n");
    sandbox.write("migrations/0003_late.down.sql", "DROP TABLE late;\n");
    assert_snapshot!("late_up", sandbox.run(&["up"]));
    assert_snapshot!("late_status", sandbox.run(&["status", "--exit-code"]));
    assert_snapshot!("late_touch_applied", sandbox.run(&["touch", "add_email"]));
    assert_snapshot!("late_touch_unknown", sandbox.run(&["touch", "9"]));
    assert_snapshot!("late_touch", sandbox.run(&["touch", "3"]));
    assert_snapshot!("late_touch_newest", sandbox.run(&["touch", "late"]));
    assert!(!sandbox.path().join(late).exists());
    assert!(sandbox.run(&["up"]).ends_with("--- exit 0"));
}

#[test]
fn what_is_not_there_is_a_clear_error() {
    let sandbox = sandbox(&[USERS]);
    assert_snapshot!("none_trace", sandbox.run(&["trace"]));
    assert_snapshot!("none_trace_id", sandbox.run(&["trace", "1"]));
    assert_snapshot!("none_errors", sandbox.run(&["errors"]));
    assert_snapshot!("none_log", sandbox.run(&["log"]));
    sandbox.run(&["up"]);
    assert_snapshot!("none_trace_success", sandbox.run(&["trace", "1"]));
    assert_snapshot!("none_trace_99", sandbox.run(&["trace", "99"]));
    assert_snapshot!("none_trace_word", sandbox.run(&["trace", "abc"]));
    assert_snapshot!("none_up", sandbox.run(&["up", "create_user5"]));
    assert_snapshot!("none_up_beyond", sandbox.run(&["up", "+2"]));
    assert_snapshot!("none_rebuild", sandbox.run(&["rebuild", "1"]));
    assert_snapshot!("none_down", sandbox.run(&["down", "--yes"]));
    assert_snapshot!(
        "none_settle",
        sandbox.run(&["settle", "1", "--done", "--yes"])
    );
}

#[test]
fn a_database_that_is_ahead_is_refused_unless_allowed() {
    let sandbox = applied();
    for path in [EMAIL.0, EMAIL_DOWN.0] {
        std::fs::remove_file(sandbox.path().join(path)).expect("a file less");
    }
    assert_snapshot!("ahead_up", sandbox.run(&["up"]));
    assert_snapshot!("ahead_status", sandbox.run(&["status", "--exit-code"]));
    assert!(
        sandbox
            .run(&["up", "--allow-ahead"])
            .ends_with("--- exit 0")
    );
    assert_snapshot!("ahead_down", sandbox.run(&["down", "--yes"]));
    assert_snapshot!(
        "ahead_down_stored",
        sandbox.run(&["down", "--yes", "--stored-downs"])
    );
    assert!(
        sandbox
            .run(&["status", "--exit-code"])
            .ends_with("--- exit 0")
    );
}

#[test]
fn results_are_for_programs_too() {
    let sandbox = sandbox(ALL);
    sandbox.run(&["up", "--operator=ada"]);
    let status = sandbox.json(&["status", "--format=json"]);
    assert_eq!(status[0]["state"], "applied");
    assert_eq!(status[1]["state"], "pending");
    assert_eq!(status[1]["outcome"], "error");
    let log = sandbox.json(&["log", "--format=json"]);
    assert_eq!(log[0]["operator"], "ada");
    let errors = sandbox.json(&["errors", "--format=json"]);
    assert_eq!(errors[0]["id"], 2);
    let trace = sandbox.json(&["trace", "--format=json"]);
    assert_eq!(trace["file"], EMAIL.0);
    assert_eq!(
        (trace["line"].as_i64(), trace["column"].as_i64()),
        (Some(3), Some(1))
    );
    assert_eq!(trace["code"], "1");
}

#[test]
fn each_statement_is_told_to_those_who_ask() {
    let sandbox = sandbox(&[USERS, (EMAIL.0, MENDED)]);
    assert_snapshot!("verbose", sandbox.run(&["up", "--verbose"]));
}

#[test]
fn the_words_of_others_are_understood() {
    let sandbox = sandbox(&[USERS, USERS_DOWN]);
    let same = [
        ("history", "log"),
        ("list", "log"),
        ("info", "status"),
        ("environ", "env"),
    ];
    for (alias, command) in same {
        assert_eq!(sandbox.run(&[alias]), sandbox.run(&[command]));
    }
    assert!(sandbox.run(&["upgrade"]).ends_with("--- exit 0"));
    assert!(sandbox.run(&["downgrade", "--yes"]).ends_with("--- exit 0"));
}

#[test]
fn migrations_of_another_dialect_are_refused() {
    let sandbox = sandbox(&[USERS]);
    assert_snapshot!(
        "other_dialect",
        sandbox.run(&["up", "--dialect", "postgres"])
    );
}

#[test]
fn several_sets_share_a_database() {
    let sandbox = applied();
    let billing = ["--dir", "billing", "--key", "billing"];
    sandbox.write("billing/1_a.sql", "CREATE TABLE bills (id INTEGER);\n");
    let run = sandbox.run(&[&["up"], &billing[..]].concat());
    assert!(run.contains("+ 1 a ("), "{run}");
    assert!(
        sandbox
            .run(&[&["log"], &billing[..]].concat())
            .contains("1   1        a ")
    );
    assert!(sandbox.run(&["status"]).contains("2 applied"));
}

#[test]
fn wrong_files_stop_everything() {
    let sandbox = sandbox(&[
        USERS,
        ("migrations/0002_wrong.up.sql", "CREATE TABEL a (b);\n"),
    ]);
    assert_snapshot!("wrong_files", sandbox.run(&["up"]));
    assert!(!sandbox.path().join("app.sqlite").exists());
}

#[test]
fn what_destroys_wants_a_yes() {
    let sandbox = applied();
    for verb in ["down", "redo", "mark", "skip", "repair"] {
        let run = sandbox.run(&[verb]);
        let is_asked = matches!(verb, "down" | "redo");
        assert_eq!(run.contains("add --yes"), is_asked, "{run}");
    }
    assert_snapshot!("consent_down", sandbox.run(&["down"]));
    assert_snapshot!("consent_to", sandbox.run(&["to", "1"]));
    assert!(sandbox.run(&["status"]).contains("2 applied"));
}

#[test]
fn nothing_is_destroyed_in_production() {
    let sandbox = applied();
    let config = "dialect = 'sqlite'\n[database]\nproduction = ['app.sqlite']\n";
    sandbox.write("rungs.toml", config);
    assert_snapshot!("production_down", sandbox.run(&["down", "--yes"]));
    for verb in ["redo", "down", "to"] {
        let to = if verb == "to" {
            vec![verb, "base", "-y"]
        } else {
            vec![verb, "-y"]
        };
        assert!(sandbox.run(&to).contains("marked as production"), "{verb}");
    }
    sandbox.write(
        "migrations/0003_new.up.sql",
        "CREATE TABLE new (id INTEGER);\n",
    );
    sandbox.write("migrations/0003_new.down.sql", "DROP TABLE new;\n");
    for verb in ["skip", "mark"] {
        assert!(
            sandbox.run(&[verb, "-y"]).contains("marked as production"),
            "{verb}"
        );
    }
    assert!(sandbox.run(&["up"]).ends_with("--- exit 0"), "up goes on");
    assert!(sandbox.run(&["down", "--dry-run"]).ends_with("--- exit 0"));
    let elsewhere = ["--database-url", "sqlite:other.sqlite"];
    sandbox.run(&[&["up"], &elsewhere[..]].concat());
    let run = sandbox.run(&[&["down", "-y"], &elsewhere[..]].concat());
    assert!(run.ends_with("--- exit 0"), "{run}");
}
