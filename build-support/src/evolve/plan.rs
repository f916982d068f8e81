//! From one schema to another: which statements, in which order.
//!
//! What depends on something goes before it and comes after it. Within a kind, things are made in the order
//! in which somebody made them, and go the other way round.

use std::collections::BTreeSet;

use super::change::TableChange;
use super::compare::{is_part, same_view};
use super::note::{Note, NoteWeight};
use super::source::Sources;
use super::tables::{add_constraint, create_table, is_table, mentions, pairs, references, sorted};
use super::write::Writer;
use super::{enums, mysql, object, postgres, sqlite};
use crate::catalog::{Catalog, Constraint, Key, Object, Rule, Table};
use crate::dialect::Dialect;

/// The statements and what is to be known about them.
pub(super) fn statements(
    from: &Catalog,
    to: &Catalog,
    sources: &Sources<'_>,
) -> (Vec<String>, Vec<Note>) {
    let mut plan = Plan::new(from, to, sources);
    plan.write();
    (plan.statements, plan.notes)
}

pub(super) struct Plan<'a> {
    pub(super) from: &'a Catalog,
    pub(super) to: &'a Catalog,
    pub(super) sources: &'a Sources<'a>,
    pub(super) writer: Writer,
    pub(super) statements: Vec<String>,
    pub(super) notes: Vec<Note>,
    /// What comes after all others.
    pub(super) last: Vec<String>,
    /// Tables that stay and change.
    pub(super) changes: Vec<TableChange<'a>>,
    /// Sequences that are there already.
    sequences: BTreeSet<Key>,
    /// What is there before and after, and goes in between.
    remade: BTreeSet<&'a Key>,
}

impl<'a> Plan<'a> {
    fn new(from: &'a Catalog, to: &'a Catalog, sources: &'a Sources<'a>) -> Self {
        let mut plan = Self {
            from,
            to,
            sources,
            writer: Writer {
                dialect: sources.dialect,
            },
            statements: Vec::new(),
            notes: Vec::new(),
            last: Vec::new(),
            changes: Vec::new(),
            sequences: from.objects.keys().cloned().collect(),
            remade: BTreeSet::new(),
        };
        plan.changes = plan.table_changes();
        plan.remade = plan.remade();
        plan
    }

    fn write(&mut self) {
        let from = self.from;
        let to = self.to;
        self.drop_users();
        self.drop_references();
        for at in 0..self.changes.len() {
            let change = &self.changes[at];
            let statements = match self.dialect() {
                Dialect::Postgres => postgres::before(self.writer, change),
                Dialect::Sqlite => sqlite::before(self.writer, change),
                Dialect::Mysql => Vec::new(),
            };
            self.statements.extend(statements);
        }
        for key in self.tables_in_order(from).into_iter().rev() {
            if !is_table(to, key) {
                self.drop_table(key);
            }
        }
        object::make_first(self);
        let late = self.create_tables();
        self.change_tables();
        self.add_references(&late);
        object::drop_last(self);
        object::make_last(self);
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.sources.dialect
    }

    pub(super) fn note(
        &mut self,
        weight: NoteWeight,
        of: Option<&Object>,
        text: impl Into<String>,
    ) {
        let origin = of.and_then(Object::origin);
        self.notes.push(Note::new(weight, origin, text));
    }

