//! `DROP`, and what stands in its way.

use super::Replay;
use super::constraint::describe;
use super::resolve::Found;
use crate::catalog::{Key, Object, Rule, Space, Table};
use crate::change::{Dropped, Target};
use crate::dialect::Dialect;
use crate::kinds;

impl Replay<'_> {
    pub(super) fn drop_objects(&mut self, dropped: &Dropped) {
        if dropped.kind == "INDEX" {
            for name in &dropped.names {
                self.drop_index(dropped, name);
            }
            return;
        }
        let mut doomed = Vec::new();
        for name in &dropped.names {
            if let Some(key) = self.doomed(dropped, name) {
                doomed.push((key, name));
            }
        }
        let all: Vec<Key> = doomed.iter().map(|(key, _)| key.clone()).collect();
        for (key, name) in doomed {
            self.drop_one(dropped, &key, name, &all);
        }
        if dropped.is_cascading && self.dialect == Dialect::Postgres {
            for name in &dropped.names {
                self.doubt_cascade(dropped.space, &name.name);
            }
        }
    }

    /// What is dropped, if it is there.
    fn doomed(&mut self, dropped: &Dropped, name: &Target) -> Option<Key> {
        let found = match &dropped.table {
            Some(table) => {
                let table = match self.find(Space::Relation, table) {
                    Found::Here(table) => table,
                    Found::Nowhere if !dropped.is_optional => {
                        self.unknown_table(table);
                        return None;
                    }
                    Found::Unknown if !dropped.is_optional => {
                        self.suspect(Space::Relation, table);
                        return None;
                    }
                    Found::Nowhere | Found::Unknown => return None,
                };
                let mut key = self.key(dropped.space, name, false)?;
                self.of_table(&mut key, Some(&table));
                let is_absent = self.store.is_absent(&key) && self.store.is_certain(&table);
                match self.store.get(&key) {
                    Some(_) => Found::Here(key),
                    None if is_absent && !self.ground.has_baseline => Found::Nowhere,
                    None => Found::Unknown,
                }
            }
            None => self.find(dropped.space, name),
        };
        match found {
            Found::Here(key) => self.is_of_kind(&key, &dropped.kind).then_some(key),
            // Routines have signatures, and extensions bring things; a trigger of PostgreSQL has a table.
            Found::Nowhere if !dropped.is_optional && is_sure(dropped.space) => {
                if dropped.kind == "TABLE" {
                    self.unknown_table(name);
                } else {
                    self.unknown_object(dropped.space, &dropped.kind, name);
                }
                None
            }
            Found::Unknown if !dropped.is_optional && dropped.space != Space::Routine => {
                self.suspect(dropped.space, name);
                None
            }
            Found::Nowhere | Found::Unknown => {
                if dropped.space == Space::Routine {
                    self.forget_routine(dropped, name);
                } else {
                    self.note_perhaps(dropped.space, name, dropped.table.as_ref());
                }
                None
            }
        }
    }

    fn is_of_kind(&self, key: &Key, kind: &str) -> bool {
        // In MySQL a function and a procedure can share a name.
        let is_any = key.space == Space::Routine && self.dialect != Dialect::Mysql;
        let is = |object: &Object| match object {
            Object::Table(_) => kind.ends_with("TABLE"),
            Object::View(view) => {
                kind == if view.is_materialized {
                    "MATERIALIZED VIEW"
                } else {
                    "VIEW"
                }
            }
            Object::Index(_) => false,
            Object::Type(_) => true,
            Object::Other(other) => other.kind == kind || is_any,
        };
        self.store.get(key).is_some_and(|object| is(object))
    }

    fn drop_one(&mut self, dropped: &Dropped, key: &Key, name: &Target, all: &[Key]) {
        if key.space == Space::Schema {
            return self.drop_schema(dropped, key, name);
        }
        if dropped.is_cascading && self.dialect == Dialect::Postgres {
            self.remove_triggers_of(key);
            self.remove_views_of(key);
            self.remove_references(key);
            self.remove_columns_of(key);
            self.remove_defaults_of(key);
        } else if self.store.is_certain(key) {
            self.check_needed(dropped, key, name, all);
        }
        self.warn_of_cascade(key, name);
        self.remove_relation(key);
        self.store.bury(key, self.origin(&name.at));
    }

    /// Whether the server refuses because somebody else needs it.
    fn check_needed(&mut self, dropped: &Dropped, key: &Key, name: &Target, all: &[Key]) {
        let is_server = match self.dialect {
            Dialect::Postgres => true,
            Dialect::Mysql => self.is_enforcing && dropped.kind == "TABLE",
            Dialect::Sqlite => false,
        };
        if !is_server {
            return;
        }
        for user in self.store.users(key) {
            if all.contains(&user) || user == *key || !self.store.is_certain(&user) {
                continue;
            }
            let Some(object) = self.store.get(&user).cloned() else {
                continue;
            };
            let by = match &*object {
                Object::Table(table) => need_of_table(table, &user, key),
                Object::View(view)
                    if self.dialect == Dialect::Postgres && view.reads.contains(key) =>
                {
                    let by = format!("{} `{}`", object.kind(), user.name);
                    Some((by, view.origin.clone()))
                }
                _ => None,
            };
            if let Some((by, origin)) = by {
                let what = format!("{} `{}`", dropped.kind.to_lowercase(), name.name);
                let help = match self.dialect {
                    Dialect::Postgres => "drop what needs it first, or add `CASCADE`",
                    _ => "drop what needs it first",
                };
                self.still_needed(&what, &name.at, &by, Some(&origin), help);
                return;
            }
        }
    }

    /// SQLite deletes the rows of a table before it drops it, and what follows from that happens.
    fn warn_of_cascade(&mut self, key: &Key, name: &Target) {
        // Around a migration in a transaction the runtime switches foreign keys off.
        let is_enforced = self.is_enforcing && !self.is_transaction;
        if self.dialect != Dialect::Sqlite || !is_enforced || !self.store.is_certain(key) {
            return;
        }
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            let Some(Object::Table(table)) = self.store.get(&user).map(|it| (**it).clone()) else {
                continue;
            };
            let cascading = table.constraints.iter().find(|it| match &it.rule {
                Rule::ForeignKey(foreign) => {
                    foreign.table == *key
                        && (foreign.on_delete == "CASCADE" || foreign.on_delete.starts_with("SET"))
                }
                _ => false,
            });
            if let Some(cascading) = cascading {
                let what = match &cascading.rule {
                    Rule::ForeignKey(foreign) if foreign.on_delete == "CASCADE" => {
                        "deletes the rows"
                    }
                    _ => "empties columns",
                };
                let message = format!(
                    "dropping `{}` {what} of `{}` that refer to it",
                    name.name, user.name
                );
                let diagnostic = self.diagnostic(
                    &kinds::CASCADING_DROP,
                    message,
                    &name.at,
                    "its rows are deleted first",
                );
                let diagnostic = Self::made(diagnostic, Some(&cascading.origin), "this refers to it")
                    .help("remove `no-transaction`: around a migration in a transaction rungs switches foreign keys off; or write `PRAGMA foreign_keys = OFF;` before it");
                if !self.is_silent {
                    self.cascades.push((key.clone(), user, diagnostic));
                }
                return;
            }
        }
    }

    /// Only rows that were to stay are worth a word: the table is there again, and so is the other.
    pub(super) fn tell_of_cascades(&mut self) {
        for (table, other, diagnostic) in std::mem::take(&mut self.cascades) {
            if self.store.get(&table).is_some() && self.store.get(&other).is_some() {
                self.found.push(diagnostic);
            }
        }
    }

    /// `DROP SCHEMA ... CASCADE` takes everything in it along.
    fn drop_schema(&mut self, dropped: &Dropped, key: &Key, name: &Target) {
        let spaces = [
            Space::Relation,
            Space::Type,
            Space::Routine,
            Space::Trigger,
            Space::Policy,
        ];
        let inside: Vec<Key> = spaces
            .iter()
            .flat_map(|space| {
                self.store
                    .names(*space, &key.name)
                    .cloned()
                    .collect::<Vec<_>>()
            })
            .collect();
        if let Some(first) = inside
            .first()
            .filter(|_| !dropped.is_cascading && self.dialect == Dialect::Postgres)
            && self.store.is_certain(first)
        {
            let origin = self.store.get(first).and_then(|it| it.origin().cloned());
            let what = format!("schema `{}`", name.name);
            let by = format!("`{}` in it", first.name);
            self.still_needed(
                &what,
                &name.at,
                &by,
                origin.as_ref(),
                "drop what is in it first, or add `CASCADE`",
            );
        }
        for key in inside {
            if key.space == Space::Relation {
                self.remove_views_of(&key);
                self.remove_references(&key);
            }
            self.remove_columns_of(&key);
            self.remove_triggers_of(&key);
            self.doubt_cascade(key.space, &key.name);
            self.store.put(&key, None);
            self.store.bury(&key, self.origin(&name.at));
        }
        self.store.put(key, None);
        self.store.bury(key, self.origin(&name.at));
    }

    /// Views of a relation, and views of those.
    pub(super) fn remove_views_of(&mut self, key: &Key) {
        for user in self.store.users(key) {
            match self.store.get(&user).map(|it| &**it) {
                Some(Object::View(view)) if view.reads.contains(key) => {
                    self.remove_views_of(&user);
                    self.remove_relation(&user);
                }
                // A word of it may mean this, or a column of that name.
                Some(Object::View(_)) => self.store.doubt(&user.name.key().to_lowercase()),
                _ => {}
            }
        }
    }

    /// Columns of a type that is dropped with `CASCADE`.
    fn remove_columns_of(&mut self, key: &Key) {
        if key.space != Space::Type {
            return;
        }
        for user in self.store.users(key) {
            if let Some(Object::Table(mut table)) = self.store.get(&user).map(|it| (**it).clone()) {
                let of_type = |it: &&crate::catalog::Column| it.made_type.as_ref() == Some(key);
                let names: Vec<_> = table
                    .columns
                    .iter()
                    .filter(of_type)
                    .map(|it| it.name.clone())
                    .collect();
                for name in names {
                    self.remove_views_of_column(&user, &name);
                    self.remove_column(&user, &mut table, &name);
                }
                self.store.put(&user, Some(Object::Table(table)));
            }
        }
    }

    fn drop_index(&mut self, dropped: &Dropped, name: &Target) {
        if self.dialect == Dialect::Mysql {
            let Some(table) = dropped.table.as_ref().and_then(|table| self.table(table)) else {
                return;
            };
            let (key, mut table) = table;
            self.drop_index_of(&key, &mut table, &name.mention(), dropped.is_optional);
            return self.store.put(&key, Some(Object::Table(table)));
        }
        let key = match self.find(Space::Relation, name) {
            Found::Here(key) => key,
            Found::Nowhere if !dropped.is_optional => {
                return self.unknown_object(Space::Relation, "index", name);
            }
            Found::Nowhere | Found::Unknown => return,
        };
        let Some(Object::Index(index)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return;
        };
        if let Some(Object::Table(mut table)) =
            self.store.get(&index.table).map(|it| (**it).clone())
        {
            if let Some(constraint) = table.constraint(&key.name).cloned() {
                let what = format!("index `{}`", key.name);
                let by = format!("{} of `{}`", describe(&constraint), index.table.name);
                let help = format!(
                    "write `ALTER TABLE {} DROP CONSTRAINT {}`",
                    index.table.name, key.name
                );
                if self.store.is_certain(&index.table) {
                    self.still_needed(&what, &name.at, &by, Some(&constraint.origin), &help);
                }
                table
                    .constraints
                    .retain(|it| it.name.as_ref() != Some(&key.name));
            }
            table.indexes.retain(|it| it.name != key.name);
            self.store.put(&index.table, Some(Object::Table(table)));
        }
        self.store.put(&key, None);
        self.store.bury(&key, self.origin(&name.at));
    }
}

/// Whether what is not in the catalog is not there.
const fn is_sure(space: Space) -> bool {
    matches!(
        space,
        Space::Relation | Space::Type | Space::Trigger | Space::Policy
    )
}

/// What of a table needs another object, as words and place.
fn need_of_table(table: &Table, user: &Key, key: &Key) -> Option<(String, crate::catalog::Origin)> {
    if key.space == Space::Type {
        let column = table
            .columns
            .iter()
            .find(|it| it.made_type.as_ref() == Some(key))?;
        let by = format!("column `{}` of `{}`", column.name, user.name);
        return Some((by, column.origin.clone()));
    }
    let constraint = table.constraints.iter().find(|it| match &it.rule {
        Rule::ForeignKey(foreign) => foreign.table == *key,
        _ => false,
    })?;
    Some((
        format!("{} of `{}`", describe(constraint), user.name),
        constraint.origin.clone(),
    ))
}
