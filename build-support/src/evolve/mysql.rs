//! MySQL and MariaDB: one `ALTER TABLE` for all that changes in a table.

use super::change::{TableChange, is_replaced};
use super::compare::same_extra;
use super::note::{Note, NoteWeight};
use super::postgres::is_reference;
use super::write::Writer;
use crate::catalog::{Column, Constraint, Index, Key, Name, Rule, Table};

pub(super) fn change(
    writer: Writer,
    change: &TableChange<'_>,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let mut clauses = Vec::new();
    let drops = change.indexes.dropped.iter();
    clauses.extend(drops.map(|index| format!("DROP INDEX {}", writer.name(&index.name))));
    constraints_that_go(writer, change, &mut clauses, notes);
    for (from, to) in &change.indexes.renamed {
        let (from, to) = (writer.name(&from.name), writer.name(&to.name));
        clauses.push(format!("RENAME INDEX {from} TO {to}"));
    }
    columns(writer, change, &mut clauses);
    let renamed = change.constraints.renamed.iter().map(|(_, to)| *to);
    let added = change.constraints.added.iter().copied().chain(renamed);
    for constraint in added.filter(|it| !is_reference(it)) {
        clauses.push(format!("ADD {}", writer.constraint(constraint)));
    }
    let adds = change.indexes.added.iter();
    clauses.extend(adds.map(|added| format!("ADD {}", index(writer, added))));
    if !same_extra(&change.from.extra, &change.to.extra) {
        notes.push(super::postgres::other_options(change));
    }
    let table = writer.key(change.key);
    match clauses.as_slice() {
        [] => Vec::new(),
        [clause] => vec![format!("ALTER TABLE {table} {clause}")],
        clauses => vec![format!(
            "ALTER TABLE {table}\n    {}",
            clauses.join(",\n    ")
        )],
    }
}

/// A constraint gets another name by being made again.
fn constraints_that_go(
    writer: Writer,
    change: &TableChange<'_>,
    clauses: &mut Vec<String>,
    notes: &mut Vec<Note>,
) {
    let renamed = change.constraints.renamed.iter().map(|(from, _)| *from);
    let dropped = change.constraints.dropped.iter().copied().chain(renamed);
    for constraint in dropped.filter(|it| !is_reference(it)) {
        match (&constraint.rule, &constraint.name) {
            (Rule::PrimaryKey(_), _) => clauses.push("DROP PRIMARY KEY".to_owned()),
            (_, Some(name)) => clauses.push(format!("DROP CONSTRAINT {}", writer.name(name))),
            (_, None) => notes.push(unnamed(change, constraint)),
        }
    }
}

fn columns(writer: Writer, change: &TableChange<'_>, clauses: &mut Vec<String>) {
    let (replaced, changed): (Vec<_>, Vec<_>) = change
        .changed
        .iter()
        .partition(|(before, after)| is_replaced(before, after));
    let gone = replaced.iter().map(|(before, _)| *before);
    for column in change.dropped.iter().copied().chain(gone) {
        clauses.push(format!("DROP COLUMN {}", writer.name(&column.name)));
    }
    for (_, after) in changed {
        clauses.push(format!("MODIFY COLUMN {}", writer.column(after)));
    }
    for column in &change.to.columns {
        let is_it = |other: &&Column| other.name == column.name;
        let is_new = change.added.iter().copied().any(|it| is_it(&it));
        if is_new || replaced.iter().any(|(_, after)| is_it(after)) {
            let place = place(writer, change.to, &column.name);
            clauses.push(format!("ADD COLUMN {}{place}", writer.column(column)));
        }
    }
}

/// Where a column is put, unless it is the last one.
fn place(writer: Writer, table: &Table, name: &Name) -> String {
    let at = table.columns.iter().position(|column| column.name == *name);
    let before = at
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| table.columns.get(at));
    match before {
        _ if at.is_some_and(|at| at + 1 == table.columns.len()) => String::new(),
        Some(before) => format!(" AFTER {}", writer.name(&before.name)),
        None => " FIRST".to_owned(),
    }
}

fn unnamed(change: &TableChange<'_>, constraint: &Constraint) -> Note {
    let text = format!(
        "`{}` of table `{}` has no name by which every server knows it: drop it by hand",
        constraint.rule, change.key.name
    );
    Note::new(NoteWeight::Refused, Some(&constraint.origin), text)
}

/// An index as in `CREATE TABLE`, or after `ADD`.
pub(super) fn index(writer: Writer, index: &Index) -> String {
    let name = writer.name(&index.name);
    let parts = writer.parts(&index.parts);
    let (kind, using) = match index.method.as_deref() {
        Some(word @ ("fulltext" | "spatial" | "vector")) => {
            (format!("{} KEY", word.to_uppercase()), None)
        }
        method => {
            let kind = if index.is_unique { "UNIQUE KEY" } else { "KEY" };
            (kind.to_owned(), method)
        }
    };
    let mut text = format!("{kind} {name} {parts}");
    if let Some(method) = using {
        text.push_str(" USING ");
        text.push_str(&method.to_uppercase());
    }
    writer.append(&mut text, index.extra.options.iter().collect());
    text
}

/// The server makes an index for a foreign key that has none, and leaves it behind.
pub(super) fn drop_reference(
    writer: Writer,
    key: &Key,
    table: &Table,
    constraint: &Constraint,
) -> String {
    let name = constraint
        .name
        .as_ref()
        .map(|name| writer.name(name))
        .unwrap_or_default();
    let table_name = writer.key(key);
    let drop = format!("DROP FOREIGN KEY {name}");
    if has_index(table, constraint.rule.columns()) {
        return format!("ALTER TABLE {table_name} {drop}");
    }
    format!("ALTER TABLE {table_name} DROP INDEX {name}, {drop}")
}

/// Whether an index of the table begins with these columns.
fn has_index(table: &Table, columns: &[Name]) -> bool {
    let of_key = table
        .primary_key()
        .is_some_and(|key| key.starts_with(columns));
    let of_index = |index: &Index| {
        let mut pairs = index.parts.iter().zip(columns);
        index.parts.len() >= columns.len()
            && pairs.all(|(part, column)| part.words.contains(column))
    };
    of_key || table.indexes.iter().any(of_index)
}
