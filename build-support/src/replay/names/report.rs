//! What is said about names that mean nothing, or too much.

use std::sync::Arc;

use super::Resolver;
use super::lookup::{Scope, Visible};
use super::source::Columns;
use crate::catalog::{Column, Name, Object, Origin, Table};
use crate::change::Mention;
use crate::dialect::Dialect;
use crate::kinds;
use crate::names::{Branch, Query, Write};
use crate::nearest::nearest;
use crate::replay::report::column_key;

impl Resolver<'_, '_> {
    /// A column that none of these has.
    pub(super) fn unknown_column(&mut self, column: &Mention, sources: &[&Visible]) {
        if self.is_quiet {
            return;
        }
        let message = if sources.is_empty() {
            format!(
                "there is no table here that could have a column `{}`",
                column.name
            )
        } else {
            format!(
                "there is no column `{}` in {}",
                column.name,
                listed(sources)
            )
        };
        let mut diagnostic =
            self.replay
                .diagnostic(&kinds::UNKNOWN_COLUMN, message, &column.at, "not found");
        let names = sources
            .iter()
            .flat_map(|source| source.columns.names.iter());
        let names = names.flatten().map(Name::as_str);
        let meant = nearest(column.name.as_str(), names).map(str::to_owned);
        if let Some((origin, what)) = self.trace(column, sources, meant.as_deref()) {
            diagnostic = super::Replay::made(diagnostic, Some(&origin), what);
        }
        if let Some(meant) = meant {
            diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
        }
        self.replay.push(diagnostic);
    }

    /// A column that one of these may have; each must be a table.
    pub(super) fn suspect(&mut self, column: &Mention, sources: &[&Visible]) {
        let table = |source: &&Visible| match self.replay.store.get(source.key.as_ref()?) {
            Some(object) if matches!(**object, Object::Table(_)) => Some(Arc::clone(object)),
            _ => None,
        };
        let Some(objects) = sources.iter().map(table).collect::<Option<Vec<_>>>() else {
            return;
        };
        let tables = objects.iter().filter_map(|object| match &**object {
            Object::Table(table) => Some(table),
            _ => None,
        });
        if !self.is_quiet {
            let tables: Vec<&Table> = tables.collect();
            self.replay.suspect_column(column, &tables);
        }
    }

    /// Where the column was dropped, or else one that is meant, or the only table was made.
    fn trace(
        &self,
        column: &Mention,
        sources: &[&Visible],
        meant: Option<&str>,
    ) -> Option<(Origin, &'static str)> {
        let keys = || sources.iter().filter_map(|source| source.key.as_ref());
        let graves =
            keys().filter_map(|key| self.replay.store.grave(&column_key(key, &column.name)));
        if let Some(grave) = graves.into_iter().next() {
            return Some((grave.clone(), "dropped or renamed here"));
        }
        let objects: Vec<&Object> = keys()
            .filter_map(|key| self.replay.store.get(key).map(|object| &**object))
            .collect();
        let is_meant = |column: &&Column| Some(column.name.as_str()) == meant;
        let similar = objects.iter().find_map(|object| match object {
            Object::Table(table) => table.columns.iter().find(is_meant),
            _ => None,
        });
        if let Some(similar) = similar {
            return Some((similar.origin.clone(), "a column with a similar name"));
        }
        match objects.as_slice() {
            [Object::Table(table)] => Some((table.origin.clone(), "the table is created here")),
            [Object::View(view)] => Some((view.origin.clone(), "the view is created here")),
            _ => None,
        }
    }

    /// A name before a dot that is none of a source.
    pub(super) fn unknown_source(&mut self, table: &Mention, scope: &Scope<'_>) {
        if self.is_quiet {
            return;
        }
        let message = format!("nothing is called `{}` in this statement", table.name);
        let names = scope.all().flat_map(|scope| &scope.sources);
        let names = names.filter_map(|source| source.name.as_ref());
        let names: Vec<&str> = names.map(Name::as_str).collect();
        let mut diagnostic =
            self.replay
                .diagnostic(&kinds::UNKNOWN_TABLE, message, &table.at, "not found");
        let meant = nearest(table.name.as_str(), names.iter().copied());
        diagnostic = match meant {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
            None if names.is_empty() => diagnostic,
            None => diagnostic.help(format!("it reads from `{}`", names.join("`, `"))),
        };
        self.replay.push(diagnostic);
    }

