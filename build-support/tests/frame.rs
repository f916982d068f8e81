//! The code frames that people read.

use std::sync::Arc;

use rungs_build::render::{Look, frame};
use rungs_build::{Diagnostic, SourceFile, kinds};

fn check(diagnostic: &Diagnostic) -> String {
    frame(diagnostic, Look::Compiler)
}

fn at(text: &str, range: std::ops::Range<usize>) -> String {
    let file = SourceFile::new("migrations/1_a.up.sql", text);
    check(&Diagnostic::new(&kinds::INVALID_SQL, "wrong").at(&file, range, "here"))
}

/// The offsets of a word in the text of a file.
fn word(file: &Arc<SourceFile>, word: &str) -> std::ops::Range<usize> {
    let start = file.text.find(word).unwrap_or_default();
    start..start + word.len()
}

#[test]
fn points_into_the_file() {
    let file = SourceFile::new(
        "migrations/2_email.up.sql",
        "-- Why.\nALTER TABLE users ADD COLUMN email text;\n\n\n\n\nCREATE INDEX ON users (emial);\n",
    );
    let diagnostic = Diagnostic::new(&kinds::INVALID_SQL, "no column `emial` in table `users`")
        .at(&file, word(&file, "emial"), "not found")
        .at(&file, word(&file, "email"), "a column with a similar name")
        .help("write `email`");
    insta::assert_snapshot!(check(&diagnostic), @"
    no column `emial` in table `users` [invalid-sql]
     --> migrations/2_email.up.sql:7:24
      |
    2 | ALTER TABLE users ADD COLUMN email text;
      |                              ----- a column with a similar name
    ...
    7 | CREATE INDEX ON users (emial);
      |                        ^^^^^ not found
      |
      = help: write `email`
    ");
}

#[test]
fn a_file_as_such_needs_no_excerpt() {
    let first = SourceFile::new("migrations/1_a.up.sql", "SELECT 1;\n");
    let second = SourceFile::new("migrations/01_b.up.sql", "SELECT 2;\n");
    let diagnostic = Diagnostic::new(&kinds::DUPLICATE_VERSION, "two migrations have version 1")
        .at(&first, 0..0, "")
        .at(&second, 0..0, "the other one")
        .help("renumber one");
    insta::assert_snapshot!(check(&diagnostic), @"
    two migrations have version 1 [duplicate-version]
    --> migrations/1_a.up.sql:1:1
    ::: migrations/01_b.up.sql:1:1
     = help: renumber one
    ");
}

#[test]
fn a_terminal_gets_the_severity_and_colour() {
    let file = SourceFile::new("migrations/1_a.up.sql", "SELEC 1;\n");
    let diagnostic = Diagnostic::new(&kinds::INVALID_SQL, "no such keyword `SELEC`")
        .at(&file, 0..5, "")
        .help("write `SELECT`");
    let text = frame(&diagnostic, Look::Terminal);
    insta::assert_snapshot!(text.escape_debug().to_string().replace("\\n", "\n"), @r"
    \u{1b}[1m\u{1b}[91merror[invalid-sql]\u{1b}[0m\u{1b}[1m: no such keyword `SELEC`\u{1b}[0m
     \u{1b}[1m\u{1b}[94m--> \u{1b}[0mmigrations/1_a.up.sql:1:1
      \u{1b}[1m\u{1b}[94m|\u{1b}[0m
    \u{1b}[1m\u{1b}[94m1\u{1b}[0m \u{1b}[1m\u{1b}[94m|\u{1b}[0m SELEC 1;
      \u{1b}[1m\u{1b}[94m|\u{1b}[0m \u{1b}[1m\u{1b}[91m^^^^^\u{1b}[0m
      \u{1b}[1m\u{1b}[94m|\u{1b}[0m
      \u{1b}[1m\u{1b}[94m= \u{1b}[0m\u{1b}[1mhelp\u{1b}[0m: write `SELECT`
    ");
}

#[test]
fn other_files_get_their_own_lines() {
    let first = SourceFile::new("migrations/1_a.up.sql", "SELECT 1;\nSELECT 2;\n");
    let second = SourceFile::new(
        "migrations/12_b.up.sql",
        "\n\n\n\n\n\n\n\n\n\n\nSELECT 3;\n",
    );
    let diagnostic = Diagnostic::new(&kinds::DUPLICATE_VERSION, "two migrations have version 1")
        .at(&first, 10..16, "the first")
        .at(&second, 11..17, "the second");
    insta::assert_snapshot!(check(&diagnostic), @"
    two migrations have version 1 [duplicate-version]
      --> migrations/1_a.up.sql:2:1
       |
     2 | SELECT 2;
       | ^^^^^^ the first
       |
      ::: migrations/12_b.up.sql:12:1
       |
    12 | SELECT 3;
       | ------ the second
    ");
}

#[test]
fn without_a_label_the_path_is_named() {
    let diagnostic = Diagnostic::new(&kinds::MISSING_DIRECTORY, "there is no such directory")
        .in_path("migrations")
        .help("create it:\nmkdir migrations");
    insta::assert_snapshot!(check(&diagnostic), @"
    there is no such directory [missing-directory]
    --> migrations
     = help: create it:
             mkdir migrations
    ");
}

#[test]
fn without_a_place_there_is_only_the_message() {
    let diagnostic = Diagnostic::new(&kinds::UNKNOWN_DIALECT, "the dialect is not known");
    insta::assert_snapshot!(check(&diagnostic), @"the dialect is not known [unknown-dialect]");
}

#[test]
fn tabs_and_wide_characters_keep_the_underline_under_the_word() {
    insta::assert_snapshot!(at("\tINSERT 'データ', wrong;", 21..26), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:16
      |
    1 |     INSERT 'データ', wrong;
      |                      ^^^^^ here
    ");
    insta::assert_snapshot!(at("é\u{1b}[31m wrong", 8..13), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:8
      |
    1 | é␛[31m wrong
      |        ^^^^^ here
    ");
}

#[test]
fn what_a_terminal_would_obey_is_not_written() {
    let file = SourceFile::new("a\u{1b}[31m\u{9b}31m\n.sql", "SELECT '\u{9b}31m\u{7}'");
    let message = "wrong \u{9b}31m\u{1b}[31m";
    let diagnostic = Diagnostic::new(&kinds::INVALID_SQL, message)
        .at(&file, 7..9, message)
        .help(message);
    let text = frame(&diagnostic, Look::Compiler);
    let obeyed = |letter: char| letter.is_control() && letter != '\n';
    assert!(!text.contains(obeyed), "{text:?}");
    let nowhere = Diagnostic::new(&kinds::MISSING_DIRECTORY, message).in_path(message);
    let text = frame(&nowhere, Look::Compiler);
    assert!(!text.contains(obeyed), "{text:?}");
}

#[test]
fn of_several_lines_the_first_is_shown() {
    insta::assert_snapshot!(at("CREATE TABLE a (\n  id int\n);", 0..28), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:1
      |
    1 | CREATE TABLE a (
      | ^^^^^^^^^^^^^^^^ here
    ");
}

#[test]
fn an_empty_range_is_one_caret() {
    insta::assert_snapshot!(at("SELECT ;\n", 7..7), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:8
      |
    1 | SELECT ;
      |        ^ here
    ");
    insta::assert_snapshot!(at("SELECT", 6..6), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:7
      |
    1 | SELECT
      |       ^ here
    ");
    insta::assert_snapshot!(at("SELECT\n", 7..7), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:2:1
      |
    2 |
      | ^ here
    ");
}

#[test]
fn a_long_line_is_cut() {
    let long = format!(
        "INSERT INTO t VALUES {}(wrong), {}",
        "(1), ".repeat(2000),
        "(2), ".repeat(2000)
    );
    insta::assert_snapshot!(at(&long, 10_022..10_027), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:10023
      |
    1 | ...1), (1), (1), (1), (1), (1), (1), (1), (wrong), (2), (2), (2), (2), (2), (2), (2), (2), (2...
      |                                            ^^^^^ here
    ");
    insta::assert_snapshot!(at(&long, 0..long.len()), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:1
      |
    1 | INSERT INTO t VALUES (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1...
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ here
    ");
    let file = SourceFile::new("migrations/1_a.up.sql", &long);
    let far_apart = Diagnostic::new(&kinds::INVALID_SQL, "wrong")
        .at(&file, 10_022..10_027, "here")
        .at(&file, 0..6, "of this");
    insta::assert_snapshot!(check(&far_apart), @"
    wrong [invalid-sql]
     --> migrations/1_a.up.sql:1:10023
      |
    1 | ...1), (1), (1), (1), (1), (1), (1), (1), (wrong), (2), (2), (2), (2), (2), (2), (2), (2), (2...
      |                                            ^^^^^ here
      |
     ::: migrations/1_a.up.sql:1:1
      |
    1 | INSERT INTO t VALUES (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1), (1...
      | ------ of this
    ");
}

#[test]
fn no_range_panics() {
    let text = "aé\t日本\nb\n\nc";
    for start in 0..text.len() + 3 {
        for end in 0..text.len() + 3 {
            assert!(at(text, start..end).starts_with("wrong [invalid-sql]\n"));
        }
    }
    assert_eq!(at(text, usize::MAX..usize::MAX), at(text, text.len()..0));
    assert_eq!(at(text, 0..usize::MAX), at(text, 0..text.len()));
}
