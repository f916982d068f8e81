//! How two descriptions of one database differ.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::normal::UNKNOWN;
use super::{Catalog, Difference, Key, Object, diff, normal};
use crate::dialect::Dialect;

/// How a catalog differs from what it should be, object by object, as far as that is compared.
///
/// Both are brought into [one form](normal) before. A table of which not all is known is compared with
/// nothing, and so are the columns of a view that are not known.
pub fn compare(
    wanted: &Catalog,
    real: &Catalog,
    dialect: Dialect,
    is_compared: &dyn Fn(&Key) -> bool,
) -> Vec<Difference> {
    let (mut wanted, mut real) = (normal(wanted, dialect), normal(real, dialect));
    leave_out_unknown(&mut wanted, &mut real);
    let keys: BTreeSet<&Key> = wanted.objects.keys().chain(real.objects.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let [before, after] = [&wanted, &real].map(|it| it.objects.get(key).map(|it| &**it));
        let is_same = before == after || are_like(before, after) || is_of_partial(after, &wanted);
        if !is_same && is_compared(key) {
            found.extend(differences(key, before, after));
        }
    }
    found
}

/// A default whose value is not known on one side is not compared.
fn leave_out_unknown(wanted: &mut Catalog, real: &mut Catalog) {
    for (key, one) in &mut wanted.objects {
        let (Object::Table(one), Some(other)) = (Arc::make_mut(one), real.objects.get_mut(key))
        else {
            continue;
        };
        let Object::Table(other) = Arc::make_mut(other) else {
            continue;
        };
        for column in &mut one.columns {
            let twin = other.columns.iter_mut().find(|it| it.name == column.name);
            let Some(twin) = twin else {
                continue;
            };
            let defaults = [column.default.as_deref(), twin.default.as_deref()];
            if defaults.contains(&Some(UNKNOWN)) && !defaults.contains(&None) {
                column.default = Some(UNKNOWN.to_owned());
                twin.default = Some(UNKNOWN.to_owned());
            }
        }
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
        (Some(Object::View(before)), Some(Object::View(after))) => {
            let are_known = before.columns.is_some() && after.columns.is_some();
            before.is_materialized == after.is_materialized
                && (!are_known || before.columns == after.columns)
        }
        (Some(Object::Table(before)), Some(Object::Table(after))) => {
            before.is_partial || after.is_partial
        }
        _ => false,
    }
}
