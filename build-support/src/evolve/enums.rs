//! PostgreSQL's enums.

use std::collections::BTreeSet;

use super::note::NoteWeight;
use super::plan::Plan;
use super::postgres::set_type;
use super::tables::{pairs, tables};
use super::write::Writer;
use crate::catalog::{Catalog, Column, Key, Name, Object, TypeKind};

/// Enums that lose a value, get another order, or get a value that is used at once: PostgreSQL takes no
/// value away, and in the transaction that adds one it cannot be used.
pub(super) fn remade_enums<'a>(from: &'a Catalog, to: &Catalog) -> BTreeSet<&'a Key> {
    let enums = from.objects.iter().filter(|(key, object)| {
        let (Some(before), Some(after)) = (
            values(object),
            to.objects.get(key).and_then(|it| values(it)),
        ) else {
            return false;
        };
        let mut rest = after.iter();
        let is_longer = before.iter().all(|value| rest.any(|it| it == value));
        let used = |value: &String| {
            let default = format!("'{}'", value.replace('\'', "''"));
            tables(to).any(|(_, table)| {
                let mut columns = table.columns.iter();
                columns.any(|it| {
                    it.default
                        .as_ref()
                        .is_some_and(|text| text.contains(&default))
                })
            })
        };
        let mut new = after.iter().filter(|value| !before.contains(value));
        before != after && (!is_longer || new.any(used))
    });
    enums.map(|(key, _)| key).collect()
}

fn values(object: &Object) -> Option<&[String]> {
    match object {
        Object::Type(made) => match &made.kind {
            TypeKind::Enum(values) => Some(values),
            TypeKind::Other(_) => None,
        },
        _ => None,
    }
}

/// Gives an enum other values; what is to be dropped in the end is returned.
pub(super) fn change_enum(plan: &mut Plan<'_>, key: &Key) -> Option<String> {
    let is_remade = remade_enums(plan.from, plan.to).contains(key);
    let (from, to, writer) = (plan.from, plan.to, plan.writer);
    let had = from.objects.get(key).and_then(|it| values(it))?;
    let has = to.objects.get(key).and_then(|it| values(it))?;
    if !is_remade {
        let added = add_values(writer, key, had, has);
        plan.statements.extend(added);
        return None;
    }
    let lost = had.iter().filter(|it| !has.contains(it));
    let lost: Vec<&str> = lost.map(String::as_str).collect();
    if !lost.is_empty() {
        let text = format!(
            "type `{}` loses `{}`: that fails while a row has it",
            key.name,
            lost.join("`, `")
        );
        plan.note(NoteWeight::Risk, to.objects.get(key).map(|it| &**it), text);
    }
    let name = writer.key(key);
    let old = Name::exact(format!("{}_old", key.name));
    let rename = format!("ALTER TYPE {name} RENAME TO {}", writer.name(&old));
    plan.statements.push(rename);
    plan.statements.push(create_enum(writer, key, has));
    for (table, before, after) in pairs(from, to) {
        let is_of_type = |it: &&Column| it.made_type.as_ref() == Some(key);
        for was in before.columns.iter().filter(is_of_type) {
            if let Some(column) = after.column(&was.name).filter(is_of_type) {
                let statements = recast(writer, table, was, column);
                plan.statements.extend(statements);
            }
        }
    }
    Some(format!("DROP TYPE {}", writer.qualified(key, &old)))
}

fn add_values(writer: Writer, key: &Key, had: &[String], has: &[String]) -> Vec<String> {
    let name = writer.key(key);
    let new = has
        .iter()
        .enumerate()
        .filter(|(_, value)| !had.contains(value));
    let statements = new.map(|(at, value)| {
        let before = at.checked_sub(1).and_then(|at| has.get(at));
        let place = match (before, had.first()) {
            (Some(other), _) => format!(" AFTER {}", writer.string(other)),
            (None, Some(first)) => format!(" BEFORE {}", writer.string(first)),
            (None, None) => String::new(),
        };
        format!(
            "ALTER TYPE {name} ADD VALUE {}{place}",
            writer.string(value)
        )
    });
    statements.collect()
}

fn recast(writer: Writer, table: &Key, was: &Column, column: &Column) -> Vec<String> {
    let alter = format!(
        "ALTER TABLE {} ALTER COLUMN {}",
        writer.key(table),
        writer.name(&column.name)
    );
    let mut statements = Vec::new();
    if was.default.is_some() {
        statements.push(format!("{alter} DROP DEFAULT"));
    }
    statements.push(format!("{alter} {}", set_type(writer, was, column)));
    if let Some(default) = column.default.as_ref().filter(|_| was.default.is_some()) {
        statements.push(format!("{alter} SET DEFAULT {}", writer.text(default)));
    }
    statements
}

pub(super) fn create_enum(writer: Writer, key: &Key, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| writer.string(value)).collect();
    format!(
        "CREATE TYPE {} AS ENUM ({})",
        writer.key(key),
        values.join(", ")
    )
}
