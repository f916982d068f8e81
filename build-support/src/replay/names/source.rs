//! The columns of what is read from.

use super::Resolver;
use crate::catalog::{Key, Name, Object, Space, Table};
use crate::change::Target;
use crate::dialect::Dialect;
use crate::replay::resolve::Found;

/// No server has more columns: 1,664 in PostgreSQL, 4,096 in MySQL, 32,767 in SQLite.
const MOST: usize = 32_767;

/// The columns of a table, or of what a query returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) struct Columns {
    /// Their names in order; none for one that no plain word means.
    pub(super) names: Vec<Option<Name>>,
    /// Names that they may have besides, or may have no more.
    pub(super) doubtful: Vec<Name>,
    /// Whether there may be others.
    pub(super) is_open: bool,
    /// Whether there are as many as there are names.
    pub(super) is_counted: bool,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            doubtful: Vec::new(),
            is_open: false,
            is_counted: true,
        }
    }
}

impl Columns {
    pub(in crate::replay) fn unknown() -> Self {
        Self {
            is_open: true,
            is_counted: false,
            ..Self::default()
        }
    }

    pub(super) fn of_table(table: &Table) -> Self {
        let names = table.columns.iter().filter(|column| !column.is_invisible);
        let invisible = table.columns.iter().filter(|column| column.is_invisible);
        let is_counted = !table.has_other_columns && invisible.clone().next().is_none();
        Self {
            names: names
                .chain(invisible)
                .map(|column| Some(column.name.clone()))
                .collect(),
            is_open: table.has_other_columns,
            is_counted,
            ..Self::default()
        }
    }

    /// `VALUES`: each server has names of its own for them.
    pub(super) fn of_rows(count: usize, dialect: Dialect) -> Self {
        let name = |number: usize| match dialect {
            Dialect::Mysql => Some(Name::exact(format!("column_{number}"))),
            Dialect::Postgres | Dialect::Sqlite => Some(Name::exact(format!("column{number}"))),
        };
        Self {
            names: (1..=count).map(name).collect(),
            // MariaDB calls them by their first row.
            is_open: dialect == Dialect::Mysql,
            ..Self::default()
        }
    }

    /// With other names for the first of them.
    pub(super) fn renamed(mut self, names: &[Name]) -> Self {
        if names.is_empty() {
            return self;
        }
        for (index, name) in names.iter().enumerate() {
            match self.names.get_mut(index) {
                Some(old) => *old = Some(name.clone()),
                None => self.names.push(Some(name.clone())),
            }
        }
        self.is_open |= !self.is_counted;
        // No name is left that was not known.
        self.is_open &= !self.is_counted || self.names.len() > names.len();
        self
    }

    pub(super) fn push(&mut self, name: Option<Name>) {
        self.names.push(name);
    }

    pub(super) fn append(&mut self, others: &Self) {
        self.names.extend(others.names.iter().cloned());
        self.doubtful.extend(others.doubtful.iter().cloned());
        self.is_open |= others.is_open;
        self.is_counted &= others.is_counted;
        if self.names.len() > MOST {
            *self = Self::unknown();
        }
    }

    pub(super) fn has(&self, name: &Name) -> bool {
        self.names.iter().flatten().any(|other| other == name) || self.is_doubtful(name)
    }

    pub(super) fn is_doubtful(&self, name: &Name) -> bool {
        self.doubtful.contains(name)
    }

    /// With names that they may have besides, or may have no more.
    fn doubting(mut self, words: Vec<Name>) -> Self {
        self.is_counted &= words.is_empty();
        self.doubtful = words;
        self
    }

    /// All of them, when they are known and each has a name.
    pub(in crate::replay) fn certain(self) -> Option<Vec<Name>> {
        let is_certain = !self.is_open && self.is_counted;
        is_certain.then(|| {
            let names = self.names.into_iter();
            names.map(Option::unwrap_or_default).collect()
        })
    }
}

impl Resolver<'_, '_> {
    /// A table or view, or what `WITH` has made under that name.
    pub(super) fn relation(&mut self, target: &Target) -> (Option<Key>, Columns) {
        if target.schema.is_none()
            && let Some((_, columns)) = self
                .commons
                .iter()
                .rev()
                .find(|(name, _)| *name == target.name)
        {
            return (None, columns.clone());
        }
        match self.replay.find(Space::Relation, target) {
            Found::Here(key) => {
                let columns = self.columns_of(&key);
                (Some(key), columns)
            }
            Found::Unknown => {
                if !self.is_quiet {
                    self.replay.suspect(Space::Relation, target);
                }
                (None, Columns::unknown())
            }
            Found::Nowhere => {
                if !self.is_quiet {
                    self.replay.unknown_table(target);
                }
                (None, Columns::unknown())
            }
        }
    }

    fn columns_of(&self, key: &Key) -> Columns {
        let store = &self.replay.store;
        if !store.is_certain_but_for_words(key) {
            return Columns::unknown();
        }
        let words = store.doubtful_words(key);
        let words = words
            .map(|word| Name::of(word, self.replay.dialect))
            .collect();
        let columns = match self.replay.store.get(key).map(|object| &**object) {
            Some(Object::Table(table)) => Columns::of_table(table),
            Some(Object::View(view)) => match &view.columns {
                Some(names) => Columns {
                    names: names.iter().cloned().map(Some).collect(),
                    ..Columns::default()
                },
                None => Columns::unknown(),
            },
            _ => Columns::unknown(),
        };
        columns.doubting(words)
    }
}
