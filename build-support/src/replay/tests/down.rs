//! What a way down leaves and loses, as far as it is certain.

use super::report;
use crate::dialect::Dialect::{Mysql, Postgres, Sqlite};

/// The differences that are told of a way down, after the statements of a first migration.
fn told(first: &str, up: &str, down: &str) -> String {
    let text = format!("{first}\n-- 2_b.up.sql\n{up}\n-- 2_b.down.sql\n{down}\n");
    let report = report(&text, Postgres);
    let lines = report.lines().map(str::trim);
    let differing =
        lines.filter(|line| line.starts_with(['+', '-', '~']) || line.contains("error"));
    differing.collect::<Vec<_>>().join("\n")
}

const TABLE: &str = "CREATE TABLE t (id int);\n\
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;";
const TRIGGER: &str = "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();";

/// A function that returns a number.
fn function(signature: &str, number: u8) -> String {
    format!("CREATE FUNCTION {signature} RETURNS int LANGUAGE sql AS 'SELECT {number}';")
}

#[test]
fn a_trigger_stays_or_is_gone() {
    assert_eq!(
        told(TABLE, TRIGGER, "SELECT 1;"),
        "+ trigger t.x stays behind"
    );
    assert_eq!(told(TABLE, TRIGGER, "DROP TRIGGER x ON t;"), "");
    assert_eq!(
        told(TABLE, TRIGGER, "ALTER TRIGGER x ON t RENAME TO y;"),
        "+ trigger t.y stays behind"
    );
    let both = format!("{TABLE}\n{TRIGGER}");
    assert_eq!(
        told(&both, "DROP TRIGGER x ON t;", "SELECT 1;"),
        "- trigger t.x is gone"
    );
    assert_eq!(told(&both, "DROP TRIGGER x ON t;", TRIGGER), "");
    assert_eq!(
        told(
            &both,
            "ALTER TABLE t RENAME TO u;",
            "ALTER TABLE u RENAME TO t;"
        ),
        ""
    );
    let again = "DROP TABLE t;";
    assert_eq!(
        told(&both, again, "CREATE TABLE t (id int);"),
        "- trigger t.x is gone"
    );
    // That of a table which is gone is not worth a line.
    assert_eq!(told(&both, again, "SELECT 1;"), "- table t is gone");
}

#[test]
fn cascade_takes_triggers_along() {
    assert_eq!(
        told(TABLE, TRIGGER, "DROP FUNCTION f CASCADE;"),
        "- function f() is gone"
    );
    let quoted = TRIGGER.replace("f()", "public.\"f\"()");
    assert_eq!(
        told(TABLE, &quoted, "DROP FUNCTION f() CASCADE;"),
        "- function f() is gone"
    );
    let schema = format!("CREATE SCHEMA s;\n{}", TABLE.replace("f()", "s.f()"));
    let trigger = TRIGGER.replace("f()", "s.f()");
    let down = format!(
        "DROP SCHEMA s CASCADE;\nCREATE SCHEMA s;\n{}",
        &schema[schema.find("CREATE FUNCTION").unwrap_or(0)..]
    );
    assert_eq!(told(&schema, &trigger, &down), "");
    let column = format!(
        "{} WHEN (NEW.a > 0) EXECUTE FUNCTION f();",
        TRIGGER.trim_end_matches(" EXECUTE FUNCTION f();")
    );
    let table = TABLE.replace("id int", "id int, a int");
    let down = "ALTER TABLE t DROP COLUMN a CASCADE;\nALTER TABLE t ADD a int;";
    assert_eq!(told(&table, &column, down), "");
}

#[test]
fn a_routine_stays_or_is_gone() {
    let up = function("f(a int, b text DEFAULT 'x')", 1);
    assert_eq!(
        told("", &up, "SELECT 1;"),
        "+ function f(integer, text) stays behind"
    );
    for down in [
        "DROP FUNCTION f(integer, character varying);",
        "DROP FUNCTION IF EXISTS f(int);",
    ] {
        assert_eq!(
            told("", &up, down),
            "+ function f(integer, text) stays behind"
        );
    }
    for down in [
        "DROP FUNCTION f;",
        "DROP ROUTINE f(int4, text);",
        "DROP FUNCTION IF EXISTS f(a int, b text) CASCADE;",
    ] {
        assert_eq!(told("", &up, down), "");
    }
    assert_eq!(
        told(&up, "DROP FUNCTION f;", "SELECT 1;"),
        "- function f(integer, text) is gone"
    );
    // One argument more is another function.
    let more = format!("DROP FUNCTION f;\n{}", function("f(int, text, date)", 1));
    assert_eq!(
        told(&up, &more, "SELECT 1;"),
        "- function f(integer, text) is gone\n+ function f(integer, text, date) stays behind"
    );
}

