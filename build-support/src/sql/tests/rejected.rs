//! What is refused, and how it is told.

use std::fmt::Write;

use insta::assert_snapshot;

use super::report;
use crate::dialect::Dialect;

#[test]
fn sqlite_parameters() {
    for (parameter, shown) in [
        ("?", "?"),
        ("?1", "?"),
        (":a", ":"),
        ("@a", "@"),
        ("$a", "$"),
    ] {
        let report = report(
            &format!("INSERT INTO t VALUES ('?', {parameter});"),
            Dialect::Sqlite,
        );
        assert!(report.contains("no value for a parameter"), "{report}");
        assert!(report.starts_with(&format!("1:28 `{shown}")), "{report}");
    }
    assert_eq!(
        report(
            "INSERT INTO t VALUES ('?', \":a\", a$b); -- ?",
            Dialect::Sqlite
        ),
        ""
    );
}

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
    assert_snapshot!(told, @r"
    CREATE TABEL a (x int);
    1:8 `TABEL` invalid-sql: invalid SQLite: syntax error near `TABEL`
      help: did you mean `TABLE` instead of `TABEL`?

    CREATE TABLE a (
      x int,
    );
    SELEC 1;
    3:1 `)` invalid-sql: invalid SQLite: syntax error near `)`
      help: remove the `,` before `)`
    4:1 `SELEC` invalid-sql: invalid SQLite: syntax error near `SELEC`
      help: did you mean `SELECT` instead of `SELEC`?

    CREATE TABLE a (x int)
    CREATE TABLE b (x int);
    2:1 `CREATE` invalid-sql: invalid SQLite: syntax error near `CREATE`
      help: is a `;` missing before `CREATE`?

    CREATE TABLE a (x int;
    CREATE TABLE b (x int);
    1:19 `int` invalid-sql: invalid SQLite: the statement ends too early
      help: a `)` is missing

    DROP INDEX i ON t;
    1:14 `ON` invalid-sql: invalid SQLite: syntax error near `ON`
      help: this looks like MySQL, but the dialect here is SQLite

    ALTER TABLE t ADD COLUMN;
    1:19 `COLUMN` invalid-sql: invalid SQLite: the statement ends too early

    SELECT 1 + ;
    1:10 `+` invalid-sql: invalid SQLite: the statement ends too early

    SELECT 0x; SELECT x'1';
    1:8 `0x` invalid-sql: invalid SQLite: syntax error near `0x`: not a number
      help: this looks like MySQL, but the dialect here is SQLite
    1:19 `x` invalid-sql: invalid SQLite: syntax error near `x`: a blob is pairs of hexadecimal digits
      help: this looks like PostgreSQL, but the dialect here is SQLite
    ");
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
            "CREATE TABLE a (x int NOT NUL);",
            "INSERT INTO t VALUES (1, 2",
            "CREATE TABLE a (x int y int);",
        ],
    );
    assert_snapshot!(told, @r"
    CREATE TABEL a (x int);
    1:8 `TABEL` invalid-sql: invalid PostgreSQL: syntax error near `TABEL`
      help: did you mean `TABLE` instead of `TABEL`?

    CREATE TABLE a (
      x int,
    );
    SELEC 1;
    2:8 `,` invalid-sql: invalid PostgreSQL: syntax error near `,`: unexpected trailing comma
      help: remove the `,` before `)`
    4:1 `SELEC` invalid-sql: invalid PostgreSQL: syntax error near `SELEC`
      help: did you mean `SELECT` instead of `SELEC`?

    CREATE TABLE a (x int)
    CREATE TABLE b (x int);
    2:1 `CREATE` invalid-sql: invalid PostgreSQL: syntax error near `CREATE`: missing semicolon between statements
      help: is a `;` missing before `CREATE`?

    CREATE TABLE a (x int;
    CREATE TABLE b (x int);
    1:19 `int` invalid-sql: invalid PostgreSQL: the statement ends too early: expected `)`
      help: a `)` is missing

    DROP INDEX i ON t;
    1:14 `ON` invalid-sql: invalid PostgreSQL: syntax error near `ON`
      help: this looks like MySQL, but the dialect here is PostgreSQL

    ALTER TABLE t ADD COLUMN;
    1:19 `COLUMN` invalid-sql: invalid PostgreSQL: the statement ends too early: expected name

    CREATE TABLE a (x int NOT NUL);
    1:27 `NUL` invalid-sql: invalid PostgreSQL: syntax error near `NUL`: expected `NULL`
      help: did you mean `NULL` instead of `NUL`?

    INSERT INTO t VALUES (1, 2
    1:26 `2` invalid-sql: invalid PostgreSQL: the statement ends too early: expected `)`
      help: a `)` is missing

    CREATE TABLE a (x int y int);
    1:23 `y` invalid-sql: invalid PostgreSQL: syntax error near `y`: expected `,`
    ");
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
    assert_snapshot!(told, @"
    CREATE TABEL a (x int);
    1:8 `TABEL` invalid-sql: invalid MySQL: syntax error near `TABEL`
      help: did you mean `TABLE` instead of `TABEL`?

    CREATE TABLE a (
      x int,
    );
    SELEC 1;
    3:1 `)` invalid-sql: invalid MySQL: syntax error near `)`: expected a column, an index or a constraint
      help: remove the `,` before `)`
    4:1 `SELEC` invalid-sql: invalid MySQL: syntax error near `SELEC`
      help: did you mean `SELECT` instead of `SELEC`?

    CREATE TABLE a (x int)
    CREATE TABLE b (x int);
    2:1 `CREATE` invalid-sql: invalid MySQL: syntax error near `CREATE`
      help: is a `;` missing before `CREATE`?

    CREATE TABLE a (x int;
    CREATE TABLE b (x int);
    1:16 `(` invalid-sql: invalid MySQL: syntax error near `(`: this parenthesis is never closed

    ALTER TABLE t ADD COLUMN;
    1:19 `COLUMN` invalid-sql: invalid MySQL: the statement ends too early: expected `(`, `IF` or a name

    SELECT 1 + ;
    1:10 `+` invalid-sql: invalid MySQL: the statement ends too early: expected an expression

    CREATE TABLE a (x int y int);
    1:23 `y` invalid-sql: invalid MySQL: syntax error near `y`

    CREATE PROCEDURE p() BEGIN SELECT 1;
    1:36 `;` invalid-sql: invalid MySQL: the statement ends too early: expected `END` or a statement
    ");
}

#[test]
fn mysql_where_the_parser_is_lenient() {
    let told = told(
        Dialect::Mysql,
        &[
            "CREATE TABLE a (autoincrement int, x int PRIMARY KEY AUTOINCREMENT);",
            "CREATE TABLE a (x NOT NULL);",
            "ALTER TABLE a ADD COLUMN x NOT NULL;",
        ],
    );
    assert_snapshot!(told, @"
    CREATE TABLE a (autoincrement int, x int PRIMARY KEY AUTOINCREMENT);
    1:54 `AUTOINCREMENT` invalid-sql: invalid MySQL: syntax error near `AUTOINCREMENT`: expected `)`, `,` or an attribute of the column
      help: MySQL spells it `AUTO_INCREMENT`

    CREATE TABLE a (x NOT NULL);
    1:19 `NOT` invalid-sql: invalid MySQL: syntax error near `NOT`: expected a type
      help: this looks like SQLite, but the dialect here is MySQL

    ALTER TABLE a ADD COLUMN x NOT NULL;
    1:28 `NOT` invalid-sql: invalid MySQL: syntax error near `NOT`: expected a type
      help: this looks like SQLite, but the dialect here is MySQL
    ");
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
