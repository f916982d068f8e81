//! What is known about a statement that took effect without being recorded.

use super::run;
use crate::dialect::Dialect::{self, Mysql, Postgres, Sqlite};
use crate::recovery::SessionEffect::{self, None, Only, Possible};
use crate::recovery::{Condition, Recovery};

mod mysql;
mod postgres;

#[test]
fn sqlite() {
    all(
        Sqlite,
        &[
            ("VACUUM", "repeat"),
            ("VACUUM INTO 'copy'", "unknown"),
            ("ATTACH 'x' AS y", "repeat"),
            ("PRAGMA journal_mode = WAL", "repeat"),
            ("CREATE TABLE [a b] (c)", "+Table [a b]"),
            ("CREATE INDEX s.i ON t (a)", "+Index s.t.i"),
            ("ALTER TABLE s.t RENAME TO u", "-Table s.t, +Table s.u"),
            ("ALTER TABLE t RENAME a TO b", "-Column t.a, +Column t.b"),
        ],
    );
}

#[test]
fn a_session_is_changed() {
    for (text, dialect, expected) in SESSIONS {
        let (script, report) = run(text, &[*dialect]);
        assert_eq!(report, "", "{text}");
        assert_eq!(script.statements[0].session, *expected, "{text}");
    }
}

const SESSIONS: &[(&str, Dialect, SessionEffect)] = &[
    ("SET search_path = a", Postgres, Only),
    ("SET ROLE admin", Postgres, Only),
    ("RESET ALL", Postgres, Only),
    ("DISCARD ALL", Postgres, Only),
    (
        "SELECT set_config('search_path', '', false)",
        Postgres,
        Possible,
    ),
    (
        "SELECT pg_catalog.set_config('a.b', '', false)",
        Postgres,
        Possible,
    ),
    (
        "INSERT INTO t SELECT set_config('a.b', '', false)",
        Postgres,
        Possible,
    ),
    ("SELECT mine()", Postgres, Possible),
    ("SELECT 1", Postgres, None),
    ("SELECT count(*) FROM t", Postgres, None),
    ("SELECT setval('s', max(id)) FROM t", Postgres, None),
    ("DO $$ BEGIN SET ROLE a; END $$", Postgres, Possible),
    ("CALL p()", Postgres, Possible),
    ("CREATE INDEX CONCURRENTLY i ON t (a)", Postgres, None),
    ("UPDATE t SET a = 1", Postgres, None),
    ("SET @a = 1", Mysql, Only),
    ("SET SESSION sql_mode = ''", Mysql, Only),
    ("SET NAMES utf8mb4", Mysql, Only),
    ("USE d", Mysql, Only),
    ("PREPARE s FROM 'SELECT 1'", Mysql, Only),
    ("LOCK TABLES t WRITE", Mysql, Only),
    (
        "SET STATEMENT max_statement_time = 1 FOR DO 1",
        Mysql,
        Possible,
    ),
    ("LOCK TABLE t", Postgres, None),
    ("SET GLOBAL max_connections = 1", Mysql, None),
    ("SET PASSWORD FOR 'a'@'b' = 'c'", Mysql, None),
    ("SELECT a INTO @a FROM t", Mysql, Possible),
    ("SELECT @a := a FROM t", Mysql, Possible),
    ("EXECUTE s", Mysql, Possible),
    ("INSERT INTO t VALUES (1)", Mysql, None),
    ("PRAGMA journal_mode = WAL", Sqlite, Only),
    ("ATTACH 'x' AS y", Sqlite, Only),
];

#[test]
fn names_are_those_of_the_text() {
    let text = "-- why\r\nCREATE /* a */ TABLE -- b\n `größe` /* c */ . `表 ``x` (a int)";
    assert_eq!(recovery(text, Mysql), "+Table `größe`.`表 ``x`");
}

/// Each of these statements with what is known about it.
#[track_caller]
fn all(dialect: Dialect, expected: &[(&str, &str)]) {
    for (text, expected) in expected {
        assert_eq!(recovery(text, dialect), *expected, "{text}");
    }
}

/// What is known about the only statement of a text.
#[track_caller]
fn recovery(text: &str, dialect: Dialect) -> String {
    let (script, report) = run(text, &[dialect]);
    assert_eq!(report, "", "{text}");
    assert_eq!(script.statements.len(), 1, "{text}");
    match script.statements[0].recovery(dialect) {
        Recovery::Repeat => "repeat".to_owned(),
        Recovery::Unknown => "unknown".to_owned(),
        Recovery::Probe(conditions) => {
            let conditions: Vec<String> = conditions.iter().map(show).collect();
            conditions.join(", ")
        }
    }
}

fn show(condition: &Condition) -> String {
    let sign = if condition.exists { '+' } else { '-' };
    let columns: Vec<&str> = condition.name.split_terminator('\0').collect();
    let name = match columns.as_slice() {
        [] => "",
        [_] if !condition.name.ends_with('\0') => &condition.name,
        _ => &format!("({})", columns.join(" ")),
    };
    let names = [
        condition.schema.as_deref(),
        condition.table.as_deref(),
        Some(name),
    ];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    format!("{sign}{:?} {}", condition.object, names.join("."))
}
