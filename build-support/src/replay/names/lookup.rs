//! Which column a name means.

use std::ops::Range;

use super::source::Columns;
use super::{Resolver, is_within};
use crate::catalog::{Key, Name};
use crate::change::Mention;
use crate::dialect::Dialect;
use crate::names::{Item, Label, Path};

/// What can be named in one place, and in the places around it.
pub(super) struct Scope<'o> {
    pub(super) sources: Vec<Visible>,
    /// Whether one column of several sources can be meant by its name.
    pub(super) is_merged: bool,
    pub(super) outer: Option<&'o Self>,
}

/// A source in its scope.
pub(super) struct Visible {
    pub(super) name: Option<Name>,
    /// The table or view that it is.
    pub(super) key: Option<Key>,
    pub(super) columns: Columns,
}

/// Where a name stands.
pub(super) enum Place<'p> {
    Plain,
    /// In the condition of a join.
    Among(Range<usize>),
    /// Where one of several columns is as good as another.
    Somewhere,
    /// Where the columns that are returned can be named as well; whether only by a name alone.
    Beside(&'p Columns, bool),
    /// Where the names after `AS` can be used.
    Labelled(&'p [Item]),
}

impl<'o> Scope<'o> {
    pub(super) const fn new(outer: Option<&'o Self>) -> Self {
        Self {
            sources: Vec::new(),
            is_merged: false,
            outer,
        }
    }

    pub(super) fn push(&mut self, name: Option<Name>, key: Option<Key>, columns: Columns) {
        self.sources.push(Visible { name, key, columns });
    }

    /// This scope and those around it.
    pub(super) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |scope| scope.outer)
    }

    fn source(&self, name: &Name) -> Option<&Visible> {
        let is_it = |source: &&Visible| source.name.as_ref() == Some(name);
        self.all()
            .find_map(|scope| scope.sources.iter().find(is_it))
    }

    /// Whether a source may have any name.
    fn has_nameless(&self) -> bool {
        let is_nameless = |source: &Visible| source.name.is_none() && source.columns.is_open;
        self.all()
            .any(|scope| scope.sources.iter().any(is_nameless))
    }
}

impl Place<'_> {
    fn has(&self, path: &Path) -> bool {
        match self {
            Self::Plain | Self::Among(_) | Self::Somewhere | Self::Labelled(_) => false,
            Self::Beside(columns, is_alone_only) => {
                (!is_alone_only || path.is_alone)
                    && (columns.is_open || columns.has(&path.last.name))
            }
        }
    }

    /// Whether it is the name of an item, where no column has that name.
    fn has_label(&self, name: &Name) -> bool {
        let is_it = |item: &Item| match item {
            Item::One(Label::Aliased(alias), _) => alias == name,
            Item::Unknown => true,
            _ => false,
        };
        matches!(self, Self::Labelled(items) if items.iter().any(is_it))
    }
}

impl Resolver<'_, '_> {
    pub(super) fn column(&mut self, path: &Path, scope: &Scope<'_>, place: &Place<'_>) {
        match path.before.last() {
            Some(table) => self.qualified(path, table, scope),
            None => self.unqualified(path, scope, place),
        }
    }

    fn qualified(&mut self, path: &Path, table: &Mention, scope: &Scope<'_>) {
        let Some(source) = self.table(path, scope) else {
            return;
        };
        let column = &path.last;
        if source.columns.has(&column.name) {
            return self.use_one(source, &column.name);
        }
        let is_column = !self.replay.is_system_column(&bare(column))
            // PostgreSQL: `t.f` may be `f(t)`.
            && !self.is_routine(&column.name)
            && !is_row_of_trigger(&table.name);
        if is_column && !source.columns.is_open {
            self.unknown_column(column, &[source]);
        } else if is_column {
            self.suspect(column, &[source]);
        }
    }

    /// The source that is meant before a dot, or the whole of it.
    pub(super) fn table<'s>(&mut self, path: &Path, scope: &'s Scope<'_>) -> Option<&'s Visible> {
        // In `t.*` the table is what the path ends with.
        let table = path.before.last().unwrap_or(&path.last);
        let found = scope.source(&table.name);
        let is_certain = found.is_none()
            && path.before.len() < 2
            && !scope.has_nameless()
            && !is_row_of_trigger(&table.name)
            && !self.is_common(&table.name);
        if is_certain {
            self.unknown_source(table, scope);
        }
        found
    }

