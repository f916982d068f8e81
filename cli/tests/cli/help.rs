//! The texts of `--help`.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const COMMANDS: &[&str] = &[
    "init",
    "new",
    "check",
    "status",
    "up",
    "down",
    "to",
    "redo",
    "plan",
    "check-live",
    "log",
    "errors",
    "trace",
    "rebuild",
    "settle",
    "mark",
    "skip",
    "repair",
    "adopt",
    "touch",
    "squash",
    "wait",
    "env",
    "statements",
    "schema",
    "diff",
    "drift",
    "explain",
    "completions",
    "version",
];

#[test]
fn rungs() {
    assert_snapshot!("rungs", Sandbox::new(&[]).run(&["--help"]));
}

#[test]
fn each_command() {
    let sandbox = Sandbox::new(&[]);
    for command in COMMANDS {
        assert_snapshot!(*command, sandbox.run(&[command, "--help"]));
    }
}

#[test]
fn no_command_is_left_out() {
    let help = Sandbox::new(&[]).run(&["--help"]);
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let (list, _) = list.split_once("\n\n").expect("the end of the list");
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    assert_eq!(names.collect::<Vec<_>>(), COMMANDS);
}
