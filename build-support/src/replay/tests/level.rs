//! What the project makes of what is found.
#![cfg(feature = "sqlite")]

use insta::assert_snapshot;

use crate::compile::check_file;
use crate::dialect::Dialect;
use crate::fixture;
use crate::source::SourceFile;

const MADE: &str = "1_a.sql: CREATE TABLE a (id INTEGER);";
const WRONG: &str = "2_b.sql: ALTER TABLE b ADD c INT;";

#[test]
fn it_is_an_error_unless_the_project_says_less() {
    let found = |settings: &str| fixture::compile(&format!("{MADE}\n{WRONG}\n{settings}"));
    assert_snapshot!(found(""), @r#"
    error migrations/2_b.sql:1:13: there is no table `b` [unknown-table]
      migrations/2_b.sql:1:13: not found
      help: if something else creates it, write `external = ["b"]` into `rungs.toml`
    "#);
    assert_snapshot!(found(r"rungs.toml: [levels]\nunknown-table = 'warn'"), @r#"
    warning migrations/2_b.sql:1:13: there is no table `b` [unknown-table]
      migrations/2_b.sql:1:13: not found
      help: if something else creates it, write `external = ["b"]` into `rungs.toml`
    "#);
    assert_eq!(found(r"rungs.toml: [levels]\nunknown-table = 'allow'"), "");
    assert_eq!(found("rungs.toml: since = 3"), "");
    assert_eq!(found("rungs.toml: external = ['b']"), "");
}

#[test]
fn names_with_placeholders_are_told_as_they_are_written() {
    let settings = "rungs.toml: placeholders = ['prefix', 'other']";
    let found = |text: &str| {
        let made = "1_a.sql: CREATE TABLE {{prefix}}users (id INTEGER, email TEXT);";
        let used = "3_c.sql: SELECT 1 FROM {{other}}teams;";
        let other = "2_b.sql: CREATE TABLE {{other}}teams (id INTEGER);";
        fixture::compile(&format!(
            "{made}\n{other}\n{used}\n4_d.sql: {text}\n{settings}"
        ))
    };
    assert_eq!(found("SELECT email FROM {{prefix}}users;"), "");
    // The placeholders may have the same value, or none.
    assert_eq!(found("SELECT email FROM {{other}}users;"), "");
    assert_eq!(found("SELECT email FROM users;"), "");
    assert_snapshot!(found("SELECT emial FROM {{prefix}}users;"), @"
    error migrations/4_d.sql:1:8: there is no column `emial` in `{{prefix}}users` [unknown-column]
      migrations/4_d.sql:1:8: not found
      migrations/1_a.sql:1:43: a column with a similar name
      help: did you mean `email`?
    ");
    assert_snapshot!(found("SELECT id FROM {{prefix}}user;"), @"
    error migrations/4_d.sql:1:16: there is no table `{{prefix}}user` [unknown-table]
      migrations/4_d.sql:1:16: not found
      help: did you mean `{{prefix}}users`?
    ");
}

#[test]
fn a_list_of_what_others_create_is_one_of_names() {
    let found = |settings: &str| fixture::compile(&format!("{MADE}\nrungs.toml: {settings}"));
    assert_snapshot!(found("external = 'b'"), @r#"error migrations/rungs.toml:1:12: expected a list of names, as in `["auth.*"]`, found string [bad-config]"#);
    assert_snapshot!(found("external = ['b', 1]"), @r#"error migrations/rungs.toml:1:18: expected a list of names, as in `["auth.*"]`, found integer [bad-config]"#);
}

#[test]
fn a_comment_allows_it_and_must_be_needed() {
    let found = |text: &str| fixture::compile(&format!("{MADE}\n2_b.sql: {text}"));
    let allowed = r"-- rungs: allow(unknown-table) why\n";
    assert_eq!(found(&format!("{allowed}ALTER TABLE b ADD c INT;")), "");
    assert_snapshot!(found(&format!("{allowed}ALTER TABLE a ADD c INT;")), @"
    warning migrations/2_b.sql:1:1: `unknown-table` is not found here [unused-allow]
      migrations/2_b.sql:1:1: allows nothing
      help: delete this comment
    ");
}

#[test]
fn where_nothing_is_replayed_no_comment_is_unused() {
    let text = "-- rungs: allow(unknown-table) why\nALTER TABLE b ADD c INT;";
    let (_, found) = check_file(&SourceFile::new("a.sql", text), &[], &[Dialect::Sqlite]);
    assert!(found.is_empty(), "{found:?}");
    let text = text.replace('\n', r"\n");
    let listing = format!("{MADE}\n2_b.sql: {text}\nthird.sql: SELECT 1;");
    assert_snapshot!(fixture::compile(&listing), @"
    error migrations/third.sql:1:1: `third.sql` is not named `<version>_<name>.up.sql`, `.down.sql` or `.sql` [bad-name]
      help: rename it to `3_third.sql` if it is a migration, or move it elsewhere
    ");
}

#[test]
fn a_part_beside_its_squash_is_told_once() {
    let squash = r"2_b.sql: -- rungs: replaces(1, 2)\nCREATE TABLE a (id INTEGER);";
    let listing = format!("{MADE}\n{squash}");
    assert_snapshot!(fixture::compile(&listing), @"
    error migrations/2_b.sql:1:20: migration 1 is replaced by `migrations/2_b.sql` and still there [replaced-file]
      migrations/2_b.sql:1:20: listed here
      help: move `migrations/1_a.sql` out of the directory, with its down script
    ");
}
