//! `CREATE TABLE`.

use std::ops::Range;

use super::Replay;
use super::constraint::Made;
use crate::catalog::{Column, Key, Object, Space, Table};
use crate::change::{Existing, Mention, NewTable, Target};
use crate::dialect::Dialect;
use crate::kinds;
use crate::names::Query;

impl Replay<'_> {
    pub(super) fn create_table(&mut self, new: &NewTable) {
        self.ground.has_created = true;
        self.suspect_schema(&new.name);
        let Some(key) = self.key(Space::Relation, &new.name, new.is_temporary) else {
            return self.store.doubt(new.name.name.key());
        };
        if let Some(object) = self.store.get(&key).cloned() {
            if new.existing == Existing::Kept {
                return self.compare_shape(&key, &object, new);
            }
            if new.existing == Existing::Replaced {
                self.remove_relation(&key);
            } else if self.store.is_certain(&key) && !self.is_foreign(&new.name) {
                self.duplicate_object(&key, "table", &new.name.at);
                return;
            }
        }
        let mut table = Table {
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            parents: Vec::new(),
            is_partial: new.is_partial,
            has_other_columns: new.has_other_columns,
            is_temporary: new.is_temporary,
            comment: None,
            extra: new.extra.clone(),
            origin: self.origin(&new.name.at),
        };
        let mut made = Made::default();
        self.add_columns(&key, &mut table, new, &mut made);
        if let Some(query) = &new.query {
            self.add_columns_of(query, &mut table, new);
        }
        let is_doubtful = self.store.get(&key).is_some() || !self.store.is_absent(&key);
        if is_doubtful && new.existing == Existing::Kept {
            self.perhaps.insert(key.clone());
            table.is_partial = true;
            table.has_other_columns = true;
        }
        for index in &new.indexes {
            self.add_index(&key, &mut table, index, &mut made);
        }
        self.add_constraints(&key, &mut table, new, &mut made);
        self.resolve_in(&key, &table, &new.uses);
        self.store.make(&key, Object::Table(table));
        self.make_parts(&key, made);
    }

    /// In the order in which they are written, those of other tables included.
    fn add_columns(&mut self, key: &Key, table: &mut Table, new: &NewTable, made: &mut Made) {
        for count in 0..=new.columns.len() {
            for model in new.models.iter().filter(|model| model.place == count) {
                self.add_model(&key.name, table, model, made);
            }
            if let Some(column) = new.columns.get(count)
                && !self.is_inherited(table, column)
            {
                self.add_column(key, table, column, made, None);
            }
        }
    }

    /// `CREATE TABLE t AS SELECT ...`; of which types they are is not known.
    fn add_columns_of(&mut self, query: &Query, table: &mut Table, new: &NewTable) {
        let found = self.resolve(query).columns.certain();
        table.has_other_columns = found.is_none();
        let Some(names) = found else {
            return;
        };
        // PostgreSQL gives new names to the first of them.
        let renamed = match self.dialect {
            Dialect::Postgres => table.columns.len(),
            Dialect::Sqlite | Dialect::Mysql => 0,
        };
        for name in names.into_iter().skip(renamed) {
            if table.column(&name).is_none() {
                let origin = self.origin(&new.name.at);
                table.columns.push(Column::of_query(name, origin));
            }
        }
    }

    /// `IF NOT EXISTS` passes over a table of other columns, which is seldom what was meant.
    fn compare_shape(&mut self, key: &Key, object: &Object, new: &NewTable) {
        let Object::Table(table) = object else {
            return;
        };
        let is_plain = self.is_known(key, table) && !new.is_partial && new.models.is_empty();
        if !is_plain || new.columns.is_empty() {
            return;
        }
        let missing = new
            .columns
            .iter()
            .find(|column| table.column(&column.name.name).is_none());
        if let Some(column) = missing {
            let message = format!(
                "`IF NOT EXISTS` passes over this: `{}` exists without the column `{}`",
                key.name, column.name.name
            );
            let diagnostic = self.diagnostic(
                &kinds::HIDDEN_SHAPE,
                message,
                &column.name.at,
                "never created",
            );
            let diagnostic =
                Self::made(diagnostic, Some(&table.origin), "the table is created here")
                    .help("add what is missing with `ALTER TABLE`");
            self.push(diagnostic);
        }
    }

    /// Whether a name is in use, which is reported unless that is all right.
    pub(super) fn is_taken(
        &mut self,
        key: &Key,
        existing: Existing,
        kind: &str,
        at: &Range<usize>,
    ) -> bool {
        if self.store.get(key).is_none() {
            return false;
        }
        if existing != Existing::Kept && self.store.is_certain(key) {
            self.duplicate_object(key, kind, at);
        }
        true
    }

    pub(super) fn comment(
        &mut self,
        target: &Target,
        column: Option<&Mention>,
        text: Option<&String>,
    ) {
        let Some((key, mut table)) = self.table(target) else {
            return;
        };
        match column {
            None => table.comment = text.cloned(),
            Some(mention) => {
                let found = table
                    .columns
                    .iter_mut()
                    .find(|column| column.name == mention.name);
                match found {
                    Some(column) => column.comment = text.cloned(),
                    None => return self.miss_column(&key, &table, mention, false),
                }
            }
        }
        self.store.put(&key, Some(Object::Table(table)));
    }
}
