//! Views.

use std::collections::BTreeSet;

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Object, Space, View};
use crate::change::{Existing, NewView, Target};

impl Replay<'_> {
    pub(super) fn create_view(&mut self, new: &NewView) {
        let Some(key) = self.key(Space::Relation, &new.name, new.is_temporary) else {
            return self.store.doubt(new.name.name.key());
        };
        if let Some(object) = self.store.get(&key) {
            let is_view = matches!(**object, Object::View(_));
            let is_replaced = new.existing == Existing::Replaced && is_view;
            if new.existing == Existing::Kept {
                return;
            }
            if !is_replaced && self.store.is_certain(&key) {
                return self.duplicate_object(&key, "view", &new.name.at);
            }
        }
        let meant = |targets: &[Target]| -> BTreeSet<Key> {
            let found =
                targets
                    .iter()
                    .filter_map(|target| match self.find(Space::Relation, target) {
                        Found::Here(read) if read != key => Some(read),
                        _ => None,
                    });
            found.collect()
        };
        let (reads, mentions) = (meant(&new.reads), meant(&new.mentions));
        let view = View {
            is_materialized: new.is_materialized,
            query: new.query.text.clone(),
            reads,
            mentions,
            words: new.query.words.clone(),
            columns: new.columns.clone(),
            origin: self.origin(&new.name.at),
        };
        self.store.make(&key, Object::View(view));
    }
}
