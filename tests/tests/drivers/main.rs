//! What an adapter promises, asked of every driver of a server: several statements in one text, the
//! rows of the last, how far a text came, what stays usable, what a dropped run leaves.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod driver;
mod dropped;
mod mysql;
mod postgres;
mod subject;

use rungs::{Command, DriverError, Rows};

use crate::driver::DRIVERS;
use crate::subject::Subject;

#[test]
fn rows_are_those_of_the_last_statement() {
    for driver in DRIVERS {
        let mut subject = driver.open();
        let setup = [
            "CREATE TABLE fruit (id int, name text)",
            "SELECT 'earlier'",
            "INSERT INTO fruit VALUES (1, 'apple'), (2, 'pear')",
            "SELECT 'earlier', 1, 2",
            "SELECT id, name FROM fruit ORDER BY id",
        ];
        let rows = subject.ask(&setup);
        assert_eq!(rows, table(&["1 apple", "2 pear"]), "{driver}");
        let rows = subject.ask(&["SELECT 1", "INSERT INTO fruit VALUES (3, 'plum')"]);
        assert_eq!(rows, Rows::new(), "{driver}: an INSERT answers nothing");
        let rows = subject.ask(&["SELECT 1", "SELECT id FROM fruit WHERE id = 7"]);
        assert_eq!(rows, Rows::new(), "{driver}: no row is no row");
        assert_eq!(subject.ask(&["SELECT 1"]), table(&["1"]), "{driver}");
    }
}

#[test]
fn a_value_is_text_or_null() {
    for driver in DRIVERS {
        let mut subject = driver.open();
        let rows = subject.ask(&["SELECT NULL, '', 'Grüße 🦀', -42, 5000000000"]);
        let text = |value: &str| Some(value.to_owned());
        let values = ["", "Grüße 🦀", "-42", "5000000000"].map(text);
        let row: Vec<_> = [None].into_iter().chain(values).collect();
        assert_eq!(rows, [row], "{driver}");
        if driver.reads_text() {
            let rows = subject.ask(&["SELECT 1.50, date '2026-01-31'"]);
            assert_eq!(rows, table(&["1.50 2026-01-31"]), "{driver}");
        }
    }
}

#[test]
fn a_big_answer_is_read_to_its_end() {
    let digits = "(SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 \
                  UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    let big = format!(
        "SELECT concat(a.n, b.n, c.n, d.n), repeat('x', 100) \
         FROM {digits} a, {digits} b, {digits} c, {digits} d ORDER BY 1"
    );
    for driver in DRIVERS {
        let mut subject = driver.open();
        let rows = subject.ask(&[&big]);
        assert_eq!(rows.len(), 10_000, "{driver}");
        assert_eq!(rows[9999][0].as_deref(), Some("9999"), "{driver}");
        let rows = subject.ask(&[&big, "SELECT 'small'"]);
        assert_eq!(rows, table(&["small"]), "{driver}");
    }
}

#[test]
fn the_third_of_four_statements_fails() {
    for driver in DRIVERS {
        let mut subject = driver.open();
        subject.ask(&["CREATE TABLE fruit (id int PRIMARY KEY)"]);
        for (failing, code) in driver.server.failures() {
            let before = "INSERT INTO fruit VALUES (1)";
            let error = subject.fail(&["BEGIN", before, failing, "COMMIT"]);
            assert_eq!(
                error.code.as_deref(),
                Some(driver.code(code)),
                "{driver}: {failing}"
            );
            assert_eq!(error.completed, driver.completed(2), "{driver}: {failing}");
            assert!(!error.message.is_empty(), "{driver}: {failing}");
            subject.ask(&["ROLLBACK"]);
            let rows = subject.ask(&["SELECT count(*) FROM fruit"]);
            assert_eq!(rows, table(&["0"]), "{driver}: `{failing}` stops the text");
        }
    }
}

#[test]
fn a_guard_that_fails_stops_the_rest() {
    for driver in DRIVERS {
        let mut subject = driver.open();
        subject.ask(&["CREATE TABLE fruit (id int)"]);
        let (guard, code) = driver.server.guard();
        let error = subject.fail(&[guard, "INSERT INTO fruit VALUES (1)"]);
        assert_eq!(error.code.as_deref(), Some(driver.code(code)), "{driver}");
        assert_eq!(error.completed, driver.completed(0), "{driver}");
        let rows = subject.ask(&["SELECT id FROM fruit"]);
        assert_eq!(rows, Rows::new(), "{driver}");
    }
}

#[test]
fn notices_and_warnings_are_no_answers() {
    for driver in DRIVERS {
        let mut subject = driver.open();
        for noisy in driver.server.noisy() {
            let rows = subject.ask(&["SELECT 'before'", noisy, "SELECT 'after'"]);
            assert_eq!(rows, table(&["after"]), "{driver}: {noisy}");
        }
    }
}

#[test]
fn no_message_has_the_password() {
    for error in subject::unreachable() {
        assert!(
            !format!("{error:?} {error}").contains("s3cret"),
            "{error:?}"
        );
    }
}

/// Rows of words.
fn table(rows: &[&str]) -> Rows {
    let row = |row: &&str| row.split(' ').map(|word| Some(word.to_owned())).collect();
    rows.iter().map(row).collect()
}

/// These statements; rows are read of a query only.
fn command(statements: &[&str]) -> Command {
    let asks = statements
        .last()
        .is_some_and(|last| last.starts_with("SELECT"));
    Command::of(statements).with_answer(asks)
}

impl dyn Subject {
    /// What the last of these statements answers.
    fn ask(&mut self, statements: &[&str]) -> Rows {
        let answer = self.run(&command(statements));
        answer.unwrap_or_else(|error| panic!("{statements:?}: {error:?}"))
    }

    /// How one of these statements fails.
    fn fail(&mut self, statements: &[&str]) -> DriverError {
        let answer = self.run(&command(statements));
        answer.map_or_else(|error| error, |rows| panic!("{statements:?}: {rows:?}"))
    }
}
