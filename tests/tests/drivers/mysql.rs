//! What only MySQL does: procedures, which answer as often as they please.

use rungs::Rows;

use crate::driver::{Driver, Server};
use crate::table;

const PROCEDURE: &str = "CREATE PROCEDURE twice(failing int) BEGIN \
    SELECT 'first'; SELECT 'second', 2; \
    IF failing THEN INSERT INTO nowhere VALUES (1); END IF; END";

#[test]
fn a_call_answers_no_rows() {
    for driver in Driver::of(Server::Mariadb) {
        let mut subject = driver.open();
        subject.ask(&[PROCEDURE]);
        assert_eq!(subject.ask(&["CALL twice(0)"]), Rows::new(), "{driver}");
        let rows = subject.ask(&["CALL twice(0)", "SELECT 'after'"]);
        assert_eq!(rows, table(&["after"]), "{driver}");
    }
}

#[test]
fn the_error_of_a_call_is_not_swallowed() {
    for driver in Driver::of(Server::Mariadb) {
        let mut subject = driver.open();
        subject.ask(&[PROCEDURE]);
        let error = subject.fail(&["SELECT 1", "CALL twice(1)", "SELECT 2"]);
        assert_eq!(error.code.as_deref(), Some("1146"), "{driver}");
        assert_eq!(
            error.completed,
            driver.completed(3),
            "{driver}: each answer counts"
        );
        assert_eq!(subject.ask(&["SELECT 3"]), table(&["3"]), "{driver}");
    }
}

#[test]
fn an_error_in_the_middle_of_rows_is_one_of_their_statement() {
    for driver in Driver::of(Server::Mariadb) {
        let mut subject = driver.open();
        subject.ask(&[
            "CREATE TABLE fruit (id int)",
            "INSERT INTO fruit VALUES (1), (2), (3)",
        ]);
        let failing = "SELECT if(id < 3, id, (SELECT 1 UNION ALL SELECT id)) FROM fruit";
        let error = subject.fail(&["SELECT 1", failing, "SELECT 2"]);
        assert_eq!(error.code.as_deref(), Some("1242"), "{driver}");
        assert_eq!(error.completed, driver.completed(1), "{driver}");
        assert_eq!(subject.ask(&["SELECT 3"]), table(&["3"]), "{driver}");
    }
}

#[test]
fn an_error_behind_a_warning_has_its_own_code() {
    for driver in Driver::of(Server::Mariadb) {
        let mut subject = driver.open();
        subject.ask(&[
            "SET SESSION sql_mode = ''",
            "CREATE TABLE fruit (id int PRIMARY KEY)",
        ]);
        let error = subject.fail(&["INSERT INTO fruit VALUES ('1 apple'), (1)"]);
        assert_eq!(error.code.as_deref(), Some("1062"), "{driver}");
    }
}
