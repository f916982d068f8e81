//! Names in queries, and in expressions, resolved as the server would resolve them.
//!
//! A name is reported only when nothing that could hold it is in doubt: one source whose columns are
//! not known makes every name without a table before it acceptable.

mod lookup;
mod report;
mod source;

use std::collections::BTreeSet;
use std::ops::Range;

use super::Replay;
use crate::catalog::{Key, Name, Table};
use crate::dialect::Dialect;
use crate::names::{Branch, Item, Label, Query, Select, Uses, What, Write};
use lookup::{Place, Scope};
pub(super) use report::all_columns;
pub(super) use source::Columns;

/// What came of a query.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// The columns that it returns.
    pub(super) columns: Columns,
    /// The columns of tables and views that it certainly uses.
    pub(super) uses: BTreeSet<(Key, Name)>,
}

impl Replay<'_> {
    /// Resolves a query and reports what is wrong with its names.
    pub(super) fn resolve(&mut self, query: &Query) -> Resolved {
        self.resolve_with(query, false)
    }

    /// Resolves a query without a word.
    pub(super) fn resolve_quietly(&mut self, query: &Query) -> Resolved {
        self.resolve_with(query, true)
    }

    fn resolve_with(&mut self, query: &Query, is_quiet: bool) -> Resolved {
        let mut resolver = Resolver::new(self, is_quiet);
        let columns = resolver.query(query, None);
        Resolved {
            columns,
            uses: resolver.uses,
        }
    }

    /// Reports what names no column of a table that a statement is just making or changing.
    pub(super) fn resolve_in(&mut self, key: &Key, table: &Table, uses: &Uses) {
        if uses.is_empty() {
            return;
        }
        let columns = if self.store.get(key).is_none() || self.store.is_certain(key) {
            Columns::of_table(table)
        } else {
            Columns::unknown()
        };
        let mut resolver = Resolver::new(self, false);
        let mut scope = Scope::new(None);
        scope.push(Some(key.name.clone()), Some(key.clone()), columns);
        resolver.uses_in(uses, &scope, &Place::Plain);
    }
}

/// A statement whose names are being resolved.
struct Resolver<'r, 's> {
    replay: &'r mut Replay<'s>,
    is_quiet: bool,
    /// What `WITH` has made, innermost last.
    commons: Vec<(Name, Columns)>,
    uses: BTreeSet<(Key, Name)>,
}

impl<'r, 's> Resolver<'r, 's> {
    const fn new(replay: &'r mut Replay<'s>, is_quiet: bool) -> Self {
        Self {
            replay,
            is_quiet,
            commons: Vec::new(),
            uses: BTreeSet::new(),
        }
    }

    fn query(&mut self, query: &Query, outer: Option<&Scope<'_>>) -> Columns {
        let depth = self.commons.len();
        self.with(query, outer);
        let columns = match query.branches.as_slice() {
            [Branch::Select(select)] => self.select(select, Some(&query.order), outer),
            [] => Columns::unknown(),
            branches => {
                let mut parts = Vec::new();
                for branch in branches {
                    parts.push(self.branch(branch, outer));
                }
                self.order(&query.order, &parts, outer);
                parts.swap_remove(0)
            }
        };
        self.commons.truncate(depth);
        columns
    }

    fn with(&mut self, query: &Query, outer: Option<&Scope<'_>>) {
        // SQLite needs no `RECURSIVE`.
        if query.is_recursive || self.replay.dialect == Dialect::Sqlite {
            for common in &query.with {
                let columns = Columns::unknown().renamed(&common.columns);
                self.commons.push((common.name.clone(), columns));
            }
        }
        for common in &query.with {
            let columns = self.query(&common.query, outer).renamed(&common.columns);
            self.commons.push((common.name.clone(), columns));
        }
    }

    fn branch(&mut self, branch: &Branch, outer: Option<&Scope<'_>>) -> Columns {
        match branch {
            Branch::Select(select) => self.select(select, None, outer),
            Branch::Query(query) => self.query(query, outer),
            Branch::Rows(count, uses) => {
                self.uses_in(uses, &Scope::new(outer), &Place::Plain);
                Columns::of_rows(*count, self.replay.dialect)
            }
            Branch::Write(write) => self.write(write, outer),
            Branch::Unknown => Columns::unknown(),
        }
    }

    /// `ORDER BY` behind a `UNION` knows the columns that it returns.
    fn order(&mut self, order: &Uses, parts: &[Columns], outer: Option<&Scope<'_>>) {
        let mut scope = Scope::new(outer);
        for columns in parts {
            scope.push(None, None, columns.clone());
        }
        scope.is_merged = true;
        self.uses_in(order, &scope, &Place::Plain);
    }

