//! Other names for what exists.

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Space, Table};
use crate::change::{Action, AlterTable, Mention, Renamed, Target};

impl Replay<'_> {
    pub(super) fn rename_object(&mut self, renamed: &Renamed) {
        if renamed.space == Space::Routine {
            return self.rename_routine(&renamed.from, &renamed.to.name);
        }
        let Renamed {
            space,
            kind,
            from,
            to,
            table,
            is_optional,
        } = renamed;
        let of = table.as_ref().and_then(|table| self.relation(table));
        if table.is_some() && of.is_none() {
            return;
        }
        let found = match of {
            Some(of) => {
                let Some(mut key) = self.key(*space, from, false) else {
                    return;
                };
                self.of_table(&mut key, Some(&of));
                match self.store.get(&key) {
                    Some(_) => Found::Here(key),
                    None => Found::Unknown,
                }
            }
            None => self.find(*space, from),
        };
        let key = match found {
            Found::Here(key) => key,
            Found::Nowhere if !is_optional => return self.unknown_object(*space, kind, from),
            Found::Unknown if !is_optional => return self.suspect(*space, from),
            Found::Nowhere | Found::Unknown => return,
        };
        let mut new = Key::new(key.space, key.schema.clone(), to.name.clone());
        if *space == Space::Schema {
            self.move_all(&key.name, &to.name);
        }
        if let (Some((first, _)), Space::Trigger | Space::Policy) =
            (key.name.as_str().split_once('.'), space)
        {
            new.name = Name::exact(format!("{first}.{}", to.name));
        }
        self.rename_relation(&key, &new, to);
    }

    /// Everything in a schema has its new name.
    fn move_all(&mut self, from: &Name, to: &Name) {
        for space in [
            Space::Type,
            Space::Relation,
            Space::Routine,
            Space::Trigger,
            Space::Policy,
        ] {
            let keys: Vec<Key> = self.store.names(space, from).cloned().collect();
            for key in keys {
                // What belongs to another goes with it.
                if self.store.get(&key).is_some() {
                    let new = Key::new(space, to.clone(), key.name.clone());
                    self.move_relation(&key, &new);
                }
            }
        }
    }

    /// PostgreSQL also alters views, sequences and indexes this way.
    pub(super) fn alter_other(&mut self, key: &Key, alter: &AlterTable) {
        for action in &alter.actions {
            if let Action::RenameTable(to) = action {
                let (to, mention) = renamed(key, to);
                return self.rename_relation(key, &to, &mention);
            }
        }
    }

    pub(super) fn rename_relation(&mut self, from: &Key, to: &Key, mention: &Mention) {
        if from == to {
            return;
        }
        if self.store.get(to).is_some() {
            if self.store.is_certain(to) && self.store.is_certain(from) {
                let kind = self
                    .store
                    .get(from)
                    .map_or(String::new(), |it| it.kind().to_owned());
                self.duplicate_object(to, &kind, &mention.at);
                return;
            }
            self.remove_relation(to);
        }
        let is_index = match self.store.get(from).map(|it| (**it).clone()) {
            Some(Object::Index(index)) => Some(index.table),
            _ => None,
        };
        match is_index {
            Some(table) => self.rename_index(&table, from, to),
            None => self.move_relation(from, to),
        }
        let origin = self.origin(&mention.at);
        self.store.bury(from, origin);
    }

    fn rename_index(&mut self, table_key: &Key, from: &Key, to: &Key) {
        if let Some(Object::Table(mut table)) = self.store.get(table_key).map(|it| (**it).clone()) {
            for index in table.indexes.iter_mut().filter(|it| it.name == from.name) {
                index.name = to.name.clone();
            }
            for constraint in &mut table.constraints {
                if constraint.name.as_ref() == Some(&from.name) {
                    constraint.name = Some(to.name.clone());
                }
            }
            self.store.put(table_key, Some(Object::Table(table)));
        }
        let index = self.store.get(from).map(|it| (**it).clone());
        self.store.put(from, None);
        if let Some(index) = index {
            self.store.make(to, index);
        }
    }

    pub(super) fn rename_constraint(
        &mut self,
        key: &Key,
        table: &mut Table,
        from: &Mention,
        to: &Mention,
    ) {
        let Some(at) = table
            .constraints
            .iter()
            .position(|it| it.name.as_ref() == Some(&from.name))
        else {
            let is_not_null = from.name.as_str().ends_with("_not_null");
            if self.is_known_in_statement(key, table) && !is_not_null {
                let known: Vec<Name> = table
                    .constraints
                    .iter()
                    .filter_map(|it| it.name.clone())
                    .collect();
                self.unknown_part("constraint", key, from, &known);
            }
            return;
        };
        if let Some(constraint) = table.constraints.get_mut(at) {
            constraint.name = Some(to.name.clone());
        }
        let old = Key::new(Space::Relation, key.schema.clone(), from.name.clone());
        let new = Key::new(Space::Relation, key.schema.clone(), to.name.clone());
        if matches!(self.store.get(&old).map(|it| &**it), Some(Object::Index(_))) {
            let index = self.store.get(&old).map(|it| (**it).clone());
            self.store.put(&old, None);
            if let Some(index) = index {
                self.store.make(&new, index);
            }
        }
    }
}

/// The new key of a table; MySQL takes a name with a schema.
pub(super) fn renamed(key: &Key, to: &Target) -> (Key, Mention) {
    let schema = to.schema_name().unwrap_or(&key.schema).clone();
    (
        Key::new(Space::Relation, schema, to.name.clone()),
        to.mention(),
    )
}