#[test]
fn a_routine_may_be_meant_by_other_words() {
    let first = "CREATE SCHEMA s;\nCREATE TYPE s.kind AS ENUM ('a');";
    let up = function("f(s.kind)", 1);
    assert_eq!(
        told(
            first,
            &up,
            "SET search_path TO s, public;\nDROP FUNCTION f(kind);"
        ),
        ""
    );
    let aggregate = "CREATE AGGREGATE total (basetype = int, sfunc = int4pl, stype = int);";
    assert_eq!(told("", aggregate, "DROP AGGREGATE total(int);"), "");
    let stays = told("", &aggregate.replace("int,", "\"any\","), "SELECT 1;");
    assert_eq!(stays, "+ aggregate total(*) stays behind");
    // With its type.
    assert_eq!(
        told(
            "CREATE TYPE kind AS ENUM ('a');",
            &function("f(kind)", 1),
            "DROP TYPE kind CASCADE;\nCREATE TYPE kind AS ENUM ('a');"
        ),
        ""
    );
    // It may have been there.
    let replace = function("f()", 1).replace("CREATE", "CREATE OR REPLACE");
    let block = "DO $$ BEGIN CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 0'; END $$;";
    assert_eq!(told(block, &replace, "SELECT 1;"), "");
    assert_eq!(
        told("", &replace, "SELECT 1;"),
        "+ function f() stays behind"
    );
    assert_eq!(told("", "DROP FUNCTION IF EXISTS f();", &replace), "");
    assert_eq!(told("", "DROP FUNCTION f;", &replace), "");
}

#[test]
fn a_routine_must_do_what_it_did() {
    let body = |text: &str| {
        format!("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ {text} $$;")
    };
    let (one, two) = (body("BEGIN RETURN 1; END"), body("BEGIN RETURN 2; END"));
    assert_eq!(
        told(&one, &two, "SELECT 1;"),
        "~ function f(): was `begin return 1 ; end`, is `begin return 2 ; end`"
    );
    assert_eq!(told(&one, &two, &one), "");
    let spaced = body("-- as it was\nbegin\n  RETURN\t1 ;\nEND;").replace("$$", "$body$");
    assert_eq!(told(&one, &two, &spaced), "");
    let block = format!(
        "{one}\nDO $$ BEGIN CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3'; END $$;"
    );
    assert_eq!(told(&block, &two, &one.replace('1', "3")), "");
    // What is put together has other names.
    let made = |name: &str| {
        format!(
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM t LOOP EXECUTE format('CREATE OR REPLACE FUNCTION {name}() RETURNS int LANGUAGE sql AS ''SELECT 3''', r.id); END LOOP; END $$;"
        )
    };
    let (first, differs) = (
        format!("CREATE TABLE t (id int);\n{one}"),
        "~ function f(): was",
    );
    assert!(told(&first, &format!("{two}\n{}", made("g_%s")), "SELECT 1;").starts_with(differs));
    for name in ["%s", "f%s", "%sf"] {
        assert_eq!(
            told(&first, &format!("{two}\n{}", made(name)), "SELECT 1;"),
            ""
        );
    }
    // What its escapes mean is not looked at.
    let escaped =
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS E'BEGIN\\nRETURN 1; END';";
    assert_eq!(told(&one, &two, escaped), "");
}

#[test]
fn an_extension_that_may_have_been_there_may_stay() {
    let plain = "CREATE EXTENSION citext;";
    let kept = "CREATE EXTENSION IF NOT EXISTS citext;";
    assert_eq!(
        told("", plain, "SELECT 1;"),
        "+ extension citext stays behind"
    );
    assert_eq!(told("", plain, "DROP EXTENSION citext;"), "");
    assert_eq!(told("", kept, "SELECT 1;"), "");
    assert_eq!(told(kept, kept, "SELECT 1;"), "");
    // An earlier migration relies on it.
    assert_eq!(
        told(kept, kept, "DROP EXTENSION citext;"),
        "- extension citext is gone"
    );
    assert_eq!(told(kept, "DROP EXTENSION citext;", kept), "");
    assert_eq!(
        told(
            "",
            &format!("{plain}\n{}", function("f(citext)", 1)),
            "DROP EXTENSION citext CASCADE;"
        ),
        ""
    );
}

