//! Where statements end.

use insta::assert_snapshot;

use super::{report, run, statements};
use crate::dialect::Dialect::{self, Mysql, Postgres, Sqlite};
use crate::sql::lex::{LINES_SOUGHT, lex};

#[test]
fn quotes_and_comments_hide_delimiters() {
    split(Sqlite, "SELECT ';'; SELECT \"a;b\", `c;d`, [e;f] FROM t", 2);
    split(Sqlite, "SELECT 1 -- a; b\n; /* c; /* d; */ SELECT 2;", 2);
    split(Sqlite, "SELECT 'it''s; ok'; SELECT '\\'; SELECT 3", 3);
    split(Postgres, "SELECT 1 /* a; /* nested; */ b; */; SELECT 2", 2);
    split(Postgres, r"SELECT E'it\'s; ok'; SELECT 'C:\'; SELECT 3", 3);
    split(
        Postgres,
        "SELECT $$a;b$$; SELECT $x$ $$ ; $y$ $x$; SELECT 3",
        3,
    );
    split(Postgres, "SELECT a$b$c FROM t; SELECT d$b$e FROM t", 2);
    split(Postgres, "PREPARE p AS SELECT $1; EXECUTE p(1)", 2);
    split(Postgres, "SELECT 5--1; SELECT 2\n; SELECT 3", 2);
    split(Mysql, "SELECT 5--1; SELECT 2", 2);
    split(Mysql, "SELECT 1 # a; b\n; SELECT 2 -- c; d\n; SELECT 3", 3);
    split(
        Mysql,
        r#"SELECT 'a\'; b'; SELECT "c\"; d"; SELECT `e;f` FROM t"#,
        3,
    );
}

#[test]
fn a_long_line_is_read_once() {
    let rows = "('a', $1, .5), ".repeat(500);
    let text = format!("INSERT INTO t VALUES {rows}; DELETE FROM t; ").repeat(2);
    for dialect in [Sqlite, Postgres, Mysql] {
        LINES_SOUGHT.set(0);
        lex(&text, dialect);
        assert_eq!(LINES_SOUGHT.get(), 0, "{dialect:?}");
    }
}

#[test]
fn empty_statements_are_skipped() {
    split(Sqlite, ";; SELECT 1;;\n;\n-- end\n;", 1);
}

#[test]
fn bodies_hold_statements() {
    let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM a; END";
    split(Sqlite, &format!("{trigger}; SELECT 1; {trigger}"), 3);
    let atomic = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END";
    split(Postgres, &format!("{atomic}; SELECT 1; {atomic}"), 3);
    let rule = "CREATE RULE r AS ON INSERT TO t DO INSTEAD (DELETE FROM a; DELETE FROM b)";
    split(Postgres, &format!("{rule}; SELECT 1"), 2);
    let procedure = "CREATE PROCEDURE p(a int)\nBEGIN\n  DECLARE x int;\n  IF a THEN SELECT IF(a, 1, 2); ELSE BEGIN END; END IF;\nEND";
    split(Mysql, &format!("{procedure};\nSELECT 1;\n{procedure};"), 3);
}

#[test]
fn mysql_delimiters_are_followed_and_left_out() {
    let text = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\nSELECT 2;";
    assert_eq!(
        statements(text, Mysql),
        ["CREATE PROCEDURE p() BEGIN SELECT 1; END", "SELECT 2"]
    );
    let text = "delimiter $$\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.a = 1; END$$\ndelimiter ;";
    split(Mysql, text, 1);
}

#[test]
fn mysql_conditional_comments_are_code() {
    assert_eq!(
        statements(
            "/*!40101 SET NAMES utf8 */;\n/* SET NAMES x */ SELECT 1;",
            Mysql
        ),
        ["/*!40101 SET NAMES utf8 */", "SELECT 1"]
    );
}

