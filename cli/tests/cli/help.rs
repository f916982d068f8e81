//! The texts of `--help`.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

fn help(arguments: &[&str]) -> String {
    Sandbox::new(&[]).run(&[arguments, &["--help"]].concat())
}

#[test]
fn rungs() {
    assert_snapshot!(help(&[]), @"
    SQL migrations, checked before they run

    Usage: rungs [OPTIONS] <COMMAND>

    Commands:
      check       Check a directory of migrations, as the build does
      statements  List the statements of a file or of a directory of migrations
      explain     Say what a diagnostic means and what to do about it
      new         Create the files of the next migration
      init        Set up a package: the directory, rungs.toml, and what to paste where

    Options:
          --color <WHEN>  When to use colour: auto, always, never [default: auto]
      -h, --help          Print help
      -V, --version       Print version

    Examples:
      rungs init --dialect sqlite     Set a project up
      rungs new create_users          Create the next migration
      rungs check migrations          Check them all, as the build does
      rungs explain invalid-sql       Say what a diagnostic means
    --- exit 0
    ");
}

#[test]
fn check() {
    assert_snapshot!(help(&["check"]), @"
    Check a directory of migrations, as the build does

    Usage: rungs check [OPTIONS] <DIR>

    Arguments:
      <DIR>  The directory of the migrations

    Options:
          --dialect <DIALECT>  What the SQL must be valid for: sqlite, postgres, mysql [default: as in rungs.toml]
          --format <FORMAT>    How to tell: text, json, github [default: text]
          --color <WHEN>       When to use colour: auto, always, never [default: auto]
      -h, --help               Print help

    Examples:
      rungs check migrations
      rungs check migrations --dialect sqlite,postgres
      rungs check migrations --format github     Annotations in a GitHub workflow

    The exit status is 1 when there are errors.
    --- exit 0
    ");
}

#[test]
fn statements() {
    assert_snapshot!(help(&["statements"]), @"
    List the statements of a file or of a directory of migrations

    Usage: rungs statements [OPTIONS] <FILE|DIR>

    Arguments:
      <FILE|DIR>  A file of SQL, or the directory of the migrations

    Options:
          --dialect <DIALECT>  What the SQL is written for: sqlite, postgres, mysql [default: as in rungs.toml]
          --format <FORMAT>    How to list: text, json [default: text]
          --color <WHEN>       When to use colour: auto, always, never [default: auto]
      -h, --help               Print help

    Examples:
      rungs statements migrations
      rungs statements dump.sql --dialect postgres --format json

    Each line tells where a statement is, its kind, whether it runs inside a transaction, and whether
    rungs knows what it does (modelled) or only that it is valid (opaque).
    --- exit 0
    ");
}

#[test]
fn explain() {
    assert_snapshot!(help(&["explain"]), @"
    Say what a diagnostic means and what to do about it

    Usage: rungs explain [OPTIONS] [ID]

    Arguments:
      [ID]  The id in the brackets of an error; without it all are listed

    Options:
          --color <WHEN>  When to use colour: auto, always, never [default: auto]
      -h, --help          Print help

    Examples:
      rungs explain
      rungs explain invalid-sql
    --- exit 0
    ");
}

#[test]
fn new() {
    assert_snapshot!(help(&["new"]), @r#"
    Create the files of the next migration

    Usage: rungs new [OPTIONS] <NAME>

    Arguments:
      <NAME>  What the migration does; becomes a part of the file name

    Options:
          --dir <DIR>     The directory of the migrations [default: migrations]
          --down          With a file for the way back
          --no-down       Without a file for the way back
          --timestamp     With the time of day (UTC) as the version
          --sequence      With the next number as the version
          --color <WHEN>  When to use colour: auto, always, never [default: auto]
      -h, --help          Print help

    Examples:
      rungs new create_users
      rungs new "add email to users" --no-down
      rungs new create_users --dir db/migrations --timestamp

    The files continue what the directory does: its layout, its numbers or timestamps, its ways back.
    No file is ever overwritten.
    --- exit 0
    "#);
}

#[test]
fn init() {
    assert_snapshot!(help(&["init"]), @"
    Set up a package: the directory, rungs.toml, and what to paste where

    Usage: rungs init [OPTIONS] [DIR]

    Arguments:
      [DIR]  The directory of the migrations [default: migrations]

    Options:
          --dialect <DIALECT>  What the SQL will be written for: sqlite, postgres, mysql [default: by the driver in Cargo.toml]
          --color <WHEN>       When to use colour: auto, always, never [default: auto]
      -h, --help               Print help

    Examples:
      rungs init
      rungs init db/migrations --dialect postgres

    Run it beside Cargo.toml. What is already there stays as it is.
    --- exit 0
    ");
}
