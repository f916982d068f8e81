//! Views.

use std::collections::BTreeSet;

use super::Replay;
use super::names::{Columns, Resolved};
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Origin, Space, Table, View};
use crate::change::{Existing, Mention, NewView, Target};
use crate::dialect::Dialect;
use crate::kinds;

impl Replay<'_> {
    pub(super) fn create_view(&mut self, new: &NewView) {
        self.suspect_schema(&new.name);
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
        let resolved = self.names_of_view(&key, new);
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
            columns: new.columns.clone().or_else(|| resolved.columns.certain()),
            uses: resolved.uses,
            origin: self.origin(&new.name.at),
        };
        self.store.make(&key, Object::View(view));
    }

    /// Resolves the query; SQLite does so when the view is used, so it is looked at again at the end.
    fn names_of_view(&mut self, key: &Key, new: &NewView) -> Resolved {
        let Some(query) = &new.names else {
            return Resolved {
                columns: Columns::unknown(),
                ..Resolved::default()
            };
        };
        if self.dialect != Dialect::Sqlite {
            return self.resolve(query);
        }
        if !self.is_silent {
            self.views.push((key.clone(), query.clone()));
        }
        self.resolve_quietly(query)
    }

    /// Looks into the views that the script has made and left.
    pub(super) fn tell_of_views(&mut self) {
        for (key, query) in std::mem::take(&mut self.views) {
            if self.store.get(&key).is_some() {
                self.resolve(&query);
            }
        }
    }

    /// PostgreSQL does not let the type of a column change that a view uses.
    pub(super) fn check_retyped(&mut self, key: &Key, table: &Table, column: &Mention) {
        if self.dialect != Dialect::Postgres || !self.is_known_in_statement(key, table) {
            return;
        }
        if let Some((by, origin)) = self.view_of(key, &column.name) {
            let message = format!("the type of `{}` cannot change: {by} uses it", column.name);
            let diagnostic =
                self.diagnostic(&kinds::STILL_NEEDED, message, &column.at, "changed here");
            let diagnostic = Self::made(diagnostic, origin.as_ref(), "used here")
                .help("drop the view before, and create it again after");
            self.push(diagnostic);
        }
    }

    /// A view that certainly uses a column.
    pub(super) fn view_of(&self, key: &Key, column: &Name) -> Option<(String, Option<Origin>)> {
        let used = (key.clone(), column.clone());
        let users = self.store.users(key);
        let mut certain = users.iter().filter(|user| self.store.is_certain(user));
        certain.find_map(|user| match self.store.get(user).map(|it| &**it) {
            Some(object @ Object::View(view)) if view.uses.contains(&used) => {
                let by = format!("{} `{}`", object.kind(), user.name);
                Some((by, Some(view.origin.clone())))
            }
            _ => None,
        })
    }

    /// Views that use a column which is dropped with `CASCADE`.
    pub(super) fn remove_views_of_column(&mut self, key: &Key, column: &Name) {
        let used = (key.clone(), column.clone());
        for user in self.store.users(key) {
            match self.store.get(&user).map(|it| &**it) {
                Some(Object::View(view)) if view.uses.contains(&used) => {
                    self.remove_views_of(&user);
                    self.remove_relation(&user);
                }
                // A word of it may mean this column.
                Some(Object::View(view)) if view.words.contains(column) => {
                    self.store.doubt(&user.name.key().to_lowercase());
                }
                _ => {}
            }
        }
    }
}
