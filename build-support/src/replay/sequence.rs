//! Sequences, and the columns that count with them.

use super::Replay;
use super::doubt::mentions;
use crate::catalog::{Column, Key, Name, Object, Other, Space};

impl Replay<'_> {
    /// Takes the sequences away that a column owns.
    pub(super) fn remove_sequences_of(&mut self, key: &Key, name: &Name) {
        for user in self.store.users(key) {
            let is_owned = self
                .sequence(&user)
                .is_some_and(|it| it.column.as_ref() == Some(name));
            if is_owned {
                self.store.put(&user, None);
            }
        }
    }

    /// What a serial column counts with.
    pub(super) fn next_of(&self, table: &Key, column: &Name) -> Option<String> {
        let users = self.store.users(table);
        let mut sequences = users.iter().filter(|user| {
            self.sequence(user)
                .is_some_and(|it| it.column.as_ref() == Some(column))
        });
        let Key { schema, name, .. } = sequences.next()?;
        Some(format!("nextval ( '{schema}.{name}' :: regclass )"))
    }

    /// Defaults follow the name of the sequence that they count with.
    pub(super) fn rename_sequence(&mut self, from: &Key, to: &Key) {
        let (old, new) = (from.name.as_str(), to.name.as_str());
        let rename = |column: &mut Column| {
            let default = column.default.take();
            column.default = default.map(|default| {
                let ends = [("'", "'"), (".", "'"), ("\"", "\"")];
                ends.iter().fold(default, |text, (before, after)| {
                    let (from, to) = (
                        format!("{before}{old}{after}"),
                        format!("{before}{new}{after}"),
                    );
                    text.replace(&from, &to)
                })
            });
        };
        self.change_columns(|_, column| counts_with(column, from), rename);
    }

    /// Defaults that count with a sequence which is dropped with `CASCADE`.
    pub(super) fn remove_defaults_of(&mut self, key: &Key) {
        let Some(sequence) = self.sequence(key).cloned() else {
            return;
        };
        let is_concerned = |table: &Key, column: &Column| {
            let owner = (sequence.owner.as_ref(), sequence.column.as_ref());
            counts_with(column, key) || owner == (Some(table), Some(&column.name))
        };
        let remove = |column: &mut Column| {
            column.is_counted = false;
            column.default = None;
        };
        self.change_columns(is_concerned, remove);
    }

    fn sequence(&self, key: &Key) -> Option<&Other> {
        match &**self.store.get(key)? {
            Object::Other(other) if other.kind == "SEQUENCE" => Some(other),
            _ => None,
        }
    }

    /// Changes columns of any tables.
    fn change_columns(
        &mut self,
        is_concerned: impl Fn(&Key, &Column) -> bool,
        change: impl Fn(&mut Column),
    ) {
        let tables = self.store.all(Space::Relation);
        let concerned = tables.filter_map(|(key, object)| match object {
            Object::Table(table) if table.columns.iter().any(|it| is_concerned(key, it)) => {
                Some((key.clone(), table.clone()))
            }
            _ => None,
        });
        for (key, mut table) in concerned.collect::<Vec<_>>() {
            let columns = table.columns.iter_mut();
            columns
                .filter(|it| is_concerned(&key, it))
                .for_each(&change);
            self.store.put(&key, Some(Object::Table(table)));
        }
    }
}

fn counts_with(column: &Column, sequence: &Key) -> bool {
    let default = column.default.as_deref().unwrap_or_default();
    default.starts_with("nextval") && mentions(default, sequence.name.as_str())
}
