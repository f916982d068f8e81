//! Changes that reach beyond one object: removing and renaming what others use.

use std::collections::BTreeSet;

use super::Replay;
use crate::catalog::{Expression, Index, IndexOf, Key, Name, Object, Rule, Space, Table, View};
use crate::change::Mention;
use crate::dialect::Dialect;

impl Replay<'_> {
    /// Removes a relation with all that belongs to it.
    pub(super) fn remove_relation(&mut self, key: &Key) {
        for user in self.store.users(key) {
            let Some(object) = self.store.get(&user).map(|it| (**it).clone()) else {
                continue;
            };
            match object {
                Object::Index(_) => self.store.put(&user, None),
                // A partition, or a child that `CASCADE` takes along.
                Object::Table(table) if table.parents.contains(key) => {
                    self.remove_references(&user);
                    self.remove_relation(&user);
                }
                // A sequence that it owns, a trigger, a policy.
                Object::Other(other) if other.owner.as_ref() == Some(key) => {
                    self.store.put(&user, None);
                }
                Object::View(mut view) => {
                    view.reads.remove(key);
                    view.mentions.remove(key);
                    self.store.put(&user, Some(Object::View(view)));
                }
                _ => {}
            }
        }
        self.store.put(key, None);
    }

    /// Takes the foreign keys away that refer to a table.
    pub(super) fn remove_references(&mut self, key: &Key) {
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            if let Some(Object::Table(mut table)) = self.store.get(&user).map(|it| (**it).clone()) {
                table.constraints.retain(|it| match &it.rule {
                    Rule::ForeignKey(foreign) => foreign.table != *key,
                    _ => true,
                });
                self.store.put(&user, Some(Object::Table(table)));
            }
        }
    }

    /// Gives a relation another name, wherever it is used.
    pub(super) fn move_relation(&mut self, from: &Key, to: &Key) {
        let Some(object) = self.store.get(from).map(|it| (**it).clone()) else {
            return;
        };
        let mut object = object;
        if let (Object::Table(table), Dialect::Mysql) = (&mut object, self.dialect) {
            // A name that MySQL made begins with that of the table.
            rename_references(table, &from.name, &to.name);
        }
        if matches!(&object, Object::Other(it) if it.kind == "SEQUENCE") {
            self.rename_sequence(from, to);
        }
        let is_column = matches!(&object, Object::Table(it) if it.column(&from.name).is_some());
        let users = self.store.users(from);
        self.store.relocate(from, to, object);
        for user in users {
            let user = if user == *from { to.clone() } else { user };
            let Some(mut object) = self.store.get(&user).map(|it| (**it).clone()) else {
                continue;
            };
            match &mut object {
                Object::Table(table) => {
                    move_in_table(table, from, to);
                }
                Object::Index(index) => *index = IndexOf { table: to.clone() },
                Object::View(view) => {
                    let is_plain = !is_column && self.is_plain_word(view, from, &from.name);
                    if from.name != to.name && is_plain {
                        rename_word(&mut view.query, &from.name, &to.name);
                    }
                    for keys in [&mut view.reads, &mut view.mentions] {
                        if keys.remove(from) {
                            keys.insert(to.clone());
                        }
                    }
                    view.uses = std::mem::take(&mut view.uses)
                        .into_iter()
                        .map(|(key, name)| (if key == *from { to.clone() } else { key }, name))
                        .collect();
                }
                Object::Other(other) => other.owner = Some(to.clone()),
                Object::Type(_) => {}
            }
            let moved = self.moved_part(user.clone(), from, to);
            self.store.relocate(&user, &moved, object);
        }
    }

    /// Whether a word of a view means a table, or a column of it, and nothing of the others.
    fn is_plain_word(&self, view: &View, table: &Key, word: &Name) -> bool {
        // MySQL leaves a view as it is, and it no longer works.
        let is_kept = self.dialect == Dialect::Mysql;
        let mut reads = view.reads.union(&view.mentions);
        let has_other = reads.any(|read| match self.store.get(read).map(|it| &**it) {
            Some(Object::Table(other)) => {
                let is_column = other.column(word).is_some();
                is_column && (read != table || *word == table.name)
                    || read != table && read.name == *word
            }
            Some(_) => true,
            None => false,
        });
        !is_kept && !has_other
    }

    /// Names of triggers and policies begin with that of their table.
    fn moved_part(&self, mut user: Key, from: &Key, to: &Key) -> Key {
        if matches!(user.space, Space::Trigger | Space::Policy)
            && let Some(rest) = user.name.as_str().strip_prefix(&format!("{}.", from.name))
        {
            user.schema = to.schema.clone();
            user.name = Name::exact(format!("{}.{rest}", to.name));
        }
        let is_inside = match self.store.get(&user).map(|it| &**it) {
            Some(Object::Index(_)) => true,
            Some(Object::Other(sequence)) => sequence.column.is_some(),
            _ => false,
        };
        // An index and a sequence of a column stay in the schema of their table.
        if is_inside && user.space == Space::Relation && user.schema == from.schema {
            user.schema = to.schema.clone();
        }
        user
    }

    /// Renames a column in everything that uses it.
    pub(super) fn rename_column(
        &mut self,
        key: &Key,
        table: &mut Table,
        from: &Mention,
        to: &Name,
    ) {
        for column in &mut table.columns {
            if column.name == from.name {
                column.name = to.clone();
            } else if let Some(text) = &mut column.generated {
                rename_word(text, &from.name, to);
            }
        }
        for index in &mut table.indexes {
            rename_in_index(index, &from.name, to);
        }
        for constraint in &mut table.constraints {
            rename_in_rule(&mut constraint.rule, &from.name, to, key);
        }
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            let Some(mut object) = self.store.get(&user).map(|it| (**it).clone()) else {
                continue;
            };
            match &mut object {
                Object::Table(other) => {
                    for constraint in &mut other.constraints {
                        if let Rule::ForeignKey(foreign) = &mut constraint.rule
                            && foreign.table == *key
                        {
                            rename_in_list(&mut foreign.referenced, &from.name, to);
                        }
                    }
                }
                Object::Other(other) if other.column.as_ref() == Some(&from.name) => {
                    other.column = Some(to.clone());
                }
                Object::View(view) => {
                    let used = (key.clone(), from.name.clone());
                    if view.uses.contains(&used) && self.is_plain_word(view, key, &from.name) {
                        rename_word(&mut view.query, &from.name, to);
                    }
                    rename_in_view(view, key, &from.name, to);
                    // SQLite writes the query anew, and with it the names of columns.
                    if self.dialect == Dialect::Sqlite {
                        view.columns = None;
                    }
                }
                _ => continue,
            }
            self.store.put(&user, Some(object));
        }
    }

    /// Takes a column away with what cannot be without it.
    pub(super) fn remove_column(&mut self, key: &Key, table: &mut Table, name: &Name) {
        table.columns.retain(|column| column.name != *name);
        let (gone, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut table.constraints)
            .into_iter()
            .partition(|it| it.rule.uses(name));
        table.constraints = stay;
        let uses = |index: &Index| {
            index
                .parts
                .iter()
                .chain(&index.predicate)
                .any(|part| part.words.contains(name))
                || index.include.contains(name)
        };
        let (mut gone_indexes, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut table.indexes)
            .into_iter()
            .partition(uses);
        table.indexes = stay;
        if self.dialect == Dialect::Mysql {
            // An index goes on with the columns that are left.
            for mut index in std::mem::take(&mut gone_indexes) {
                index.parts.retain(|part| !part.words.contains(name));
                if !index.parts.is_empty() {
                    table.indexes.push(index);
                }
            }
        }
        let names = gone.iter().filter_map(|it| it.name.clone());
        let names: BTreeSet<Name> = names
            .chain(gone_indexes.into_iter().map(|it| it.name))
            .collect();
        for name in names {
            self.free_index_name(key, &name);
        }
        self.remove_sequences_of(key, name);
    }

    /// Another relation may have the name of an index that is gone.
    pub(super) fn free_index_name(&mut self, table: &Key, name: &Name) {
        let entry = Key::new(Space::Relation, table.schema.clone(), name.clone());
        let is_index = matches!(
            self.store.get(&entry).map(|it| &**it),
            Some(Object::Index(index)) if index.table == *table
        );
        if is_index {
            self.store.put(&entry, None);
        }
    }
}

