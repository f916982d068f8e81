//! What is common to all commands.

use std::process::Command;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn version() {
    let expected = format!("rungs {}\n--- exit 0", env!("CARGO_PKG_VERSION"));
    assert_eq!(Sandbox::new(&[]).run(&["--version"]), expected);
}

#[test]
fn a_command_line_without_sense_exits_with_2() {
    let sandbox = Sandbox::new(&[]);
    assert_snapshot!(sandbox.run(&["chekc"]), @"
    --- stderr
    error: unrecognized subcommand 'chekc'

      tip: some similar subcommands exist: 'schema', 'check-live', 'check'

    Usage: rungs [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(sandbox.run(&["check"]), @"
    --- stderr
    error: the following required arguments were not provided:
      <DIR>

    Usage: rungs check <DIR>

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(sandbox.run(&["check", "migrations", "--dialect", "oracle"]), @"
    --- stderr
    error: invalid value 'oracle' for '--dialect <DIALECT>': unknown dialect `oracle`; known are sqlite, postgres, mysql

    For more information, try '--help'.
    --- exit 2
    ");
    assert_snapshot!(sandbox.run(&["new"]), @"
    --- stderr
    error: the following required arguments were not provided:
      <NAME>

    Usage: rungs new <NAME>

    For more information, try '--help'.
    --- exit 2
    ");
}

#[test]
fn nothing_typed_shows_the_help() {
    let sandbox = Sandbox::new(&[]);
    let help = sandbox.run(&["--help"]).replace("--- exit 0", "--- exit 2");
    assert_eq!(sandbox.run(&[]), format!("--- stderr\n{help}"));
}

#[test]
fn cargo_runs_it_as_a_subcommand() {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-rungs"))
        .args(["rungs", "--version"])
        .output()
        .expect("the command runs");
    assert!(output.stdout.starts_with(b"rungs "));
}

#[test]
fn color_is_for_terminals_unless_asked_for() {
    let sandbox = Sandbox::new(&[]);
    let explain = ["explain", "invalid-sql"];
    let bold = "\u{1b}[1m# invalid-sql\u{1b}[0m\n";
    assert!(sandbox.run(&explain).starts_with("# invalid-sql\n"));
    let always = sandbox.run(&["--color", "always", "explain", "invalid-sql"]);
    assert!(always.starts_with(bold));
    let mut forced = sandbox.command(&explain);
    let output = forced.env("CLICOLOR_FORCE", "1").output().expect("it runs");
    assert!(output.stdout.starts_with(bold.as_bytes()));
    let mut refused = sandbox.command(&explain);
    let output = refused.env("NO_COLOR", "1").output().expect("it runs");
    assert!(output.stdout.starts_with(b"# invalid-sql"));
}

#[test]
fn a_reader_that_leaves_hears_no_more() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let sandbox = Sandbox::new(&[]);
    let output = sandbox
        .command(&["explain"])
        .stdout(writer)
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
}
