//! What depends on what.

use crate::catalog::{Key, Object, Rule};

/// What an object cannot be without.
pub(super) fn needs(object: &Object) -> Vec<Key> {
    match object {
        Object::Table(table) => {
            let referred = table.constraints.iter().filter_map(|it| match &it.rule {
                Rule::ForeignKey(key) => Some(key.table.clone()),
                _ => None,
            });
            let types = table.columns.iter().filter_map(|it| it.made_type.clone());
            referred
                .chain(types)
                .chain(table.parents.iter().cloned())
                .collect()
        }
        Object::Index(index) => vec![index.table.clone()],
        Object::View(view) => view.reads.union(&view.mentions).cloned().collect(),
        Object::Other(other) => other.owner.iter().cloned().collect(),
        Object::Type(_) => Vec::new(),
    }
}
