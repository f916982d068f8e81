//! Tables as statements, and what of a catalog is about them.

use std::collections::{BTreeMap, BTreeSet};

use super::write::{Writer, column_of_check};
use super::{mysql, sqlite};
use crate::catalog::{Catalog, Constraint, Key, Name, Object, Rule, Space, Table};
use crate::dialect::Dialect;

/// `CREATE TABLE`, without the constraints that come later.
pub(super) fn create_table(
    writer: Writer,
    key: &Key,
    table: &Table,
    late: &[&Constraint],
) -> String {
    let name = writer.key(key);
    create_table_as(writer, &name, table, late)
}

pub(super) fn create_table_as(
    writer: Writer,
    name: &str,
    table: &Table,
    late: &[&Constraint],
) -> String {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| match writer.dialect {
            Dialect::Sqlite => sqlite::column(writer, table, column),
            Dialect::Mysql => writer.column_of(table, column),
            Dialect::Postgres => writer.column(column),
        })
        .collect();
    let is_now = |it: &&Constraint| {
        let is_late = late.iter().any(|late| std::ptr::eq(*late, *it));
        let is_in_column = match writer.dialect {
            Dialect::Sqlite => sqlite::is_in_column(table, it),
            Dialect::Mysql => column_of_check(table, it).is_some(),
            Dialect::Postgres => false,
        };
        !is_late && !is_in_column
    };
    let constraints = table.constraints.iter().filter(is_now);
    lines.extend(constraints.map(|constraint| writer.constraint(constraint)));
    if writer.dialect == Dialect::Mysql {
        lines.extend(
            table
                .indexes
                .iter()
                .map(|index| mysql::index(writer, index)),
        );
    }
    let temporary = if table.is_temporary { "TEMPORARY " } else { "" };
    let mut text = format!(
        "CREATE {temporary}TABLE {name} (\n    {}\n)",
        lines.join(",\n    ")
    );
    writer.append(&mut text, table.extra.options.iter().collect());
    text
}

pub(super) fn add_constraint(writer: Writer, key: &Key, constraint: &Constraint) -> String {
    format!(
        "ALTER TABLE {} ADD {}",
        writer.key(key),
        writer.constraint(constraint)
    )
}

/// Whether a text has a name in it.
pub(super) fn mentions(text: &str, name: &Name) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut words = text.split(|letter| !is_part(letter));
    words.any(|word| word.eq_ignore_ascii_case(name.as_str()))
}

pub(super) fn is_table(catalog: &Catalog, key: &Key) -> bool {
    matches!(
        catalog.objects.get(key).map(|it| &**it),
        Some(Object::Table(_))
    )
}

pub(super) fn tables(catalog: &Catalog) -> impl Iterator<Item = (&Key, &Table)> {
    catalog
        .objects
        .iter()
        .filter_map(|(key, object)| match &**object {
            Object::Table(table) if key.space == Space::Relation => Some((key, table)),
            _ => None,
        })
}

/// Tables that are there before and after.
pub(super) fn pairs<'a>(
    from: &'a Catalog,
    to: &'a Catalog,
) -> impl Iterator<Item = (&'a Key, &'a Table, &'a Table)> {
    let after: BTreeMap<&Key, &Table> = tables(to).collect();
    tables(from).filter_map(move |(key, before)| Some((key, before, *after.get(key)?)))
}

pub(super) fn references(table: &Table) -> impl Iterator<Item = (&Constraint, &Key)> {
    table.constraints.iter().filter_map(|it| match &it.rule {
        Rule::ForeignKey(foreign) => Some((it, &foreign.table)),
        _ => None,
    })
}

/// Each after those that it needs, as far as there is no circle; otherwise in the order given.
pub(super) fn sorted<'a>(items: &[(&'a Key, Vec<&'a Key>)]) -> Vec<&'a Key> {
    fn visit<'a>(
        key: &'a Key,
        items: &[(&'a Key, Vec<&'a Key>)],
        seen: &mut BTreeSet<&'a Key>,
        order: &mut Vec<&'a Key>,
    ) {
        let Some((key, needed)) = items.iter().find(|(it, _)| *it == key) else {
            return;
        };
        if seen.insert(key) {
            for needed in needed {
                visit(needed, items, seen, order);
            }
            order.push(key);
        }
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for (key, _) in items {
        visit(key, items, &mut seen, &mut order);
    }
    order
}
