//! What is refused, and how it is told.

use std::fmt::Write;

use insta::assert_snapshot;

use super::report;
use crate::dialect::Dialect;

#[test]
fn sqlite() {
    let told = told(
        Dialect::Sqlite,
        &[
            "CREATE TABEL a (x int);",
            "CREATE TABLE a (\n  x int,\n);\nSELEC 1;",
            "CREATE TABLE a (x int)\nCREATE TABLE b (x int);",
            "CREATE TABLE a (x int;\nCREATE TABLE b (x int);",
            "DROP INDEX i ON t;",
            "ALTER TABLE t ADD COLUMN;",
            "SELECT 1 + ;",
            "SELECT 0x; SELECT x'1';",
        ],
    );
    assert_snapshot!(told, @r"@@Sqlite@@");
}

#[test]
fn postgres() {
    let told = told(
        Dialect::Postgres,
        &[
            "CREATE TABEL a (x int);",
            "CREATE TABLE a (\n  x int,\n);\nSELEC 1;",
            "CREATE TABLE a (x int)\nCREATE TABLE b (x int);",
            "CREATE TABLE a (x int;\nCREATE TABLE b (x int);",
            "DROP INDEX i ON t;",
            "ALTER TABLE t ADD COLUMN;",
            "SELECT 1 + ;",
            "CREATE TABLE a (x int NOT NUL);",
            "INSERT INTO t VALUES (1, 2",
            "CREATE TABLE a (x int y int);",
        ],
    );
    assert_snapshot!(told, @r"@@Postgres@@");
}

#[test]
fn mysql() {
    let told = told(
        Dialect::Mysql,
        &[
            "CREATE TABEL a (x int);",
            "CREATE TABLE a (\n  x int,\n);\nSELEC 1;",
            "CREATE TABLE a (x int)\nCREATE TABLE b (x int);",
            "CREATE TABLE a (x int;\nCREATE TABLE b (x int);",
            "ALTER TABLE t ADD COLUMN;",
            "SELECT 1 + ;",
            "CREATE TABLE a (x int y int);",
            "CREATE PROCEDURE p() BEGIN SELECT 1;",
        ],
    );
    assert_snapshot!(told, @r"@@Mysql@@");
}

fn told(dialect: Dialect, texts: &[&str]) -> String {
    let mut told = String::new();
    for text in texts {
        let report = report(text, dialect);
        assert!(report.contains(" invalid-sql: "), "{text}");
        let _ = writeln!(told, "{text}\n{report}");
    }
    told
}
