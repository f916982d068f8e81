//! What is refused, and how it is told.

use insta::assert_snapshot;

use super::report;
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};

#[test]
fn probe() {
    for (d, s) in [
        (Sqlite, "CREATE TABEL a (x int);"),
        (Sqlite, "CREATE TABLE a (\n  x int,\n);\nSELEC 1;"),
        (Sqlite, "CREATE TABLE a (x int)\nCREATE TABLE b (x int);"),
        (
            Sqlite,
            "CREATE TABLE a (id integer primary key auto_increment);",
        ),
        (Sqlite, "CREATE TABLE a (x int;\nCREATE TABLE b (x int);"),
        (Sqlite, "DROP INDEX i ON t;"),
        (Sqlite, "CREATE TABLE é (x\u{a0}int, y int y);"),
        (Sqlite, "ALTER TABLE t ADD COLUMN;"),
        (Sqlite, "SELECT 1 + ;"),
        (Sqlite, "SELECT 0x; SELECT x'1';"),
        (
            Sqlite,
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1;\nCREATE TABLE b (x int);",
        ),
        (Postgres, "CREATE TABEL a (x int);"),
        (Postgres, "CREATE TABLE a (\n  x int,\n);\nSELEC 1;"),
        (Postgres, "CREATE TABLE a (x int)\nCREATE TABLE b (x int);"),
        (
            Postgres,
            "CREATE TABLE a (id integer primary key auto_increment);",
        ),
        (Postgres, "CREATE TABLE a (x int;\nCREATE TABLE b (x int);"),
        (Postgres, "DROP INDEX i ON t;"),
        (Postgres, "ALTER TABLE t ADD COLUMN;"),
        (Postgres, "SELECT 1 + ;"),
        (
            Postgres,
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELEC 1 $$;",
        ),
        (Postgres, "CREATE TABLE a (x int NOT NUL);"),
        (Postgres, "INSERT INTO t VALUES (1, 2"),
        (Postgres, "CREATE TABLE a (x int y int);"),
        (Mysql, "CREATE TABEL a (x int);"),
        (Mysql, "CREATE TABLE a (\n  x int,\n);\nSELEC 1;"),
        (Mysql, "CREATE TABLE a (x int)\nCREATE TABLE b (x int);"),
        (
            Mysql,
            "CREATE TABLE a (id integer primary key autoincrement);",
        ),
        (Mysql, "CREATE TABLE a (x int;\nCREATE TABLE b (x int);"),
        (Mysql, "ALTER TABLE t ADD COLUMN;"),
        (
            Mysql,
            "ALTER TABLE t ENGINE=InnoDB,\n ADD COLUM x int, ROW_FORMAT=DYNAMIC;",
        ),
        (Mysql, "SELECT 1 + ;"),
        (Mysql, "CREATE TABLE a (x int y int);"),
        (Mysql, "CREATE PROCEDURE p() BEGIN SELECT 1;"),
    ] {
        eprintln!("--- {d}: {s}\n{}", report(s, d));
    }
}
