//! MySQL and MariaDB by the statement: `valid.sql` and `broken.sql` hold one a line, under headings
//! that say of which server they are told. A test against servers reads the same files.

use super::run;
use crate::diagnostic::Diagnostics;
use crate::dialect::{Dialect, Server};
use crate::source::SourceFile;
use crate::sql::lex::lex;
use crate::sql::narrow;
use crate::sql::split::split;
use crate::sql::verdict::mysql::{object, unresolved};

const VALID: &str = include_str!("mysql/valid.sql");
const BROKEN: &str = include_str!("mysql/broken.sql");

/// The statements below headings that begin with one of these words.
fn below<'a>(text: &'a str, headings: &[&str]) -> Vec<&'a str> {
    let mut is_meant = false;
    let mut statements = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            is_meant = headings.iter().any(|word| heading.starts_with(word));
        } else if is_meant {
            statements.push(line);
        }
    }
    statements
}

/// Whether a line is one statement that a server accepts.
fn is_accepted(line: &str, server: Server) -> bool {
    let text = format!("DELIMITER //\n{line} //");
    let phrases = split(&text, &lex(&text, Dialect::Mysql), Dialect::Mysql);
    let [phrase] = phrases.as_slice() else {
        return false;
    };
    object(phrase, server).is_none()
}

#[test]
fn the_grammar_refers_to_nothing_that_is_not_there() {
    assert_eq!(unresolved(), Vec::<&str>::new());
}

#[test]
fn what_both_servers_accept_is_accepted() {
    for line in below(VALID, &["both", "either"]) {
        for server in [Server::Any, Server::Mariadb, Server::Mysql8] {
            assert!(is_accepted(line, server), "{server:?}: {line}");
        }
        let report = run(&format!("DELIMITER //\n{line} //"), &[Dialect::Mysql]).1;
        assert!(!report.contains("invalid-sql"), "{report}");
    }
}

#[test]
fn what_one_server_has_alone_is_refused_for_the_other() {
    for (heading, server, other) in [
        ("mariadb", Server::Mariadb, Server::Mysql8),
        ("mysql8", Server::Mysql8, Server::Mariadb),
    ] {
        for line in below(VALID, &[heading]) {
            assert!(is_accepted(line, Server::Any), "{line}");
            assert!(is_accepted(line, server), "{line}");
            assert!(!is_accepted(line, other), "{line}");
        }
    }
}

#[test]
fn what_no_server_accepts_is_refused() {
    for line in below(BROKEN, &["both"]) {
        assert!(!is_accepted(line, Server::Any), "{line}");
    }
    for (heading, server) in [("mariadb", Server::Mariadb), ("mysql8", Server::Mysql8)] {
        for line in below(BROKEN, &[heading]) {
            assert!(!is_accepted(line, server), "{line}");
        }
    }
}

/// No token of a plain statement can be left out, but for the few that are optional.
#[test]
fn a_token_less_is_noticed() {
    let lines = [
        "CREATE TABLE t (a int COMMENT 'x')",
        "ALTER TABLE t MODIFY a int",
        "CREATE INDEX i ON t (a)",
        "UPDATE t SET a = 1 WHERE b = 2",
        "RENAME TABLE a TO b",
    ];
    for line in lines {
        let tokens: Vec<&str> = line.split(' ').collect();
        for left_out in 0..tokens.len() {
            let rest: Vec<&str> = tokens
                .iter()
                .enumerate()
                .filter_map(|(at, token)| (at != left_out).then_some(*token))
                .collect();
            assert!(!is_accepted(&rest.join(" "), Server::Any), "{rest:?}");
        }
    }
}

#[test]
fn a_file_for_one_server_says_what_it_refuses() {
    let file = SourceFile::new("a.sql", "SELECT 1;\nCREATE SEQUENCE s;\nSELEC 1;\n");
    let mut diagnostics = Diagnostics::default();
    narrow(&file, &[Server::Mariadb, Server::Mysql8], &mut diagnostics);
    let found = diagnostics.into_sorted();
    let [found] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        found.message,
        "invalid MySQL 8: syntax error near `SEQUENCE`"
    );
    assert_eq!(
        found.position().map(|at| (at.line, at.column)),
        Some((2, 8))
    );
}