    fn table_changes(&mut self) -> Vec<TableChange<'a>> {
        let mut changes = Vec::new();
        for (key, from, to) in pairs(self.from, self.to) {
            if from.is_partial || to.is_partial {
                let text = format!(
                    "table `{}` is not compared: not all of it can be read",
                    key.name
                );
                let of = self.to.objects.get(key).map(|it| &**it);
                self.note(NoteWeight::Left, of, text);
                continue;
            }
            let change = TableChange::new(key, from, to);
            if !change.is_empty() {
                changes.push(change);
            }
        }
        changes
    }

    /// Views, triggers and policies that are made anew, because they changed or stand in the way.
    fn remade(&self) -> BTreeSet<&'a Key> {
        let is_stopped = |change: &&TableChange<'_>| match self.dialect() {
            Dialect::Postgres => change.disturbs_views(),
            Dialect::Sqlite => sqlite::is_rebuilt(change),
            Dialect::Mysql => false,
        };
        let mut stopping: Vec<&Key> = Vec::new();
        stopping.extend(
            self.changes
                .iter()
                .filter(is_stopped)
                .map(|change| change.key),
        );
        stopping.extend(self.tables_of_changed_types());
        let mut remade = BTreeSet::new();
        loop {
            let before = remade.len();
            for (key, object) in &self.from.objects {
                let after = self.to.objects.get(key);
                let Some(after) = after.filter(|it| it.kind() == object.kind()) else {
                    continue;
                };
                if self.is_remade(object, after, &stopping) && remade.insert(key) {
                    stopping.push(key);
                }
            }
            if remade.len() == before {
                return remade;
            }
        }
    }

    fn is_remade(&self, before: &Object, after: &Object, stopping: &[&Key]) -> bool {
        match (before, after) {
            (Object::View(before), Object::View(after)) => {
                let mut read = before.reads.union(&before.mentions);
                !same_view(before, after) || read.any(|read| stopping.contains(&read))
            }
            (Object::Other(other), Object::Other(_)) if is_user(before) => {
                let is_owned = other.owner.as_ref().is_some_and(|owner| {
                    let is_view = matches!(
                        self.to.objects.get(owner).map(|it| &**it),
                        Some(Object::View(_))
                    );
                    stopping.contains(&owner) && (is_view || self.dialect() == Dialect::Sqlite)
                });
                let is_mentioned = || {
                    let is_sqlite = self.dialect() == Dialect::Sqlite;
                    is_sqlite
                        && stopping
                            .iter()
                            .any(|key| mentions(&other.definition, &key.name))
                };
                before != after || is_owned || is_mentioned()
            }
            // PostgreSQL puts a routine in the place of another.
            (Object::Other(other), Object::Other(_)) => {
                let is_routine = ["FUNCTION", "PROCEDURE"].contains(&other.kind.as_str());
                self.dialect() == Dialect::Mysql && is_routine && before != after
            }
            _ => false,
        }
    }

    /// Tables whose columns get the values of a type anew.
    fn tables_of_changed_types(&self) -> Vec<&'a Key> {
        let remade = enums::remade_enums(self.from, self.to);
        let has_one = |table: &Table| {
            let mut types = table.columns.iter().filter_map(|it| it.made_type.as_ref());
            types.any(|made| remade.contains(&made))
        };
        pairs(self.from, self.to)
            .filter(|(_, from, _)| has_one(from))
            .map(|(key, ..)| key)
            .collect()
    }

    /// Whether an object is there before and after, and stays.
    pub(super) fn stays(&self, key: &Key) -> bool {
        let (before, after) = (self.from.objects.get(key), self.to.objects.get(key));
        let is_same_kind = match (before, after) {
            (Some(before), Some(after)) => before.kind() == after.kind(),
            _ => false,
        };
        is_same_kind && !self.remade.contains(key)
    }

    /// Triggers, policies and views that go.
    fn drop_users(&mut self) {
        let from = self.from;
        let is_gone = |(key, object): &(&'a Key, &'a Object)| is_user(object) && !self.stays(key);
        let gone: Vec<_> = self.in_order(from).into_iter().filter(is_gone).collect();
        for (key, object) in gone.into_iter().rev() {
            self.statements.extend(object::drop(self, key, object));
        }
        let views: Vec<_> = self.views_in_order(from);
        for key in views
            .into_iter()
            .rev()
            .filter(|key| !self.stays(key))
            .collect::<Vec<_>>()
        {
            if let Some(object) = from.objects.get(key) {
                self.statements.extend(object::drop(self, key, object));
            }
        }
    }

    /// Objects that are no part of another, in the order in which they were made.
    pub(super) fn in_order(&self, catalog: &'a Catalog) -> Vec<(&'a Key, &'a Object)> {
        let objects = catalog.objects.iter().map(|(key, object)| (key, &**object));
        let mut objects: Vec<_> = objects
            .filter(|(_, object)| !is_part(object, catalog))
            .collect();
        objects.sort_by_key(|(_, object)| self.sources.order(object.origin()));
        objects
    }

    /// Views, each after those that it reads.
    pub(super) fn views_in_order(&self, catalog: &'a Catalog) -> Vec<&'a Key> {
        let views = self.in_order(catalog).into_iter();
        let views = views.filter_map(|(key, object)| match object {
            Object::View(view) => Some((key, view.reads.union(&view.mentions).collect())),
            _ => None,
        });
        sorted(&views.collect::<Vec<_>>())
    }

    /// Tables, each after those that it refers to.
    pub(super) fn tables_in_order(&self, catalog: &'a Catalog) -> Vec<&'a Key> {
        let tables = self.in_order(catalog).into_iter();
        let tables = tables.filter_map(|(key, object)| match object {
            Object::Table(table) => {
                let referred = references(table).map(|(_, target)| target);
                Some((key, referred.collect()))
            }
            _ => None,
        });
        sorted(&tables.collect::<Vec<_>>())
    }

    fn drop_table(&mut self, key: &'a Key) {
        let object = self.from.objects.get(key).map(|it| &**it);
        let text = format!("table `{}` is dropped with its rows", key.name);
        self.note(NoteWeight::Loss, object, text);
        self.statements
            .push(format!("DROP TABLE {}", self.writer.key(key)));
    }

    /// Makes the new tables; what they refer to later, because it is not there yet, is returned.
    fn create_tables(&mut self) -> Vec<(&'a Key, &'a Constraint)> {
        let mut late = Vec::new();
        let mut made: Vec<&Key> = Vec::new();
        for key in self.tables_in_order(self.to) {
            let Some(Object::Table(table)) = self.to.objects.get(key).map(|it| &**it) else {
                continue;
            };
            if is_table(self.from, key) {
                continue;
            }
            made.push(key);
            let is_there = |target: &Key| {
                self.dialect() == Dialect::Sqlite
                    || made.contains(&target)
                    || is_table(self.from, target) && is_table(self.to, target)
            };
            let is_late = |it: &&Constraint| match &it.rule {
                Rule::ForeignKey(foreign) => !is_there(&foreign.table),
                _ => false,
            };
            let waiting: Vec<&Constraint> = table.constraints.iter().filter(is_late).collect();
            let statements = self.create_table(key, table, &waiting);
            self.statements.extend(statements);
            late.extend(waiting.into_iter().map(|constraint| (key, constraint)));
        }
        late
    }

    fn create_table(&mut self, key: &Key, table: &Table, late: &[&Constraint]) -> Vec<String> {
        if table.is_partial {
            return self.copy_table(key, table);
        }
        let doubled = match self.dialect() {
            Dialect::Postgres => postgres::doubled_keys(table),
            _ => Vec::new(),
        };
        let late: Vec<&Constraint> = late.iter().chain(&doubled).copied().collect();
        let mut statements = vec![create_table(self.writer, key, table, &late)];
        let adds = doubled.iter();
        statements.extend(adds.map(|constraint| add_constraint(self.writer, key, constraint)));
        if self.dialect() != Dialect::Mysql {
            let indexes = table.indexes.iter();
            statements.extend(indexes.map(|index| self.writer.create_index(key, index)));
        }
        if self.dialect() == Dialect::Postgres {
            let taken = &mut self.sequences;
            statements.extend(postgres::name_sequences(self.writer, key, self.to, taken));
            statements.extend(postgres::comments(self.writer, key, None, table));
        }
        statements
    }

    /// A table that cannot be read in full, as somebody wrote it.
    fn copy_table(&mut self, key: &Key, table: &Table) -> Vec<String> {
        let text = match self.sources.text(&table.origin) {
            Some(text) => text.to_owned(),
            None => String::new(),
        };
        let note = format!("table `{}` is copied: not all of it can be read", key.name);
        self.notes
            .push(Note::new(NoteWeight::Left, Some(&table.origin), note));
        vec![text]
    }

    fn change_tables(&mut self) {
        for at in 0..self.changes.len() {
            let change = &self.changes[at];
            let mut notes = Vec::new();
            let statements = match self.dialect() {
                Dialect::Postgres => postgres::change(self.writer, change, &mut notes),
                Dialect::Sqlite => sqlite::change(self.writer, change, self.from, self.to),
                Dialect::Mysql => mysql::change(self.writer, change, &mut notes),
            };
            super::risk::of_change(change, self.dialect(), &mut notes);
            self.statements.extend(statements);
            self.notes.extend(notes);
        }
    }
}

/// Whether something only uses tables, and is no part of one: a trigger, a policy.
fn is_user(object: &Object) -> bool {
    matches!(object, Object::Other(other) if ["TRIGGER", "POLICY"].contains(&other.kind.as_str()))
}
