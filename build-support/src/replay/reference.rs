//! Foreign keys, and what they refer to.

use super::Replay;
use super::constraint::{describe, names};
use super::index::columns_of;
use super::resolve::Found;
use crate::catalog::{ForeignKey, Key, Name, Object, Origin, Rule, Space, Table};
use crate::change::NewForeignKey;
use crate::dialect::Dialect;
use crate::kinds;
use crate::sql::family;

impl Replay<'_> {
    pub(super) fn reference(
        &mut self,
        key: &Key,
        table: &Table,
        foreign: &NewForeignKey,
    ) -> Option<Rule> {
        self.check_columns(key, table, &foreign.columns);
        let target = self.referred(key, table, foreign)?;
        let referenced = if foreign.referenced.is_empty() {
            self.key_columns(key, table, &target)
        } else {
            names(&foreign.referenced)
        };
        Some(Rule::ForeignKey(ForeignKey {
            columns: names(&foreign.columns),
            table: target,
            referenced,
            on_delete: foreign.on_delete.clone(),
            on_update: foreign.on_update.clone(),
        }))
    }

    /// The primary key that is meant where no columns are named, if it is known already.
    fn key_columns(&self, key: &Key, table: &Table, target: &Key) -> Vec<Name> {
        let other = match self.store.get(target).map(|it| &**it) {
            _ if target == key => table,
            Some(Object::Table(other)) => other,
            _ => return Vec::new(),
        };
        other.primary_key().unwrap_or_default().to_vec()
    }

    /// The table that a foreign key refers to, which is checked where the server checks it.
    fn referred(&mut self, key: &Key, table: &Table, foreign: &NewForeignKey) -> Option<Key> {
        let plain = self.key(Space::Relation, &foreign.table, false);
        if plain.as_ref() == Some(key) {
            self.check_reference(foreign, key, table, table);
            return Some(key.clone());
        }
        // SQLite looks for it when a row is written; MySQL not while checks are off.
        let is_checked = match self.dialect {
            Dialect::Sqlite => return plain,
            Dialect::Mysql => self.is_enforcing,
            Dialect::Postgres => true,
        };
        match self.find(Space::Relation, &foreign.table) {
            Found::Here(target) => {
                if let Some(Object::Table(referred)) =
                    self.store.get(&target).map(|it| (**it).clone())
                    && is_checked
                    && self.is_known(&target, &referred)
                {
                    self.check_reference(foreign, &target, table, &referred);
                }
                Some(target)
            }
            Found::Nowhere if is_checked => {
                self.unknown_table(&foreign.table);
                plain
            }
            Found::Unknown => {
                self.suspect(Space::Relation, &foreign.table);
                plain
            }
            Found::Nowhere => plain,
        }
    }

    fn check_reference(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        table: &Table,
        referred: &Table,
    ) {
        if self.dialect == Dialect::Sqlite || referred.is_partial {
            return;
        }
        let unknown = foreign
            .referenced
            .iter()
            .find(|it| referred.column(&it.name).is_none());
        if let Some(unknown) = unknown {
            return self.unknown_column(target, referred, unknown);
        }
        // A table refers to itself before its own keys are made.
        let is_self = std::ptr::eq(table, referred);
        let columns = if foreign.referenced.is_empty() {
            match referred.primary_key() {
                Some(columns) => columns.to_vec(),
                None if is_self => return,
                None => return self.no_key(foreign, target, referred),
            }
        } else {
            names(&foreign.referenced)
        };
        if self.dialect == Dialect::Postgres && !is_unique(referred, &columns) {
            return self.not_unique(foreign, target, referred, &columns);
        }
        if self.dialect == Dialect::Postgres {
            self.check_types(foreign, target, table, referred, &columns);
        }
    }

    fn no_key(&mut self, foreign: &NewForeignKey, target: &Key, referred: &Table) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        let message = format!("`{}` has no primary key to refer to", target.name);
        let diagnostic = self.diagnostic(
            &kinds::BAD_FOREIGN_KEY,
            message,
            &foreign.table.at,
            "refers to it",
        );
        let diagnostic = Self::made(diagnostic, Some(&referred.origin), "created here")
            .help("name the columns of a unique constraint after the table");
        self.push(diagnostic);
    }

    fn not_unique(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        referred: &Table,
        columns: &[Name],
    ) {
        let list: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let list = list.join(", ");
        let message = format!(
            "no unique constraint of `{}` has the columns ({list})",
            target.name
        );
        let diagnostic = self.diagnostic(
            &kinds::BAD_FOREIGN_KEY,
            message,
            &foreign.table.at,
            "refers to it",
        );
        let diagnostic = Self::made(diagnostic, Some(&referred.origin), "created here").help(format!(
            "a foreign key refers to a primary key or unique columns: add `UNIQUE ({list})` to `{}`",
            target.name
        ));
        self.push(diagnostic);
    }

    fn check_types(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        table: &Table,
        referred: &Table,
        columns: &[Name],
    ) {
        if foreign.columns.len() != columns.len() {
            return;
        }
        for (own, other) in foreign.columns.iter().zip(columns) {
            let (Some(own_column), Some(other_column)) =
                (table.column(&own.name), referred.column(other))
            else {
                continue;
            };
            let families = (
                family(&own_column.data_type),
                family(&other_column.data_type),
            );
            if let (Some(one), Some(another)) = families
                && one != another
            {
                let message = format!(
                    "`{}` is {}, but `{}.{other}` is {}",
                    own.name, own_column.data_type, target.name, other_column.data_type
                );
                let diagnostic = self.diagnostic(
                    &kinds::BAD_FOREIGN_KEY,
                    message,
                    &own.at,
                    "refers to another type",
                );
                let diagnostic =
                    Self::made(diagnostic, Some(&other_column.origin), "its type is here")
                        .help("give both columns the same type");
                self.push(diagnostic);
            }
        }
    }

    /// The foreign key of another table that refers to a column.
    pub(super) fn who_refers_to(&self, key: &Key, name: &Name) -> Option<(String, Option<Origin>)> {
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            if let Some(Object::Table(other)) = self.store.get(&user).map(|it| &**it)
                && self.store.is_certain(&user)
            {
                let found = other.constraints.iter().find(|it| match &it.rule {
                    Rule::ForeignKey(foreign) => {
                        foreign.table == *key && foreign.referenced.contains(name)
                    }
                    _ => false,
                });
                if let Some(found) = found {
                    let by = format!("{} of `{}`", describe(found), user.name);
                    return Some((by, Some(found.origin.clone())));
                }
            }
        }
        None
    }

    pub(super) fn remove_references_to(&mut self, key: &Key, name: &Name) {
        for user in self.store.users(key) {
            if user == *key {
                continue;
            }
            if let Some(Object::Table(mut other)) = self.store.get(&user).map(|it| (**it).clone()) {
                let count = other.constraints.len();
                other.constraints.retain(|it| match &it.rule {
                    Rule::ForeignKey(foreign) => {
                        foreign.table != *key || !foreign.referenced.contains(name)
                    }
                    _ => true,
                });
                if other.constraints.len() < count {
                    self.store.put(&user, Some(Object::Table(other)));
                }
            }
        }
    }
}

/// Whether no two rows are equal in these columns, in any order.
fn is_unique(table: &Table, columns: &[Name]) -> bool {
    let is_same = |others: &[Name]| {
        others.len() == columns.len() && others.iter().all(|other| columns.contains(other))
    };
    let by_constraint = table.constraints.iter().any(|it| match &it.rule {
        Rule::PrimaryKey(others) | Rule::Unique(others) => is_same(others),
        _ => false,
    });
    by_constraint
        || table
            .indexes
            .iter()
            .any(|index| index.is_unique && index.is_plain && is_same(&columns_of(table, index)))
}