fn rename_in_view(view: &mut View, key: &Key, from: &Name, to: &Name) {
    view.words.insert(to.clone());
    if view.uses.remove(&(key.clone(), from.clone())) {
        view.uses.insert((key.clone(), to.clone()));
    }
}

fn rename_in_rule(rule: &mut Rule, from: &Name, to: &Name, key: &Key) {
    match rule {
        Rule::PrimaryKey(columns) | Rule::Unique(columns) => rename_in_list(columns, from, to),
        Rule::Check(expression) | Rule::Exclude(expression) => {
            rename_in_expression(expression, from, to);
        }
        Rule::ForeignKey(foreign) => {
            rename_in_list(&mut foreign.columns, from, to);
            if foreign.table == *key {
                rename_in_list(&mut foreign.referenced, from, to);
            }
        }
    }
}

fn rename_in_index(index: &mut Index, from: &Name, to: &Name) {
    for expression in index.parts.iter_mut().chain(&mut index.predicate) {
        rename_in_expression(expression, from, to);
    }
    rename_in_list(&mut index.include, from, to);
}

fn rename_in_list(list: &mut [Name], from: &Name, to: &Name) {
    for name in list.iter_mut().filter(|name| *name == from) {
        *name = to.clone();
    }
}

fn rename_in_expression(expression: &mut Expression, from: &Name, to: &Name) {
    if expression.words.remove(from) {
        expression.words.insert(to.clone());
        rename_word(&mut expression.text, from, to);
    }
}

