//! How two descriptions of one database differ.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::normal::UNKNOWN;
use super::{Catalog, Column, Difference, Key, Object, Table, diff, normal};
use crate::dialect::Dialect;

/// How a catalog differs from what it should be, object by object, as far as that is compared.
///
/// Both are brought into [one form](normal) before. Of a table of which not all is known only the columns
/// are compared, and those of a view or a table that are not known are not.
pub fn compare(
    wanted: &Catalog,
    real: &Catalog,
    dialect: Dialect,
    is_compared: &dyn Fn(&Key) -> bool,
) -> Vec<Difference> {
    let described = wanted;
    let (mut wanted, mut real) = (normal(wanted, dialect), normal(real, dialect));
    leave_out_unknown(&mut wanted, &mut real);
    let keys: BTreeSet<&Key> = wanted.objects.keys().chain(real.objects.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let [before, after] = [&wanted, &real].map(|it| it.objects.get(key).map(|it| &**it));
        let is_same = before == after || are_like(before, after) || is_of_partial(after, described);
        if !is_same && is_compared(key) {
            found.extend(differences(key, before, after));
        }
    }
    found
}

/// What is not known on one side is not compared.
fn leave_out_unknown(wanted: &mut Catalog, real: &mut Catalog) {
    for (key, one) in &mut wanted.objects {
        if let Object::Table(one) = Arc::make_mut(one)
            && let Some(other) = real.objects.get_mut(key)
            && let Object::Table(other) = Arc::make_mut(other)
        {
            if one.is_partial || other.is_partial {
                leave_columns(one, other);
            }
            for column in &mut one.columns {
                let twin = other.columns.iter_mut().find(|it| it.name == column.name);
                if let Some(twin) = twin {
                    leave_out_default(column, twin);
                }
            }
        }
    }
}

/// Of two tables of which not all is known, the columns.
fn leave_columns(one: &mut Table, other: &mut Table) {
    let is_open = one.has_other_columns || other.has_other_columns;
    for table in [&mut *one, &mut *other] {
        table.constraints.clear();
        table.indexes.clear();
        table.comment = None;
        table.is_partial = false;
        table.has_other_columns = false;
        if is_open {
            table.columns.clear();
        }
    }
    for column in &mut one.columns {
        let twin = other.columns.iter_mut().find(|it| it.name == column.name);
        // Of a column that a query returns the name is known.
        if let Some(twin) = twin
            && (column.data_type.is_empty() || twin.data_type.is_empty())
        {
            *column = twin.clone();
        }
    }
}

fn leave_out_default(column: &mut Column, twin: &mut Column) {
    let defaults = [column.default.as_deref(), twin.default.as_deref()];
    if defaults.contains(&Some(UNKNOWN)) && !defaults.contains(&None) {
        column.default = Some(UNKNOWN.to_owned());
        twin.default = Some(UNKNOWN.to_owned());
    }
}

fn differences(key: &Key, before: Option<&Object>, after: Option<&Object>) -> Vec<Difference> {
    let mut found = diff(key, before, after);
    if let (true, Some(before), Some(after)) = (found.is_empty(), before, after) {
        // Something that no line tells of, such as the order of columns.
        found.push(Difference::Changed(
            format!("{} {}", after.kind().to_lowercase(), key.name),
            order(after),
            order(before),
        ));
    }
    found
}

fn order(object: &Object) -> String {
    let Object::Table(table) = object else {
        return object.kind().to_owned();
    };
    let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
    let comment = table.comment.as_deref().unwrap_or_default();
    format!("({}) {comment}", names.join(", "))
}

/// A table of which not all is known may have more indexes.
fn is_of_partial(object: Option<&Object>, wanted: &Catalog) -> bool {
    let Some(Object::Index(index)) = object else {
        return false;
    };
    let table = wanted.objects.get(&index.table).map(|it| &**it);
    matches!(table, Some(Object::Table(table)) if table.is_partial)
}

/// What is not known of one of them cannot differ.
fn are_like(before: Option<&Object>, after: Option<&Object>) -> bool {
    match (before, after) {
        (Some(Object::View(before)), Some(Object::View(after))) => before.is_like(after),
        _ => false,
    }
}