#[test]
fn a_policy_stays() {
    let up = "CREATE POLICY p ON t USING (true);";
    assert_eq!(told(TABLE, up, "SELECT 1;"), "+ policy t.p stays behind");
    assert_eq!(told(TABLE, up, "DROP POLICY p ON t;"), "");
}

#[test]
fn the_other_dialects_have_triggers_and_routines_too() {
    let text = "CREATE TABLE t (id INTEGER);\n-- 2_b.up.sql\nCREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END;\n-- 2_b.down.sql\nSELECT 1;\n";
    assert!(report(text, Sqlite).contains("+ trigger x stays behind"));
    assert_eq!(
        report(&text.replace("SELECT 1", "DROP TRIGGER x"), Sqlite),
        ""
    );
    let text = "CREATE PROCEDURE p() SELECT 1;\n-- 2_b.up.sql\nDROP PROCEDURE p;\nCREATE PROCEDURE `p`() SELECT 2;\n-- 2_b.down.sql\nDROP PROCEDURE p;\n";
    assert!(report(text, Mysql).contains("- procedure p is gone"));
    let again = |number: u8| {
        report(
            &format!("{text}CREATE procedure p()\nselect {number};"),
            Mysql,
        )
    };
    assert_eq!(again(1), "");
    assert!(again(3).contains("~ procedure p: was `"));
}

#[test]
fn what_goes_along_with_another_is_not_known() {
    let extension = "CREATE EXTENSION citext SCHEMA s;";
    let schema = "DROP SCHEMA s CASCADE;\nCREATE SCHEMA s;";
    assert_eq!(told("CREATE SCHEMA s;", extension, schema), "");
    let up = function("f(citext)", 1);
    let unknown = "DROP EXTENSION IF EXISTS citext CASCADE;";
    assert_eq!(told("", &up, unknown), "");
    assert_eq!(told("", &up, "DROP OWNED BY somebody;"), "");
    let when = "-- rungs: when(SELECT 1)\nCREATE EXTENSION \"uuid-ossp\";";
    assert_eq!(told("", when, "SELECT 1;"), "");
    let procedure = "CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql AS 'SELECT 1';";
    for arguments in ["(int)", "(int, int)", "(int, OUT int)", ""] {
        let down = format!("DROP PROCEDURE p{arguments};");
        assert_eq!(told("", procedure, &down), "");
    }
    // A function and a procedure of one name.
    let text = "CREATE FUNCTION f() RETURNS INT RETURN 1;\n-- 2_b.up.sql\nCREATE PROCEDURE f() SELECT 1;\n-- 2_b.down.sql\nDROP PROCEDURE f;\n";
    assert_eq!(report(text, Mysql), "");
}

#[test]
fn a_table_that_may_have_been_there_may_stay() {
    let block = "DO $$ BEGIN CREATE TABLE u (id int); END $$;";
    assert_eq!(
        told(block, "CREATE TABLE IF NOT EXISTS u (id int);", "SELECT 1;"),
        ""
    );
    let dropped = "CREATE TABLE u (id int);\nDO $$ BEGIN DROP TABLE u; END $$;";
    assert_eq!(told(dropped, "DROP TABLE IF EXISTS u;", "SELECT 1;"), "");
}

#[test]
fn a_cast_to_the_type_of_the_column_is_none() {
    let index = "CREATE INDEX i ON t (date(day) DESC);";
    let first =
        format!("CREATE TABLE t (day timestamp);\n{index}\nALTER TABLE t ALTER day TYPE date;");
    assert_eq!(
        told(&first, "DROP INDEX i;", "CREATE INDEX i ON t (day DESC);"),
        ""
    );
    assert_eq!(
        told(
            "CREATE TABLE t (day date);",
            "DROP INDEX IF EXISTS i;",
            "SELECT 1;"
        ),
        ""
    );
    let first = format!("CREATE TABLE t (day timestamp);\n{index}");
    let (up, down) = (
        "ALTER TABLE t ALTER day TYPE date;",
        "ALTER TABLE t ALTER day TYPE timestamp;",
    );
    assert_eq!(
        told(&first, up, down),
        "~ index i: was `(date ( day ) desc)`, is `(day desc)`"
    );
}
