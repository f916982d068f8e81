//! Whatever two schemas are: the statements lead from one to the other, and back.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{difference, script};
use crate::catalog::Catalog;
use crate::dialect::Dialect;
use crate::evolve::{compare, complete, schema, text};
use crate::replay::{self, tests::table};

/// A table of a random schema; numbers choose among few possibilities.
#[derive(Clone, Debug)]
struct RandomTable {
    name: u8,
    columns: Vec<RandomColumn>,
    has_index: bool,
    is_unique: bool,
    refers_to: Option<u8>,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a clause")]
struct RandomColumn {
    name: u8,
    data_type: u8,
    is_required: bool,
    has_default: bool,
    is_checked: bool,
    is_computed: bool,
}

fn column() -> impl Strategy<Value = RandomColumn> {
    (0..5_u8, 0..4_u8, any::<[bool; 4]>()).prop_map(|(name, data_type, flags)| RandomColumn {
        name,
        data_type,
        is_required: flags[0],
        has_default: flags[1],
        is_checked: flags[2],
        is_computed: flags[3],
    })
}

fn tables() -> impl Strategy<Value = Vec<RandomTable>> {
    let columns = prop::collection::vec(column(), 0..4);
    let table = (
        0..3_u8,
        columns,
        any::<[bool; 2]>(),
        prop::option::of(0..3_u8),
    );
    let table = table.prop_map(|(name, columns, flags, refers_to)| RandomTable {
        name,
        columns,
        has_index: flags[0],
        is_unique: flags[1],
        refers_to,
    });
    prop::collection::vec(table, 0..4)
}

/// The statements of a schema. Names that come twice count once.
fn written(tables: &[RandomTable], values: u8, dialect: Dialect) -> String {
    let mut sql = "CREATE TABLE always (id bigint);\n".to_owned();
    if dialect == Dialect::Postgres {
        let values = ["'a', 'b'", "'a', 'c', 'b'", "'b', 'a'"][usize::from(values)];
        writeln!(sql, "CREATE TYPE mood AS ENUM ({values});").unwrap();
    }
    let mut seen = Vec::new();
    for table in tables {
        if seen.contains(&table.name) {
            continue;
        }
        write_table(
            &mut sql,
            table,
            seen.contains(&table.refers_to.unwrap_or(9)),
            dialect,
        );
        seen.push(table.name);
    }
    for name in seen {
        writeln!(sql, "CREATE VIEW v{name} AS SELECT id FROM t{name};").unwrap();
    }
    sql
}

fn write_table(sql: &mut String, table: &RandomTable, has_target: bool, dialect: Dialect) {
    let RandomTable { name, .. } = table;
    let mut parts = vec!["id bigint NOT NULL".to_owned()];
    let mut columns: Vec<&RandomColumn> = Vec::new();
    for column in &table.columns {
        if columns.iter().all(|it| it.name != column.name) {
            parts.push(write_column(column, dialect));
            columns.push(column);
        }
    }
    parts.push("PRIMARY KEY (id)".to_owned());
    let first = columns.first().filter(|it| it.data_type < 3);
    if let Some(column) = first.filter(|_| table.is_unique) {
        parts.push(format!("CONSTRAINT u{name} UNIQUE (c{})", column.name));
    }
    if let Some(target) = table.refers_to.filter(|_| has_target) {
        parts.push(format!("r{target} bigint"));
        let key = format!("CONSTRAINT f{name} FOREIGN KEY (r{target}) REFERENCES t{target} (id)");
        parts.push(key);
    }
    // Columns come before constraints.
    parts.sort_by_key(|part| part.contains(" KEY (") || part.contains(" UNIQUE ("));
    writeln!(sql, "CREATE TABLE t{name} ({});", parts.join(", ")).unwrap();
    if let Some(column) = first.filter(|_| table.has_index) {
        writeln!(sql, "CREATE INDEX i{name} ON t{name} (c{});", column.name).unwrap();
    }
}

fn write_column(column: &RandomColumn, dialect: Dialect) -> String {
    let types = match dialect {
        Dialect::Postgres => ["integer", "bigint", "varchar(10)", "mood"],
        Dialect::Mysql => ["integer", "bigint", "varchar(10)", "enum('a', 'b')"],
        Dialect::Sqlite => ["integer", "bigint", "varchar(10)", "text"],
    };
    let name = column.name;
    let data_type = types[usize::from(column.data_type)];
    let mut text = format!("c{name} {data_type}");
    let is_number = column.data_type < 2;
    if column.is_computed && is_number {
        text += " GENERATED ALWAYS AS (id + 1) STORED";
        return text;
    }
    if column.is_required {
        text += " NOT NULL";
    }
    if column.has_default {
        text += if is_number {
            " DEFAULT 7"
        } else {
            " DEFAULT 'a'"
        };
    }
    if column.is_checked && is_number {
        write!(
            text,
            " CONSTRAINT k{name}_{} CHECK (c{name} > 0)",
            column.data_type
        )
        .unwrap();
    }
    text
}

fn is_proven(one: &str, other: &str, dialect: Dialect) -> Result<(), TestCaseError> {
    let found = difference(one, other, dialect);
    let evolution = found.map_err(|refusal| {
        let notes: Vec<String> = refusal.notes.iter().map(ToString::to_string).collect();
        TestCaseError::fail(format!("{one}---\n{other}---\n{}", notes.join("\n")))
    })?;
    let again = format!("{one}\n{}", text(&evolution.up));
    let rest = difference(&again, other, dialect).map(|it| it.up);
    prop_assert_eq!(rest.ok(), Some(Vec::new()), "{}---\n{}", again, other);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_schema_becomes_any_other(
        one in tables(),
        other in tables(),
        values in (0..3_u8, 0..3_u8),
    ) {
        for dialect in Dialect::enabled() {
            let one = written(&one, values.0, dialect);
            let other = written(&other, values.1, dialect);
            is_proven(&one, &other, dialect)?;
        }
    }
}

/// A schema that is shown as SQL is the same again.
pub(super) fn is_shown_whole(history: &str, dialect: Dialect) {
    let table = table(history, dialect);
    let mut catalog = replay::catalog(&table, &[], dialect, None);
    complete(&mut catalog);
    let (shown, notes) = schema(&catalog, &table.ways_up(), dialect);
    let (mut again, found) = if shown.is_empty() {
        (Catalog::default(), Vec::new())
    } else {
        replay::apply(
            &Catalog::default(),
            &script("schema.sql", &shown, dialect),
            &[],
            dialect,
        )
    };
    complete(&mut again);
    let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    assert!(
        messages.is_empty(),
        "{history}---\n{shown}---\n{messages:?}"
    );
    let left = compare::differences(&again, &catalog);
    // What is missing was told.
    assert!(
        left.len() <= notes.len(),
        "{history}---\n{shown}---\n{left:?}"
    );
}