#[test]
fn what_is_left_open_is_reported_where_it_opens() {
    assert_snapshot!(report("SELECT 1;\nSELECT 'a;\nSELECT 2;", Sqlite), @r"
    2:8 `'` unterminated: unterminated string
      help: close it with `'`; within a string it is written `''`
    ");
    assert_snapshot!(report("SELECT 1; SELECT [a FROM t", Sqlite), @r"
    1:18 `[` unterminated: unterminated quoted name
      help: close it with `]`
    ");
    assert_snapshot!(report("SELECT 1; /* a /* b */", Postgres), @r"
    1:11 `/*` unterminated: unterminated comment
      help: close it with `*/`
    ");
    assert_snapshot!(report("DO $body$ BEGIN END $$;", Postgres), @r"
    1:4 `$body$` unterminated: unterminated dollar quote
      help: close it with `$body$`
    ");
}

#[test]
fn statements_before_an_open_string_are_kept() {
    let (script, _) = run("SELECT 1; SELECT 'a", &[Sqlite]);
    assert_eq!(script.statements.len(), 1);
}

#[test]
fn commands_of_clients_are_refused() {
    assert_snapshot!(report("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", Postgres), @r"
    1:1 `\restrict` client-command: `\restrict` is a command of psql, not SQL
      help: delete the line; pg_dump writes it for psql only
    3:1 `\unrestrict` client-command: `\unrestrict` is a command of psql, not SQL
      help: delete the line; pg_dump writes it for psql only
    ");
    assert_snapshot!(report(".read a.sql\nSELECT .5;", Sqlite), @r"
    1:1 `.read` client-command: `.read` is a command of the sqlite3 shell, not SQL
      help: copy the statements of that file here; a migration is one file
    ");
    assert_snapshot!(report("source a.sql\nSELECT 1;\nDELIMITER\n", Mysql), @r"
    1:1 `source` client-command: `source` is a command of the mysql client, not SQL
      help: copy the statements of that file here; a migration is one file
    3:1 `DELIMITER` client-command: `DELIMITER` is a command of the mysql client, not SQL
      help: name a delimiter, such as `DELIMITER //`
    ");
    assert_snapshot!(report("DELIMITER //\nSELECT 1;", Postgres), @r"
    1:1 `DELIMITER` client-command: `DELIMITER` is a command of the mysql client, not SQL
      help: delete the line
    ");
}

#[test]
fn copied_rows_are_one_error() {
    let text = "COPY t (a, b) FROM stdin;\n1\tit's\n2\t\"; DROP\n\\.\n\nSELECT 1;";
    assert_snapshot!(report(text, Postgres), @r#"
    2:1 `1	it's` copy-data: rows of `COPY ... FROM stdin` in a migration
      help: write the rows as `INSERT INTO ... VALUES (...), (...)`; pg_dump does so with `--inserts`
    "#);
    assert_eq!(run(text, &[Postgres]).0.statements.len(), 2);
}

#[test]
fn files_without_statements_are_errors() {
    let help = "write a statement or delete the file; where there is deliberately no way back, `-- rungs: irreversible` on top of the up file says so";
    for (text, message) in [
        ("", "the file is empty"),
        (" \n", "the file is empty"),
        (";", "the file is empty"),
        ("-- later\n", "the file has only comments"),
        (
            "BEGIN;\nCOMMIT;\n",
            "the file has no statement besides its transaction",
        ),
    ] {
        let expected = format!("1:1 `` empty-file: {message}\n  help: {help}\n");
        assert_eq!(report(text, Sqlite), expected);
    }
}

#[test]
fn dialects_must_agree_on_the_statements() {
    let (script, report) = run("SELECT 5 --1; SELECT 2\n;", &[Sqlite, Mysql]);
    assert_snapshot!(report, @r"
    1:1 `SELECT 5` dialects-disagree: SQLite and MySQL split the file into different statements
      help: write it in a form that both read alike, or keep one directory for each dialect
    ");
    assert_eq!(script.statements.len(), 1);
    let (script, report) = run("CREATE TABLE t (a int); SELECT 1;", &Dialect::ALL);
    assert_eq!(report, "");
    assert_eq!(script.statements[0].transaction.len(), 3);
}

#[track_caller]
fn split(dialect: Dialect, text: &str, count: usize) {
    let statements = statements(text, dialect);
    assert_eq!(statements.len(), count, "{statements:#?}");
}
