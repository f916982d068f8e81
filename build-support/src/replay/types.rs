//! Types and the values of enums.

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Space, Type, TypeKind};
use crate::change::{Mention, NewValue, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    /// The type of the catalog that is meant, if it is one of those.
    pub(super) fn type_of(&mut self, target: &Target) -> Option<Key> {
        if self.dialect != Dialect::Postgres {
            return None;
        }
        match self.find(Space::Type, target) {
            Found::Here(key) => Some(key),
            // A type of the server or of an extension.
            Found::Nowhere | Found::Unknown => None,
        }
    }

    pub(super) fn add_value(&mut self, new: &NewValue) {
        let Found::Here(key) = self.find(Space::Type, &new.name) else {
            if matches!(self.find(Space::Type, &new.name), Found::Nowhere) {
                self.unknown_object(Space::Type, "type", &new.name);
            }
            return;
        };
        let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return;
        };
        let TypeKind::Enum(mut values) = made.kind else {
            return;
        };
        if values.contains(&new.value) {
            if !new.is_optional && self.store.is_certain(&key) {
                let name = Mention {
                    name: Name::exact(new.value.clone()),
                    at: new.at.clone(),
                };
                self.duplicate_part("value", &key, &name, &made.origin);
            }
            return;
        }
        let beside = new.beside.as_ref().and_then(|(is_before, value)| {
            let index = values.iter().position(|other| other == value)?;
            Some(if *is_before { index } else { index + 1 })
        });
        values.insert(beside.unwrap_or(values.len()), new.value.clone());
        let is_new = made.origin.file.path == self.file.path;
        let changed = Type {
            kind: TypeKind::Enum(values),
            origin: made.origin,
        };
        self.store.put(&key, Some(Object::Type(changed)));
        // A type of the same transaction may use its values at once.
        if is_new {
            return;
        }
        self.new_values
            .push((key, new.value.clone(), new.at.clone()));
    }

    pub(super) fn rename_value(&mut self, name: &Target, old: &str, new: &str) {
        let Found::Here(key) = self.find(Space::Type, name) else {
            return;
        };
        if let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone())
            && let TypeKind::Enum(mut values) = made.kind
        {
            for value in values.iter_mut().filter(|value| *value == old) {
                new.clone_into(value);
            }
            let changed = Type {
                kind: TypeKind::Enum(values),
                origin: made.origin,
            };
            self.store.put(&key, Some(Object::Type(changed)));
        }
    }
}