    fn select(
        &mut self,
        select: &Select,
        order: Option<&Uses>,
        outer: Option<&Scope<'_>>,
    ) -> Columns {
        let scope = self.scope(select, outer);
        self.conditions(select, &scope);
        let columns = self.items(&select.items, &scope);
        self.uses_in(&select.groups, &scope, &Place::Beside(&columns, false));
        match self.replay.dialect {
            Dialect::Postgres => self.uses_in(&select.having, &scope, &Place::Plain),
            Dialect::Sqlite | Dialect::Mysql => {
                self.uses_in(&select.having, &scope, &Place::Beside(&columns, false));
            }
        }
        if let Some(order) = order {
            let is_postgres = self.replay.dialect == Dialect::Postgres;
            self.uses_in(order, &scope, &Place::Beside(&columns, is_postgres));
        }
        columns
    }

    /// The sources, each with its columns.
    fn scope<'o>(&mut self, select: &Select, outer: Option<&'o Scope<'o>>) -> Scope<'o> {
        let mut scope = Scope::new(outer);
        scope.is_merged = select.is_merged;
        for source in &select.sources {
            let (name, key, columns) = match &source.what {
                What::Table(target) => {
                    let (key, columns) = self.relation(target);
                    (Some(target.name.clone()), key, columns)
                }
                What::Query(query, true) => (None, None, self.query(query, Some(&scope))),
                What::Query(query, false) => (None, None, self.query(query, outer)),
                What::Call(_) => (None, None, Columns::unknown()),
            };
            let name = source.alias.clone().or(name);
            scope.push(name, key, columns.renamed(&source.columns));
        }
        for source in &select.sources {
            if let What::Call(uses) = &source.what {
                self.uses_in(uses, &scope, &Place::Somewhere);
            }
        }
        scope
    }

    /// `ON`, `USING`, `WHERE`.
    fn conditions(&mut self, select: &Select, scope: &Scope<'_>) {
        for join in &select.joins {
            self.uses_in(&join.on, scope, &Place::Among(join.sources.clone()));
            for column in &join.using {
                self.shared(column, scope, &join.sources);
            }
        }
        // SQLite takes the name of a column that is returned wherever it stands.
        let place = match self.replay.dialect {
            Dialect::Sqlite => Place::Labelled(&select.items),
            Dialect::Postgres | Dialect::Mysql => Place::Plain,
        };
        self.uses_in(&select.uses, scope, &place);
    }

    fn items(&mut self, items: &[Item], scope: &Scope<'_>) -> Columns {
        let mut columns = Columns::default();
        for item in items {
            match item {
                Item::All => {
                    for source in &scope.sources {
                        self.use_all(source);
                        columns.append(&source.columns);
                    }
                    // Columns that are one are returned once.
                    columns.is_counted &= !scope.is_merged;
                }
                Item::AllOf(path) => match self.table(path, scope) {
                    Some(source) => {
                        self.use_all(source);
                        columns.append(&source.columns);
                    }
                    None => columns.append(&Columns::unknown()),
                },
                Item::One(label, uses) => {
                    self.uses_in(uses, scope, &Place::Plain);
                    columns.is_open |= *label == Label::Unknown;
                    columns.push(match label {
                        Label::Named(name) | Label::Aliased(name) => Some(name.clone()),
                        Label::Nameless | Label::Unknown => None,
                    });
                }
                Item::Unknown => columns.append(&Columns::unknown()),
            }
        }
        columns
    }

    fn write(&mut self, write: &Write, outer: Option<&Scope<'_>>) -> Columns {
        let scope = self.scope(&write.scope, outer);
        if let Some(target) = scope.sources.first() {
            for column in &write.columns {
                self.target_column(column, target);
            }
        }
        if let Some(rows) = &write.rows {
            let is_values = |it: &Branch| matches!(it, Branch::Rows(..));
            let are_values = rows.branches.iter().all(is_values);
            // MySQL: a value may name a column that has got its value.
            let sees_target = are_values && self.replay.dialect == Dialect::Mysql;
            let found = self.query(rows, if sees_target { Some(&scope) } else { outer });
            if !are_values {
                self.count(write, rows, &found, &scope);
            }
        }
        self.conditions(&write.scope, &scope);
        self.items(&write.scope.items, &scope)
    }

    fn uses_in(&mut self, uses: &Uses, scope: &Scope<'_>, place: &Place<'_>) {
        for path in &uses.columns {
            self.column(path, scope, place);
        }
        for path in &uses.tables {
            self.table(path, scope);
        }
        if !self.is_quiet {
            for made in &uses.types {
                self.replay.type_of(made);
            }
            for call in &uses.calls {
                self.replay.suspect_routine(call);
            }
        }
        for query in &uses.queries {
            self.query(query, Some(scope));
        }
    }
}

/// The sources that a condition sees.
fn is_within(index: usize, range: Option<&Range<usize>>) -> bool {
    range.is_none_or(|range| range.contains(&index))
}
