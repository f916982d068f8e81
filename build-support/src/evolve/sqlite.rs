//! SQLite: little can be altered, so for the rest a table is made anew and its rows are copied.

use super::change::TableChange;
use super::compare::same_extra;
use super::tables::{create_table_as, mentions};
use super::write::Writer;
use crate::catalog::{Catalog, Column, Constraint, Key, Name, Rule, Table};

/// Indexes that go; those of a table that is made anew go with it.
pub(super) fn before(writer: Writer, change: &TableChange<'_>) -> Vec<String> {
    if is_rebuilt(change) {
        return Vec::new();
    }
    let renamed = change.indexes.renamed.iter().map(|(before, _)| *before);
    let dropped = change.indexes.dropped.iter().copied().chain(renamed);
    dropped
        .map(|index| format!("DROP INDEX {}", writer.name(&index.name)))
        .collect()
}

pub(super) fn change(
    writer: Writer,
    change: &TableChange<'_>,
    from: &Catalog,
    to: &Catalog,
) -> Vec<String> {
    if is_rebuilt(change) {
        return rebuild(writer, change, from, to);
    }
    let table = writer.key(change.key);
    let mut statements = Vec::new();
    for column in &change.added {
        let mut text = writer.column(column);
        for constraint in change
            .constraints
            .added
            .iter()
            .filter(|it| goes_along(it, column))
        {
            if let Rule::ForeignKey(foreign) = &constraint.rule {
                if let Some(name) = &constraint.name {
                    text.push_str(" CONSTRAINT ");
                    text.push_str(&writer.name(name));
                }
                writer.references(
                    &mut text,
                    foreign,
                    constraint.extra.options.iter().collect(),
                );
            }
        }
        statements.push(format!("ALTER TABLE {table} ADD COLUMN {text}"));
    }
    for column in &change.dropped {
        statements.push(format!(
            "ALTER TABLE {table} DROP COLUMN {}",
            writer.name(&column.name)
        ));
    }
    let renamed = change.indexes.renamed.iter().map(|(_, after)| *after);
    for index in change.indexes.added.iter().copied().chain(renamed) {
        statements.push(writer.create_index(change.key, index));
    }
    statements
}

/// Whether `ALTER TABLE` cannot do it.
pub(super) fn is_rebuilt(change: &TableChange<'_>) -> bool {
    let is_added =
        |constraint: &&Constraint| change.added.iter().any(|it| goes_along(constraint, it));
    !change.changed.is_empty()
        || !change.constraints.dropped.is_empty()
        || !change.constraints.renamed.is_empty()
        || change.constraints.added.iter().any(|it| !is_added(it))
        || !change.added.iter().all(|column| can_be_added(column))
        || !change
            .dropped
            .iter()
            .all(|column| can_be_dropped(change.from, column))
        || !same_extra(&change.from.extra, &change.to.extra)
}

fn can_be_added(column: &Column) -> bool {
    let default = column.default.as_deref().unwrap_or("null");
    let is_constant = !default.starts_with('(') && !default.starts_with("current_");
    let is_stored = column
        .generated
        .as_ref()
        .is_some_and(|text| text.starts_with("stored"));
    let is_filled = default != "null" || column.generated.is_some();
    is_constant && !is_stored && !column.is_counted && (is_filled || !column.is_required)
}

/// Whether nothing of the table uses a column.
fn can_be_dropped(table: &Table, column: &Column) -> bool {
    let name = &column.name;
    let is_computed_from = |other: &Column| {
        let text = other.generated.as_deref().unwrap_or_default();
        mentions(text, name)
    };
    !table.constraints.iter().any(|it| it.rule.uses(name))
        && !table.columns.iter().any(is_computed_from)
}

/// Whether a reference can stand in the definition of a new column.
fn goes_along(constraint: &Constraint, column: &Column) -> bool {
    let is_reference = matches!(constraint.rule, Rule::ForeignKey(_));
    let has_default = column.default.as_ref().is_some_and(|text| text != "null");
    is_reference && !has_default && constraint.rule.columns() == [column.name.clone()]
}

fn rebuild(writer: Writer, change: &TableChange<'_>, from: &Catalog, to: &Catalog) -> Vec<String> {
    let table = writer.key(change.key);
    let made = writer.qualified(change.key, &free_name(change.key, from, to));
    let mut statements = vec![create_table_as(writer, &made, change.to, &[])];
    let copied: Vec<String> = change
        .to
        .columns
        .iter()
        .filter(|column| column.generated.is_none() && change.from.column(&column.name).is_some())
        .map(|column| writer.name(&column.name))
        .collect();
    if !copied.is_empty() {
        let columns = copied.join(", ");
        statements.push(format!(
            "INSERT INTO {made} ({columns})\nSELECT {columns} FROM {table}"
        ));
    }
    statements.push(format!("DROP TABLE {table}"));
    statements.push(format!(
        "ALTER TABLE {made} RENAME TO {}",
        writer.name(&change.key.name)
    ));
    let indexes = change.to.indexes.iter();
    statements.extend(indexes.map(|index| writer.create_index(change.key, index)));
    statements
}

/// A name that nothing has.
fn free_name(key: &Key, from: &Catalog, to: &Catalog) -> Name {
    let mut text = format!("{}_new", key.name);
    loop {
        let name = Name::of_key(text.clone());
        let candidate = Key::new(key.space, key.schema.clone(), name.clone());
        if !from.objects.contains_key(&candidate) && !to.objects.contains_key(&candidate) {
            return name;
        }
        text.push('_');
    }
}

/// A column, which counts only where it says that it is the key.
pub(super) fn column(writer: Writer, table: &Table, column: &Column) -> String {
    let text = writer.column(column);
    let key = table.constraints.iter().find(|it| is_in_column(table, it));
    match key {
        Some(key) if column.is_counted && key.rule.columns().contains(&column.name) => {
            format!("{text} PRIMARY KEY AUTOINCREMENT")
        }
        _ => text,
    }
}

/// Whether a constraint is the key of a column that counts.
pub(super) fn is_in_column(table: &Table, constraint: &Constraint) -> bool {
    match &constraint.rule {
        Rule::PrimaryKey(columns) => {
            let counts = |name: &Name| table.column(name).is_some_and(|it| it.is_counted);
            columns.iter().any(counts)
        }
        _ => false,
    }
}
