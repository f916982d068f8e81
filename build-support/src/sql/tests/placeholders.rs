//! Placeholders: what is reported has the place in the file as it is written, what is kept their names.

use std::sync::Arc;

use super::{report, script};
use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::encode::encode;
use crate::levels::Levels;
use crate::placeholder::{self, Declared, Placeholder};
use crate::recovery::Recovery;
use crate::source::SourceFile;
use crate::table::{Migration, Table};

const POSTGRES: Dialect = Dialect::Postgres;

fn placeholders(written: &[&str]) -> Vec<Placeholder> {
    let mut diagnostics = Diagnostics::default();
    let declared = written
        .iter()
        .map(|text| (*text, Declared::Call("migrations".to_owned())));
    let read = placeholder::read(declared, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    read
}

/// The migrations of these texts, with `prefix` and `tenant`, and what is reported about them.
fn check(texts: &[&str], dialect: Dialect) -> (Table, String) {
    let placeholders = placeholders(&["prefix", "tenant=a"]);
    let mut diagnostics = Diagnostics::default();
    let migrations = texts.iter().zip(1..).map(|(text, version)| Migration {
        version,
        name: String::new(),
        up: {
            let file = SourceFile::new(format!("{version}.sql"), text);
            script(&file, &placeholders, &[dialect], &[], &mut diagnostics)
        },
        down: None,
    });
    let migrations: Vec<_> = migrations.collect();
    placeholder::check(&placeholders, &migrations, &mut diagnostics);
    let reported = diagnostics.into_sorted().into_iter().map(|found| {
        let at = found
            .position()
            .map_or_else(String::new, |at| format!("{}:{} ", at.line, at.column));
        let help = found.help.unwrap_or_default();
        format!("{at}{}: {} ({help})\n", found.kind.id, found.message)
    });
    let reported = reported.collect();
    let table = Table {
        dialects: vec![dialect],
        placeholders,
        migrations,
    };
    (table, reported)
}

/// What is reported about one text that uses `tenant` besides.
fn told(text: &str, dialect: Dialect) -> String {
    check(&[&format!("{text}\nSELECT '{{{{tenant}}}}';")], dialect).1
}

#[test]
fn placeholders_stand_wherever_names_do() {
    for dialect in [Dialect::Mysql, POSTGRES, Dialect::Sqlite] {
        let quote = if dialect == Dialect::Mysql { '`' } else { '"' };
        let text = format!(
            "CREATE TABLE {{{{prefix}}}}users (id INTEGER PRIMARY KEY, {{{{prefix}}}}a INTEGER);\n\
             CREATE TABLE {{{{tenant}}}}.{quote}{{{{prefix}}}}posts{quote} (id INTEGER);\n\
             SELECT a_{{{{prefix}}}}_b FROM x_{{{{tenant}}}};\n"
        );
        assert_eq!(told(&text, dialect), "", "{dialect}");
    }
}

#[test]
fn positions_are_those_of_the_file_as_it_is_written() {
    let text = "SELECT '{{prefix}}';\n/* 日本 */ CREATE TABLE {{prefix}}日本 (id {{tenant}}.int) '{{prefix}}é' x;\n";
    let plain = text.replace("{{", "__").replace("}}", "__");
    let expected = report(&plain, POSTGRES);
    let place = expected.split(' ').next().unwrap();
    let found = told(text, POSTGRES);
    assert!(found.starts_with(place), "{found} {expected}");
    assert!(found.contains("near `'{{prefix}}é'`"), "{found}");
}

#[test]
fn what_is_no_declared_placeholder_is_reported_in_code_only() {
    let unknown = told(
        "CREATE TABLE {{prefix}}a (b int); /* é */ SELECT {{prefx}}a FROM {{any}};",
        POSTGRES,
    );
    assert_eq!(
        unknown,
        "1:50 unknown-placeholder: the placeholder `prefx` is not declared (did you mean `{{prefix}}`?)\n\
         1:66 unknown-placeholder: the placeholder `any` is not declared \
         (declare it beside the others, as in `placeholders = [\"any\"]`)\n"
    );
    // What was meant to keep a name apart is wrong, so it is not said to be missing as well.
    let table = "CREATE TABLE {{prefix}}a (b int);\n";
    for wrong in ["{{prefx}}b", "\"{{ prefix }}b\"", "{{prefx}}.b"] {
        let found = told(&format!("{table}CREATE TABLE {wrong} (b int);"), POSTGRES);
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn malformed_placeholders_are_reported_in_code_only() {
    let malformed = told(
        "SELECT {{prefix}}a, {{ prefix }}b, {{prefix}c FROM {{}}d;",
        POSTGRES,
    );
    assert_eq!(
        malformed.matches("bad-placeholder").count(),
        3,
        "{malformed}"
    );
    assert_eq!(malformed.lines().count(), 3, "{malformed}");
    for nested in [
        "{{1}, {{prefix}}",
        "{{{prefix}}",
        "{{{{prefix}}}}",
        "{{{",
        "{{ {{prefix}",
    ] {
        let found = told(
            &format!("SELECT '{nested}', {{{{prefix}}}}a, {{{{prefx}}}};"),
            POSTGRES,
        );
        let column = nested.len() + 25;
        assert!(
            found.starts_with(&format!("1:{column} unknown-placeholder")),
            "{nested}: {found}"
        );
        assert_eq!(found.lines().count(), 1, "{nested}: {found}");
    }
    let spaced = told("SELECT '{{ prefix }}', {{prefix}}a;", POSTGRES);
    assert!(spaced.starts_with("1:9 bad-placeholder"), "{spaced}");
    let left = "-- {{any}} {{prefx}}\nSELECT {{prefix}}a, '{{any}} {{1,2},{3}}', $$ {{x}} $$; /* {{ prefix }} */";
    assert_eq!(told(left, POSTGRES), "");
    assert!(
        told(
            "-- rungs: when(SELECT {{any}} > 0)\nSELECT {{prefix}}a;",
            POSTGRES
        )
        .contains("unknown-placeholder")
    );
    assert!(
        told("-- rungs: call({{prefix}}a)\nSELECT {{prefix}}a;", POSTGRES)
            .contains("bad-placeholder")
    );
}

#[test]
fn declarations_are_names_with_defaults() {
    let reported = |written: &[&str]| {
        let mut diagnostics = Diagnostics::default();
        let file = SourceFile::new("rungs.toml", "x");
        let declared = written
            .iter()
            .map(|text| (*text, Declared::File(Arc::clone(&file), 0..1)));
        let read = placeholder::read(declared, &mut diagnostics);
        (
            read.len(),
            diagnostics
                .into_sorted()
                .into_iter()
                .map(|it| it.message)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    };
    assert_eq!(reported(&["prefix", "a=", "b_2=x_"]), (3, String::new()));
    assert_eq!(
        reported(&["Prefix"]).1,
        "`Prefix` is no name for a placeholder"
    );
    assert_eq!(reported(&["", "2a", "a b"]).0, 0);
    assert_eq!(
        reported(&["a=x.y"]).1,
        "`x.y` is no value for the placeholder `a`"
    );
    assert_eq!(
        reported(&["a", "a=b"]),
        (1, "the placeholder `a` is declared twice".to_owned())
    );
}

#[test]
fn a_placeholder_that_is_never_used_is_reported() {
    let (_, unused) = check(&["-- {{prefix}}\nSELECT '{{tenant}}';"], POSTGRES);
    assert_eq!(
        unused,
        "unused-placeholder: the placeholder `prefix` is never used \
         (write `{{prefix}}` where its value belongs, or remove the declaration)\n"
    );
}

const TABLE: &str = "CREATE TABLE {{prefix}}a (b int, c int);\n";

/// What is said of a text behind [`TABLE`], without where else to look.
fn told_beside_table(more: &str, dialect: Dialect) -> String {
    let found = told(&format!("{TABLE}{more}"), dialect);
    let lines = found.lines().map(|line| line.split(" (").next());
    lines
        .map(Option::unwrap_or_default)
        .collect::<Vec<_>>()
        .join("\n")
}

fn lacks(what: &str, column: usize) -> String {
    format!(
        "2:{column} missing-placeholder: the name of this {what} lacks the placeholder `prefix`"
    )
}

#[test]
fn shared_names_without_the_placeholder_of_others_are_reported() {
    let (mysql, sqlite) = (Dialect::Mysql, Dialect::Sqlite);
    assert_eq!(
        told_beside_table("CREATE INDEX i ON {{prefix}}a (b);", POSTGRES),
        lacks("index", 14)
    );
    assert_eq!(
        told_beside_table("CREATE UNIQUE INDEX \"i\" ON {{prefix}}a (b);", sqlite),
        lacks("index", 21)
    );
    assert_eq!(
        told_beside_table("CREATE INDEX i ON {{prefix}}a (b);", mysql),
        ""
    );
    assert_eq!(
        told_beside_table("CREATE TYPE t AS ENUM ('x');", POSTGRES),
        lacks("type", 13)
    );
    assert_eq!(
        told_beside_table("CREATE TABLE other (b int);", sqlite),
        lacks("table", 14)
    );
    let unique = "ALTER TABLE {{prefix}}a ADD CONSTRAINT u UNIQUE (b);";
    assert_eq!(told_beside_table(unique, POSTGRES), lacks("constraint", 40));
    assert_eq!(told_beside_table(unique, mysql), "");
    let check = "ALTER TABLE {{prefix}}a ADD CONSTRAINT u CHECK (b > 0);";
    assert_eq!(told_beside_table(check, POSTGRES), "");
    assert_eq!(told_beside_table(check, mysql), lacks("constraint", 40));
}

#[test]
fn names_that_are_nobody_elses_are_not_reported() {
    for fine in [
        "CREATE INDEX {{prefix}}i ON {{prefix}}a (b);",
        "CREATE INDEX ON {{prefix}}a (b);",
        "CREATE INDEX i_{{tenant}} ON {{prefix}}a (b);",
        "CREATE TABLE {{tenant}}.a (b int);",
        "CREATE TABLE IF NOT EXISTS shared (b int);",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE TEMP TABLE t (b int);",
        "CREATE TABLE new (b int); DROP TABLE {{prefix}}a; ALTER TABLE new RENAME TO {{prefix}}a;",
        "CREATE TABLE once (b int); DROP TABLE once;",
    ] {
        assert_eq!(told_beside_table(fine, POSTGRES), "", "{fine}");
    }
    let old = "CREATE TABLE old (b int); CREATE INDEX i ON old (b);";
    let (_, reported) = check_two(old, TABLE);
    assert_eq!(
        reported, "",
        "what is older than the first name with a placeholder"
    );
}

#[test]
fn a_comment_allows_a_name_without_the_placeholder() {
    let (allowed, other) = (
        "CREATE INDEX i ON {{prefix}}a (b);",
        "CREATE TYPE t AS ENUM ('x');",
    );
    let text = format!(
        "CREATE TABLE {{{{prefix}}}}a (b int);\n-- rungs: allow(missing-placeholder) {{{{no}}}} other has it\n{allowed}\n{other}\n"
    );
    let file = SourceFile::new("1.sql", &text);
    let placeholders = placeholders(&["prefix"]);
    let mut diagnostics = Diagnostics::default();
    let migration = Migration {
        version: 1,
        name: String::new(),
        up: script(&file, &placeholders, &[POSTGRES], &[], &mut diagnostics),
        down: None,
    };
    placeholder::check(&placeholders, &[migration], &mut diagnostics);
    Levels::default().settle(&mut diagnostics, &[]);
    let found = diagnostics.into_sorted();
    let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        messages,
        ["the name of this type lacks the placeholder `prefix`"]
    );
}

fn check_two(first: &str, second: &str) -> (Table, String) {
    check(
        &[first, &format!("{second}SELECT '{{{{tenant}}}}';")],
        POSTGRES,
    )
}

#[test]
fn what_is_derived_from_names_keeps_the_placeholder() {
    let text = "CREATE INDEX CONCURRENTLY {{prefix}}i ON {{tenant}}.\"{{prefix}}t\" (a);\n";
    let (table, reported) = check(&[text], POSTGRES);
    assert_eq!(reported, "");
    let statement = &table.migrations[0].up.statements[0];
    let Recovery::Probe(conditions) = statement.recovery(POSTGRES) else {
        panic!("{statement:?}");
    };
    let condition = &conditions[0];
    assert_eq!(condition.name, "{{prefix}}i");
    assert_eq!(condition.table.as_deref(), Some("\"{{prefix}}t\""));
    assert_eq!(condition.schema.as_deref(), Some("{{tenant}}"));
    assert_eq!(table.migrations[0].up.file.text, text);
    assert_eq!(
        encode(&table).placeholders,
        "prefix\ntenant=a\n\n\"{{prefix}}t\"\n{{prefix}}i\n{{tenant}}"
    );
}

#[test]
fn a_batch_keeps_the_placeholder() {
    let text =
        "-- rungs: batch(9)\nDELETE FROM {{prefix}}t WHERE a = '{{tenant}}' AND __prefix__ > 0;\n";
    let (table, reported) = check(&[text], Dialect::Mysql);
    assert_eq!(reported, "");
    let (_, batch) = &table.migrations[0].up.statements[0].batch[0];
    assert_eq!(
        batch,
        "DELETE FROM {{prefix}}t WHERE a = '{{tenant}}' AND __prefix__ > 0 LIMIT 9"
    );
}

#[test]
fn without_declarations_braces_are_what_they_were() {
    let text = "SELECT '{{prefix}}', {{prefix}};";
    let file = SourceFile::new("a.sql", text);
    let mut diagnostics = Diagnostics::default();
    let script = script(&file, &[], &[POSTGRES], &[], &mut diagnostics);
    assert!(Arc::ptr_eq(&script.file, &file));
    let found = diagnostics.into_sorted();
    assert_eq!((found.len(), found[0].kind.id), (1, "invalid-sql"));
}
