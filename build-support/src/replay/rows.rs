//! Statements that change rows: their tables and columns must exist, and what they insert must fit.

use super::Replay;
use super::names::all_columns;
use crate::catalog::{Column, Key, Table};
use crate::change::{Insert, Update};
use crate::dialect::Dialect;
use crate::kinds;

impl Replay<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) {
        self.check_new_values(insert);
        let Some((key, table)) = self.table(&insert.table) else {
            return;
        };
        let mut is_wrong = false;
        for column in insert.columns.iter().flatten() {
            if table.column(&column.name).is_none() && !self.is_system_column_to_write(column) {
                self.miss_column(&key, &table, column, false);
                is_wrong = true;
            }
        }
        if !is_wrong && self.is_known(&key, &table) && !table.has_other_columns {
            self.check_count(insert, &key, &table);
            self.check_required(insert, &key, &table);
        }
    }

    /// `rowid` of SQLite can be written, and so can nothing else that is not a column.
    pub(super) fn is_system_column_to_write(&self, column: &crate::change::Mention) -> bool {
        let name = column.name.key();
        self.dialect == Dialect::Sqlite && ["rowid", "_rowid_", "oid"].contains(&name)
    }

    fn check_count(&mut self, insert: &Insert, key: &Key, table: &Table) {
        let (expected, is_exact) = self.expected_count(insert, table);
        // MySQL: `INSERT INTO t () VALUES ()` takes all defaults.
        let takes_none = self.dialect == Dialect::Mysql;
        let is_wrong = |count: usize| match count {
            0 if takes_none => false,
            _ if is_exact => count != expected,
            _ => count > expected,
        };
        let mut rows = insert.rows.iter();
        let Some((count, at)) = rows.find(|(count, _)| is_wrong(*count)).cloned() else {
            return;
        };
        let message = match &insert.columns {
            Some(_) => format!("{count} values for {expected} columns"),
            None => format!("{count} values, but `{}` has {expected} columns", key.name),
        };
        let diagnostic = self.diagnostic(&kinds::BAD_INSERT, message, &at, "these values");
        let diagnostic = match insert.columns.as_deref() {
            Some([first, .., last]) => {
                diagnostic.at(&self.file, first.at.start..last.at.end, "these columns")
            }
            Some([only]) => diagnostic.at(&self.file, only.at.clone(), "these columns"),
            _ => Self::made(diagnostic, Some(&table.origin), "the table is created here"),
        };
        self.push(diagnostic);
    }

    /// How many values a row has, and whether it must have all of them.
    fn expected_count(&self, insert: &Insert, table: &Table) -> (usize, bool) {
        match &insert.columns {
            Some(columns) => (columns.len(), true),
            None => all_columns(table, self.dialect),
        }
    }

    /// A column that takes no NULL and has no default needs a value.
    fn check_required(&mut self, insert: &Insert, key: &Key, table: &Table) {
        let Some(columns) = &insert.columns else {
            return;
        };
        // MySQL without strict mode makes up a value; a trigger may fill it in anywhere.
        let may_be_filled = self.dialect == Dialect::Mysql || self.has_triggers(key);
        if !insert.is_strict || may_be_filled || insert.rows.is_empty() {
            return;
        }
        let is_missing = |column: &&Column| {
            let is_given = columns.iter().any(|it| it.name == column.name);
            let has_value =
                column.default.is_some() || column.is_counted || column.generated.is_some();
            // A domain may have a default, and `INTEGER PRIMARY KEY` counts up.
            let may_have =
                column.made_type.is_some() || !is_plain_type(&column.data_type, self.dialect);
            let is_row_id = self.dialect == Dialect::Sqlite
                && table
                    .primary_key()
                    .is_some_and(|key| key.contains(&column.name));
            column.is_required && !is_given && !has_value && !may_have && !is_row_id
        };
        let Some(column) = table.columns.iter().find(is_missing).cloned() else {
            return;
        };
        let message = format!(
            "`{}.{}` needs a value: it takes no NULL and has no default",
            key.name, column.name
        );
        let at = insert.table.at.clone();
        let diagnostic = self.diagnostic(&kinds::BAD_INSERT, message, &at, "inserts none");
        let diagnostic = Self::made(diagnostic, Some(&column.origin), "the column is here").help(
            format!("add `{}` to the columns, or give it a default", column.name),
        );
        self.push(diagnostic);
    }

    fn has_triggers(&self, key: &Key) -> bool {
        let users = self.store.users(key);
        users
            .iter()
            .any(|user| user.space == crate::catalog::Space::Trigger)
    }

    /// PostgreSQL does not let a transaction use a value that it has added to an enum.
    fn check_new_values(&mut self, insert: &Insert) {
        if self.dialect != Dialect::Postgres || !self.is_transaction {
            return;
        }
        let Some((key, table)) = self.table(&insert.table) else {
            return;
        };
        let used = self.new_values.iter().find(|(of_type, value, _)| {
            let has_type = table
                .columns
                .iter()
                .any(|it| it.made_type.as_ref() == Some(of_type));
            has_type && insert.strings.contains(value)
        });
        let Some((of_type, value, at)) = used.cloned() else {
            return;
        };
        // Another column may have been given that text.
        let is_only = table
            .columns
            .iter()
            .filter(|it| {
                insert
                    .columns
                    .iter()
                    .flatten()
                    .any(|given| given.name == it.name)
            })
            .all(|it| {
                it.made_type.as_ref() == Some(&of_type)
                    || !it.data_type.contains("text") && !it.data_type.contains("char")
            });
        if !is_only || insert.columns.is_none() || !self.is_known(&key, &table) {
            return;
        }
        let message = format!("the value `{value}` cannot be used in the transaction that adds it");
        let diagnostic = self
            .diagnostic(
                &kinds::NEW_ENUM_VALUE,
                message,
                &insert.table.at,
                "used here",
            )
            .at(&self.file, at, "added here")
            .help("add the value in a migration of its own");
        self.push(diagnostic);
    }

    pub(super) fn update(&mut self, update: &Update) {
        let Some((key, table)) = self.table(&update.table) else {
            return;
        };
        for column in &update.columns {
            if table.column(&column.name).is_none() && !self.is_system_column_to_write(column) {
                self.miss_column(&key, &table, column, false);
            }
        }
    }
}

/// Whether a type is one of the server's, which has no default of its own.
fn is_plain_type(data_type: &str, dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite || crate::sql::family(data_type).is_some()
}
