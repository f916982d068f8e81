//! Indexes.

use super::Replay;
use std::collections::BTreeSet;
use std::ops::Range;

use super::constraint::Made;
use super::defaults::mysql_index;
use crate::catalog::{Expression, Extra, Index, IndexOf, Key, Name, Object, Rule, Space, Table};
use crate::change::{Existing, Mention, NewIndex, Part, Written};
use crate::dialect::Dialect;

impl Replay<'_> {
    pub(super) fn create_index(&mut self, new: &NewIndex) {
        let Some(table_key) = self.relation(&new.table) else {
            return;
        };
        let Some(Object::Table(table)) = self.store.get(&table_key).map(|it| (**it).clone()) else {
            // A materialized view, whose columns are not known.
            return self.index_of_view(&table_key, new);
        };
        let mut table = table;
        let mut made = Made::default();
        self.add_index(&table_key, &mut table, new, &mut made);
        self.store.put(&table_key, Some(Object::Table(table)));
        self.make_parts(&table_key, made);
    }

    fn index_of_view(&mut self, table: &Key, new: &NewIndex) {
        let Some(name) = &new.name else {
            return self.doubt_names_of(&table.name, "_idx");
        };
        let key = Key::new(Space::Relation, table.schema.clone(), name.name.clone());
        if self.is_taken(&key, new.existing, "index", &name.at) {
            return;
        }
        let index = IndexOf {
            table: table.clone(),
        };
        self.store.make(&key, Object::Index(index));
    }

    /// Adds an index to a table, under a name of its own or of the server's making.
    pub(super) fn add_index(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewIndex,
        made: &mut Made,
    ) {
        let columns: Vec<Mention> = new
            .parts
            .iter()
            .filter_map(|part| part.column.clone())
            .collect();
        let given = new.name.as_ref();
        let is_free = given.is_none_or(|given| self.is_free(key, table, new, given));
        // One that is there already may have been made of other columns.
        if is_free || new.existing != Existing::Kept {
            self.check_columns(key, table, &columns);
            self.check_columns(key, table, &new.include);
            self.resolve_in(key, table, &new.uses);
        }
        if !is_free {
            return;
        }
        let is_plain = |part: &Part| part.column.is_some() || is_call(&part.written);
        if given.is_none() && !new.parts.iter().all(is_plain) {
            self.doubt_names_of(&key.name, "_idx");
        }
        let name = match given {
            Some(given) => given.name.clone(),
            None => self.index_name(key, table, new),
        };
        let is_plain = new.predicate.is_none() && columns.len() == new.parts.len();
        made.indexes.push(name.clone());
        let leading: Vec<Name> = new
            .parts
            .iter()
            .map_while(|it| Some(it.column.as_ref()?.name.clone()))
            .collect();
        replace_implicit(table, &leading);
        let parts = new.parts.iter();
        let include = new.include.iter();
        table.indexes.push(Index {
            origin: self.origin(new.name.as_ref().map_or(&new.table.at, |name| &name.at)),
            name,
            parts: parts.map(|it| it.written.expression.clone()).collect(),
            is_plain,
            is_unique: new.is_unique,
            predicate: new.predicate.as_ref().map(|it| it.expression.clone()),
            method: new.method.clone(),
            include: include.map(|column| column.name.clone()).collect(),
            is_implicit: false,
            extra: new.extra.clone(),
        });
        self.drop_casts(table);
    }

    /// PostgreSQL sees no cast in `date(day)` where the column is a date, and keeps the column alone.
    pub(super) fn drop_casts(&self, table: &mut Table) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        let columns = &table.columns;
        for part in table.indexes.iter_mut().flat_map(|it| &mut it.parts) {
            let words: Vec<&str> = part.text.split(' ').collect();
            if let [kind, "(", name, ")", order @ ..] = words.as_slice()
                && let Some(column) = columns.iter().find(|it| it.name.as_str() == *name)
                && column.data_type == *kind
            {
                let kept = std::iter::once(name).chain(order).copied();
                let text = kept.collect::<Vec<_>>().join(" ");
                part.words = BTreeSet::from([column.name.clone()]);
                part.text = text;
            }
        }
    }

    /// The server has made names that begin with that of a relation, by rules that are not followed.
    pub(super) fn doubt_names_of(&mut self, relation: &Name, end: &str) {
        if self.dialect == Dialect::Postgres {
            let start = format!("{}_", relation.key().to_lowercase());
            let parts = vec![start, end.to_owned()];
            self.store.doubt_like(&parts);
            self.store.doubt_absence(parts);
        }
    }

    /// MySQL makes an index for a foreign key unless one begins with its columns.
    pub(super) fn index_foreign_key(
        &self,
        table: &mut Table,
        columns: &[Name],
        given: Option<&Name>,
        at: &Range<usize>,
    ) {
        // One that was made for another key has to have more columns.
        let serves = |index: &Index| {
            let parts = columns_of(table, index);
            let is_better = !index.is_implicit || parts.len() > columns.len();
            index.is_plain && is_better && parts.starts_with(columns)
        };
        let is_served = table.indexes.iter().any(serves)
            || table
                .primary_key()
                .is_some_and(|key| key.starts_with(columns));
        let Some(first) = columns.first().filter(|_| !is_served) else {
            return;
        };
        replace_implicit(table, columns);
        let name = match given {
            Some(given) => given.clone(),
            None => mysql_index(table, first),
        };
        let part = |column: &Name| Expression {
            text: column.key().to_owned(),
            words: BTreeSet::from([column.clone()]),
        };
        table.indexes.push(Index {
            origin: self.origin(at),
            name,
            parts: columns.iter().map(part).collect(),
            is_plain: true,
            is_unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            is_implicit: true,
            extra: Extra::default(),
        });
    }

    /// Whether an index can have the name that it is given, which that of MySQL has within its table.
    fn is_free(&mut self, key: &Key, table: &mut Table, new: &NewIndex, given: &Mention) -> bool {
        if self.dialect != Dialect::Mysql {
            let entry = Key::new(Space::Relation, key.schema.clone(), given.name.clone());
            return !self.is_taken(&entry, new.existing, "index", &given.at);
        }
        let Some(first) = table.index(&given.name) else {
            return true;
        };
        if first.is_implicit {
            // The server made it for a foreign key, and takes another for it.
            table.indexes.retain(|index| index.name != given.name);
            return true;
        }
        let origin = first.origin.clone();
        match new.existing {
            Existing::Replaced => table.indexes.retain(|index| index.name != given.name),
            Existing::Refused if self.store.is_certain(key) => {
                self.duplicate_part("index", key, given, &origin);
            }
            Existing::Refused | Existing::Kept => {}
        }
        new.existing == Existing::Replaced
    }

    /// Columns that every table has, and strings that SQLite takes for what they are not.
    pub(super) fn is_system_column(&self, column: &Mention) -> bool {
        let name = column.name.key().to_lowercase();
        match self.dialect {
            Dialect::Postgres => {
                ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"].contains(&&*name)
            }
            Dialect::Sqlite => {
                let written = self.file.slice(column.at.clone());
                written.starts_with(['"', '\'']) || ["rowid", "_rowid_", "oid"].contains(&&*name)
            }
            Dialect::Mysql => name == "_rowid",
        }
    }

    pub(super) fn drop_index_of(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        is_optional: bool,
    ) {
        let count = table.indexes.len();
        table.indexes.retain(|index| index.name != name.name);
        if table.indexes.len() == count && !is_optional {
            self.unknown_index(key, table, name);
        }
    }

    pub(super) fn unknown_index(&mut self, key: &Key, table: &Table, name: &Mention) {
        // MySQL makes an index for each foreign key, under a name of its own.
        let is_of_key = table.constraints.iter().any(|it| {
            matches!(it.rule, Rule::ForeignKey(_))
                && (it.name.as_ref() == Some(&name.name) || it.rule.uses(&name.name))
        });
        let is_primary = name.name.key().eq_ignore_ascii_case("primary");
        if is_of_key || is_primary || !self.is_name_known(key, table, &name.name) {
            return;
        }
        let known: Vec<Name> = table.indexes.iter().map(|it| it.name.clone()).collect();
        self.unknown_part("index", key, name, &known);
    }

    pub(super) fn rule_of_index(
        &mut self,
        key: &Key,
        table: &mut Table,
        is_primary: bool,
        index: &Mention,
    ) -> Option<Rule> {
        let Some(found) = table.index(&index.name).cloned() else {
            if self.is_name_known(key, table, &index.name) {
                let known: Vec<Name> = table.indexes.iter().map(|it| it.name.clone()).collect();
                self.unknown_part("index", key, index, &known);
            }
            return None;
        };
        table.indexes.retain(|it| it.name != found.name);
        // Its name becomes that of the constraint.
        self.store.put(
            &Key::new(Space::Relation, key.schema.clone(), found.name.clone()),
            None,
        );
        let columns: Vec<Name> = columns_of(table, &found);
        Some(if is_primary {
            Rule::PrimaryKey(columns)
        } else {
            Rule::Unique(columns)
        })
    }
}

/// What was made for a foreign key gives way to an index of these columns that serves it as well.
pub(super) fn replace_implicit(table: &mut Table, columns: &[Name]) {
    let is_served = |index: &&Index| columns.starts_with(&columns_of(table, index));
    let served: Vec<Name> = table
        .indexes
        .iter()
        .filter(|index| index.is_implicit)
        .filter(is_served)
        .map(|index| index.name.clone())
        .collect();
    table.indexes.retain(|index| !served.contains(&index.name));
}

/// Whether an expression is the call of one function, after which the server names it.
fn is_call(written: &Written) -> bool {
    let text = &written.expression.text;
    let is_word = |it: &str| {
        it.chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let is_special = ["case", "coalesce", "cast", "greatest", "least", "nullif"];
    let name = text.split(" (").next().unwrap_or_default();
    is_word(name) && !name.is_empty() && text.ends_with(')') && !is_special.contains(&name)
}

/// The columns that an index has.
pub(super) fn columns_of(table: &Table, index: &Index) -> Vec<Name> {
    let parts = index.parts.iter();
    parts
        .filter_map(|part| {
            table
                .columns
                .iter()
                .find(|it| part.words.contains(&it.name))
        })
        .map(|column| column.name.clone())
        .collect()
}
