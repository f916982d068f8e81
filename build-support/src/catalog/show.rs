//! A catalog as SQL, for people: one statement an object, in an order that does not depend on how it
//! came to be.

use std::fmt::Write;

use super::diff::{show_column, show_index, show_rule};
use super::{Catalog, Key, Object, Table, TypeKind};

/// The catalog as SQL. Names are shown as they are kept, without quotes.
pub fn sql(catalog: &Catalog) -> String {
    let mut out = String::new();
    for (key, object) in &catalog.objects {
        let name = name(key);
        match &**object {
            Object::Table(table) => show_table(&mut out, &name, table),
            Object::View(view) => {
                put(
                    &mut out,
                    format_args!(
                        "CREATE {} {name} AS\n    {};\n\n",
                        object.kind().to_uppercase(),
                        view.query
                    ),
                );
            }
            Object::Type(made) => match &made.kind {
                TypeKind::Enum(values) => {
                    let values = values.join("', '");
                    put(
                        &mut out,
                        format_args!("CREATE TYPE {name} AS ENUM ('{values}');\n\n"),
                    );
                }
                TypeKind::Other(text) => {
                    put(&mut out, format_args!("CREATE TYPE {name} {text};\n\n"));
                }
            },
            // Its table shows it.
            Object::Index(_) => {}
            Object::Other(other) => {
                // A sequence that a column owns comes with its table.
                if other.column.is_none() {
                    let first = other.definition.lines().next().unwrap_or_default();
                    put(
                        &mut out,
                        format_args!("-- {} {name} {first}\n\n", other.kind.to_lowercase()),
                    );
                }
            }
        }
    }
    out
}

fn name(key: &Key) -> String {
    match key.schema.as_str() {
        "" | "public" | "main" => key.name.to_string(),
        schema => format!("{schema}.{}", key.name),
    }
}

fn show_table(out: &mut String, name: &str, table: &Table) {
    let mut lines = Vec::new();
    for column in &table.columns {
        lines.push(
            format!("{} {}", column.name, show_column(column))
                .trim_end()
                .to_owned(),
        );
    }
    for constraint in &table.constraints {
        let rule = show_rule(&constraint.rule);
        lines.push(match &constraint.name {
            Some(name) => format!("CONSTRAINT {name} {rule}"),
            None => rule,
        });
    }
    if table.is_partial {
        lines.push("-- and what cannot be told without the server".to_owned());
    }
    put(
        out,
        format_args!("CREATE TABLE {name} (\n    {}\n);\n", lines.join(",\n    ")),
    );
    for index in &table.indexes {
        put(
            out,
            format_args!(
                "CREATE INDEX {} ON {name} {};\n",
                index.name,
                show_index(index)
            ),
        );
    }
    out.push('\n');
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