/// A table refers to another, is a part of it, or has columns of a type.
fn move_in_table(table: &mut Table, from: &Key, to: &Key) {
    for parent in table.parents.iter_mut().filter(|it| *it == from) {
        *parent = to.clone();
    }
    for constraint in &mut table.constraints {
        if let Rule::ForeignKey(foreign) = &mut constraint.rule
            && foreign.table == *from
        {
            foreign.table = to.clone();
        }
    }
    for column in &mut table.columns {
        if column.made_type.as_ref() == Some(from) {
            column.made_type = Some(to.clone());
            rename_type(&mut column.data_type, from, to);
        }
    }
}

/// The name of a type as columns show it.
fn rename_type(text: &mut String, from: &Key, to: &Key) {
    let shown = |key: &Key| match key.schema.as_str() {
        "public" => key.name.to_string(),
        schema => format!("{schema}.{}", key.name),
    };
    match text.strip_prefix(&shown(from)) {
        Some(rest) => *text = format!("{}{rest}", shown(to)),
        None => rename_word(text, &from.name, &to.name),
    }
}

fn rename_references(table: &mut Table, from: &Name, to: &Name) {
    let prefix = format!("{}_ibfk_", from.key());
    for constraint in &mut table.constraints {
        let number = constraint
            .name
            .as_ref()
            .and_then(|name| name.key().strip_prefix(&prefix).map(str::to_owned));
        if let (Some(number), Rule::ForeignKey(_)) = (number, &constraint.rule) {
            constraint.name = Some(Name::of_key(format!("{to}_ibfk_{number}")));
        }
    }
}

/// Replaces a word in an expression, whose tokens have a space between them.
pub(super) fn rename_word(text: &mut String, from: &Name, to: &Name) {
    let renamed = text.split(' ').map(|word| {
        // Types and generated columns have no space at their parentheses.
        let inner = word.trim_matches(['"', '`', '[', ']', '(', ')']);
        if inner.is_empty() || (inner != from.as_str() && inner != from.key()) {
            return word.to_owned();
        }
        let is_outside = |mark: char| ['(', ')', '[', ']'].contains(&mark);
        let start = word.find(|mark| !is_outside(mark)).unwrap_or(0);
        let end = word.trim_end_matches(is_outside).len();
        let (before, after) = (word.get(..start), word.get(end..));
        // `[name]` is a name in quotes.
        if word.starts_with('[') {
            return to.to_string();
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        format!("{before}{to}{after}")
    });
    *text = renamed.collect::<Vec<_>>().join(" ");
}
