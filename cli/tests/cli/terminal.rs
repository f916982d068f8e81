//! What somebody sees who sits at a terminal, which `script` of util-linux plays.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

/// Types a line and an answer, and shows what the terminal gets.
fn type_in(sandbox: &Sandbox, line: &str, answer: &str, variables: &[(&str, &str)]) -> String {
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_rungs"));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    script.current_dir(sandbox.path()).env("TERM", "xterm");
    script
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied());
    let script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut script = script.expect("util-linux is installed");
    let mut keyboard = script.stdin.take().expect("a keyboard");
    keyboard
        .write_all(answer.as_bytes())
        .expect("somebody reads it");
    let output = script.wait_with_output().expect("an end");
    drop(keyboard);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn sandbox() -> Sandbox {
    Sandbox::new(&[
        (".env", "DATABASE_URL=sqlite:app.sqlite\n"),
        ("migrations/1_a.up.sql", "CREATE TABLE a (id INTEGER);\n"),
        ("migrations/1_a.down.sql", "DROP TABLE a;\n"),
    ])
}

#[test]
fn what_destroys_is_asked_about() {
    let sandbox = sandbox();
    sandbox.run(&["up"]);
    let no = type_in(&sandbox, "down", "n\n", &[]);
    assert!(
        no.contains("  1 a\r\nroll back on SQLite app.sqlite? [y/N] "),
        "{no}"
    );
    assert!(no.contains("nothing was changed"), "{no}");
    assert!(sandbox.run(&["status"]).contains("1 applied"));
    let nothing = type_in(&sandbox, "down", "\n", &[]);
    assert!(nothing.contains("nothing was changed"), "{nothing}");
    let yes = type_in(&sandbox, "down", "y\n", &[]);
    assert!(yes.contains("the database is at base"), "{yes}");
    assert!(sandbox.run(&["status"]).contains("1 pending"));
}

#[test]
fn a_run_is_seen_while_it_goes_on() {
    let sandbox = sandbox();
    let up = type_in(&sandbox, "up", "", &[]);
    assert!(up.contains("/1 statements"), "{up}");
    assert!(up.contains("the database is at 1"), "{up}");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let sandbox = sandbox();
    let bold = "\u{1b}[1mVERSION";
    assert!(type_in(&sandbox, "status", "", &[]).contains(bold));
    let refused = type_in(&sandbox, "status", "", &[("NO_COLOR", "1")]);
    assert!(!refused.contains('\u{1b}'), "{refused}");
    let never = type_in(&sandbox, "--color never status", "", &[]);
    assert!(!never.contains('\u{1b}'), "{never}");
}
