//! What `rungs-build` says about MySQL and MariaDB, put to the servers: its tests read the same files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rungs_servers::{Protocol, Running, require};

const VALID: &str = include_str!("../../../build-support/src/sql/tests/mysql/valid.sql");
const BROKEN: &str = include_str!("../../../build-support/src/sql/tests/mysql/broken.sql");

#[test]
fn servers_agree_with_the_grammar() {
    let mut disagreements = Vec::new();
    for server in require(Protocol::MySql) {
        let product = product(&server);
        for statement in below(VALID, product) {
            if let Some(error) = syntax_error(&server, statement) {
                disagreements.push(format!("{} refuses {statement}: {error}", server.name()));
            }
        }
        for statement in below(BROKEN, product) {
            if !is_refused(&server, statement) {
                disagreements.push(format!("{} accepts {statement}", server.name()));
            }
        }
    }
    assert!(disagreements.is_empty(), "{disagreements:#?}");
}

fn product(server: &Running) -> &'static str {
    let version = server.ask("select version()").unwrap();
    if version.contains("MariaDB") {
        "mariadb"
    } else {
        "mysql8"
    }
}

/// The statements for both servers, and those for one.
fn below<'a>(text: &'a str, product: &str) -> Vec<&'a str> {
    let mut is_meant = false;
    let mut statements = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            is_meant = heading.starts_with("both:") || heading.starts_with(product);
        } else if is_meant {
            statements.push(line);
        }
    }
    statements
}

/// What the server says against the form of a statement, which is only prepared.
fn syntax_error(server: &Running, statement: &str) -> Option<String> {
    // 1064 is a syntax error, 4161 an unknown type.
    prepare(server, statement)
        .filter(|error| error.contains("ERROR 1064") || error.contains("ERROR 4161"))
}

/// Whether preparing a statement fails for what it says, whatever exists.
fn is_refused(server: &Running, statement: &str) -> bool {
    // Words that are no syntax error to the server, and yet wrong: 1149 a form of `DELETE`, 1336 what
    // no trigger may do, 1800 and 1801 unknown words for `ALGORITHM` and `LOCK`.
    let numbers = [1064, 4161, 1149, 1336, 1800, 1801];
    prepare(server, statement).is_some_and(|error| {
        numbers
            .iter()
            .any(|number| error.contains(&format!("ERROR {number}")))
    })
}

fn prepare(server: &Running, statement: &str) -> Option<String> {
    let quoted = statement.replace('\\', "\\\\").replace('\'', "\\'");
    let outcome = server.ask(&format!("PREPARE s FROM '{quoted}'"));
    outcome.err().map(|error| format!("{error:#}"))
}