    /// A column that several of the sources have.
    pub(super) fn ambiguous(&mut self, column: &Mention, sources: &[&Visible]) {
        if self.is_quiet {
            return;
        }
        let message = format!("the column `{}` is ambiguous", column.name);
        let owners: Vec<String> = sources
            .iter()
            .filter_map(|source| source.name.as_ref())
            .map(|name| format!("`{name}.{}`", column.name))
            .collect();
        let mut diagnostic = self.replay.diagnostic(
            &kinds::AMBIGUOUS_COLUMN,
            message,
            &column.at,
            "could be any of them",
        );
        if owners.len() > 1 {
            diagnostic = diagnostic.help(format!("write {}", owners.join(" or ")));
        }
        self.replay.push(diagnostic);
    }

    /// Whether a query returns as many columns as an `INSERT` fills.
    pub(super) fn count(
        &mut self,
        write: &Write,
        rows: &Query,
        found: &Columns,
        scope: &Scope<'_>,
    ) {
        let (Some(filled), Some(target)) = (write.filled, scope.sources.first()) else {
            return;
        };
        if !found.is_counted || self.is_quiet {
            return;
        }
        let count = found.names.len();
        let Some((expected, is_exact)) = self.expected(filled, target) else {
            return;
        };
        if count == expected || (!is_exact && count < expected) {
            return;
        }
        let Some(Branch::Select(select)) = rows.branches.first() else {
            return;
        };
        let name = target.name.as_ref().map_or("", Name::as_str);
        let message = if filled > 0 {
            format!("{count} values for {expected} columns")
        } else {
            format!("{count} values, but `{name}` has {expected} columns")
        };
        let mut diagnostic =
            self.replay
                .diagnostic(&kinds::BAD_INSERT, message, &select.at, "these values");
        if let (Some(first), Some(last)) =
            (write.columns.first(), write.columns.get(filled.max(1) - 1))
            && filled > 0
        {
            let file = Arc::clone(&self.replay.file);
            diagnostic = diagnostic.at(&file, first.at.start..last.at.end, "these columns");
        }
        self.replay.push(diagnostic);
    }

    /// How many values a row has, and whether it must have all of them.
    fn expected(&self, filled: usize, target: &Visible) -> Option<(usize, bool)> {
        if filled > 0 {
            return Some((filled, true));
        }
        let key = target.key.as_ref().filter(|_| !target.columns.is_open)?;
        let Some(Object::Table(table)) = self.replay.store.get(key).map(|object| &**object) else {
            return None;
        };
        Some(all_columns(table, self.replay.dialect))
    }
}

/// How many values an `INSERT` without a list of columns takes, and whether it needs all of them.
pub(in crate::replay) fn all_columns(table: &Table, dialect: Dialect) -> (usize, bool) {
    let count = |is_counted: fn(&Column) -> bool| {
        let columns = table.columns.iter();
        columns.filter(|column| is_counted(column)).count()
    };
    match dialect {
        Dialect::Sqlite => (count(|column| column.generated.is_none()), true),
        Dialect::Mysql => (count(|column| !column.is_invisible), true),
        // PostgreSQL takes fewer values than there are columns.
        Dialect::Postgres => (table.columns.len(), false),
    }
}

/// `a`, `b` or `c`.
fn listed(sources: &[&Visible]) -> String {
    const MOST: usize = 4;
    let shown = |source: &&Visible| {
        let key = || source.key.as_ref().map(|key| &key.name);
        let name = source.name.as_ref().or_else(key);
        name.map(|name| format!("`{name}`"))
    };
    let mut names: Vec<String> = Vec::new();
    for name in sources.iter().filter_map(shown) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => "this query".to_owned(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= MOST => format!("{} or {last}", first.join(", ")),
        _ => format!("any of the {} tables here", names.len()),
    }
}
