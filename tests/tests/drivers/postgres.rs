//! What only PostgreSQL says: where in the text, and what lies beneath.

use crate::driver::{Driver, Server};
use crate::table;

fn drivers() -> impl Iterator<Item = &'static Driver> {
    Driver::of(Server::Postgres)
}

#[test]
fn the_offset_is_a_byte_of_the_text() {
    for driver in drivers() {
        let mut subject = driver.open();
        for (failing, code, at) in [
            ("SELECT 'ß' AS ß, nowhere", "42703", "nowhere"),
            ("SELECT 'ß' FROM 🦀nowhere", "42P01", "🦀nowhere"),
            ("SELECT 'ß' SELEKT SELECT", "42601", "SELECT"),
        ] {
            let error = subject.fail(&["SELECT 'ä🦀', 1", failing]);
            let text = format!("SELECT 'ä🦀', 1;\n{failing}");
            assert_eq!(
                error.code.as_deref(),
                Some(driver.code(code)),
                "{driver}: {failing}"
            );
            let offset = text.rfind(at).filter(|_| driver.tells_place());
            assert_eq!(error.offset, offset, "{driver}: {failing}");
        }
    }
}

#[test]
fn the_end_of_the_text_has_an_offset() {
    for driver in drivers() {
        let error = driver.open().fail(&["SELECT 'ä'", "SELECT 'ß' FROM"]);
        let end = "SELECT 'ä';\nSELECT 'ß' FROM".len();
        let end = driver.tells_place().then_some(end);
        assert_eq!(error.offset, end, "{driver}");
    }
}

#[test]
fn details_hints_and_contexts_are_lines() {
    for driver in drivers() {
        let mut subject = driver.open();
        subject.ask(&["CREATE TABLE fruit (id int PRIMARY KEY)"]);
        let block = "DO $$ BEGIN\n  INSERT INTO fruit VALUES (7), (7);\nEND $$";
        let error = subject.fail(&["SELECT 'ä'", block]);
        let detail = "Key (id)=(7) already exists.";
        let context = "\n\
                      SQL statement \"INSERT INTO fruit VALUES (7), (7)\"\n\
                      PL/pgSQL function inline_code_block line 2 at SQL statement";
        let context = if driver.tells_context() { context } else { "" };
        assert_eq!(error.detail, Some(format!("{detail}{context}")), "{driver}");
        assert_eq!(error.offset, None, "{driver}");
        let error = subject.fail(&["SELECT idd FROM fruit"]);
        let hint = r#"Perhaps you meant to reference the column "fruit.id"."#;
        assert_eq!(error.detail.as_deref(), Some(hint), "{driver}");
    }
}

#[test]
fn a_query_inside_a_block_is_named() {
    for driver in drivers().filter(|driver| driver.tells_context()) {
        let error = driver
            .open()
            .fail(&["DO $$ BEGIN\n  PERFORM nowhere();\nEND $$"]);
        assert_eq!(
            error.code.as_deref(),
            Some(driver.code("42883")),
            "{driver}"
        );
        assert_eq!(
            error.offset, None,
            "{driver}: the position is one in another text"
        );
        let detail = error.detail.unwrap();
        assert!(
            detail.contains("inline_code_block line 2 at PERFORM"),
            "{driver}: {detail}"
        );
        assert!(detail.contains("SELECT nowhere()"), "{driver}: {detail}");
    }
}

#[test]
fn a_connection_that_was_cut_has_no_answer() {
    for driver in drivers() {
        let mut subject = driver.open();
        subject.fail(&["SELECT pg_terminate_backend(pg_backend_pid())"]);
        let error = subject.fail(&["SELECT 1"]);
        assert_eq!(error.code, None, "{driver}: {error:?}");
    }
}

#[test]
fn what_a_transaction_may_not_contain_is_run() {
    for driver in drivers() {
        let mut subject = driver.open();
        subject.ask(&["CREATE TABLE fruit (id int)"]);
        subject.ask(&["CREATE INDEX CONCURRENTLY by_id ON fruit (id)"]);
        let rows = subject.ask(&["SELECT 'by_id'::regclass::text"]);
        assert_eq!(rows, table(&["by_id"]), "{driver}");
    }
}
