//! `CREATE TABLE`.

use std::ops::Range;

use super::Replay;
use super::constraint::Made;
use crate::catalog::{Key, Object, Space, Table};
use crate::change::{Existing, Mention, NewTable, Target};
use crate::kinds;

impl Replay<'_> {
    pub(super) fn create_table(&mut self, new: &NewTable) {
        self.ground.has_created = true;
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
            is_partial: new.is_partial,
            is_temporary: new.is_temporary,
            comment: None,
            extra: new.extra.clone(),
            origin: self.origin(&new.name.at),
        };
        for model in &new.models {
            match self.table(model) {
                Some((_, model)) => {
                    table.columns.extend(model.columns);
                    table.is_partial |= model.is_partial;
                }
                None => table.is_partial = true,
            }
        }
        let mut made = Made::default();
        for column in &new.columns {
            self.add_column(&key, &mut table, column, &mut made, None);
        }
        let is_doubtful = self.store.get(&key).is_some() || !self.store.is_absent(&key);
        if is_doubtful && new.existing == Existing::Kept {
            table.is_partial = true;
        }
        for index in &new.indexes {
            self.add_index(&key, &mut table, index, &mut made);
        }
        self.add_constraints(&key, &mut table, new, &mut made);
        self.store.make(&key, Object::Table(table));
        self.make_parts(&key, made);
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
                let is_known = self.is_known(&key, &table);
                let found = table
                    .columns
                    .iter_mut()
                    .find(|column| column.name == mention.name);
                match found {
                    Some(column) => column.comment = text.cloned(),
                    None if is_known => return self.unknown_column(&key, &table, mention),
                    None => return,
                }
            }
        }
        self.store.put(&key, Some(Object::Table(table)));
    }
}