    fn unqualified(&mut self, path: &Path, scope: &Scope<'_>, place: &Place<'_>) {
        let column = &path.last;
        if place.has(path) {
            return;
        }
        let among = match place {
            Place::Among(range) => Some(range),
            _ => None,
        };
        for (depth, scope) in scope.all().enumerate() {
            let owners: Vec<(usize, &Visible)> = scope
                .sources
                .iter()
                .enumerate()
                .filter(|(_, source)| source.columns.has(&column.name))
                .collect();
            if !owners.is_empty() {
                let is_plain = matches!(place, Place::Plain | Place::Among(_) | Place::Labelled(_));
                let may_be_ambiguous = is_plain && depth == 0 && !scope.is_merged;
                return self.owned(column, &owners, among, may_be_ambiguous);
            }
            let is_whole_row = self.replay.dialect == Dialect::Postgres
                && scope
                    .sources
                    .iter()
                    .any(|source| source.name.as_ref() == Some(&column.name));
            let is_open = scope.sources.iter().any(|source| source.columns.is_open);
            if is_open && !is_whole_row && !place.has_label(&column.name) {
                let sources: Vec<&Visible> = scope.all().flat_map(|it| &it.sources).collect();
                self.suspect(column, &sources);
            }
            if is_open || is_whole_row {
                return;
            }
        }
        if place.has_label(&column.name) {
            return;
        }
        if !self.replay.is_system_column(column) && !self.is_text(column) {
            let sources: Vec<&Visible> = scope.all().flat_map(|scope| &scope.sources).collect();
            self.unknown_column(column, &sources);
        }
    }

    /// A column that these have, by their places in the scope.
    fn owned(
        &mut self,
        column: &Mention,
        owners: &[(usize, &Visible)],
        among: Option<&Range<usize>>,
        may_be_ambiguous: bool,
    ) {
        let is_doubtful = |(_, it): &(usize, &Visible)| it.columns.is_doubtful(&column.name);
        let is_ambiguous = may_be_ambiguous && !owners.iter().any(is_doubtful);
        let inside = owners.iter().filter(|(index, _)| is_within(*index, among));
        let inside: Vec<&Visible> = inside.map(|(_, source)| *source).collect();
        match (inside.as_slice(), owners) {
            ([_, _, ..], _) if is_ambiguous => self.ambiguous(column, &inside),
            (_, [(_, only)]) => self.use_one(only, &column.name),
            _ => {}
        }
    }

    /// A column of `USING`, which both sides of the join have.
    pub(super) fn shared(&mut self, column: &Mention, scope: &Scope<'_>, sources: &Range<usize>) {
        let Some((right, left)) = scope
            .sources
            .get(sources.clone())
            .and_then(<[Visible]>::split_last)
        else {
            return;
        };
        let is_missing = |sources: &[&Visible]| {
            let lacks = |it: &&Visible| !it.columns.is_open && !it.columns.has(&column.name);
            sources.iter().all(lacks)
        };
        let left: Vec<&Visible> = left.iter().collect();
        if is_missing(&[right]) {
            self.unknown_column(column, &[right]);
        } else if is_missing(&left) {
            self.unknown_column(column, &left);
        }
    }

    /// A column of the table that a statement changes.
    pub(super) fn target_column(&mut self, column: &Mention, target: &Visible) {
        if target.columns.has(&column.name) {
            return self.use_one(target, &column.name);
        }
        if self.replay.is_system_column_to_write(column) {
            return;
        }
        if target.columns.is_open {
            self.suspect(column, &[target]);
        } else {
            self.unknown_column(column, &[target]);
        }
    }

    pub(super) fn use_all(&mut self, source: &Visible) {
        for name in source.columns.names.iter().flatten() {
            self.use_one(source, name);
        }
    }

    fn use_one(&mut self, source: &Visible, name: &Name) {
        if let Some(key) = &source.key {
            self.uses.insert((key.clone(), name.clone()));
        }
    }

    fn is_common(&self, name: &Name) -> bool {
        self.commons.iter().any(|(other, _)| other == name)
    }

    fn is_routine(&self, name: &Name) -> bool {
        let name = name.key().to_lowercase();
        self.replay.dialect == Dialect::Postgres && self.replay.routines.contains_key(&name)
    }

    /// SQLite takes a name in double quotes for a string when it means nothing else.
    fn is_text(&self, column: &Mention) -> bool {
        let written = self.replay.file.slice(column.at.clone());
        self.replay.dialect == Dialect::Sqlite && written.starts_with('"')
    }
}

/// A column after its table is never a string.
fn bare(column: &Mention) -> Mention {
    Mention {
        name: column.name.clone(),
        at: 0..0,
    }
}

/// Names that a row has only in a trigger, an `INSERT` or a `RETURNING`.
fn is_row_of_trigger(name: &Name) -> bool {
    ["new", "old", "excluded"].contains(&name.key())
}
