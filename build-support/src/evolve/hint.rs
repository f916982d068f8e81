//! `-- renamed: old -> new` before a table or column: it has another name, rather than being another.

use std::ops::Range;
use std::sync::Arc;

use super::note::{Note, NoteWeight};
use super::tables::tables;
use super::write::Writer;
use crate::catalog::{Catalog, Key, Name, Object, Origin};
use crate::dialect::Dialect;
use crate::source::SourceFile;

/// Names that change.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Before and after.
    tables: Vec<(Key, Key)>,
    /// The table by its name afterwards, and the names of its column.
    columns: Vec<(Key, Name, Name)>,
}

/// What a comment says.
struct Hint {
    old: String,
    new: String,
    at: Range<usize>,
}

impl Renames {
    /// Reads the comments of the wanted schema; those that were followed already say nothing.
    pub(super) fn read(
        file: &Arc<SourceFile>,
        dialect: Dialect,
        from: &Catalog,
        to: &Catalog,
        notes: &mut Vec<Note>,
    ) -> Self {
        let mut renames = Self::default();
        let hints = hints(file);
        // Columns are looked for in their tables, whose names must be known by then.
        for of_table in [true, false] {
            for hint in &hints {
                let named = next(file, hint, to);
                let result = match named {
                    Some(Named::Table(key)) if of_table => {
                        renames.table(hint, key, dialect, from, to)
                    }
                    Some(Named::Column(key, name)) if !of_table => {
                        renames.column(hint, key, name, dialect, from, to)
                    }
                    None if of_table => Err("no table or column follows".to_owned()),
                    _ => Ok(()),
                };
                if let Err(text) = result {
                    let origin = Origin {
                        file: Arc::clone(file),
                        range: hint.at.clone(),
                    };
                    let text = format!("`renamed: {} -> {}`: {text}", hint.old, hint.new);
                    notes.push(Note::new(NoteWeight::Refused, Some(&origin), text));
                }
            }
        }
        renames
    }

    fn table(
        &mut self,
        hint: &Hint,
        key: &Key,
        dialect: Dialect,
        from: &Catalog,
        to: &Catalog,
    ) -> Result<(), String> {
        let new = Name::of(&hint.new, dialect);
        if new != key.name {
            return Err(format!("the table that follows is `{}`", key.name));
        }
        let old = Key::new(key.space, key.schema.clone(), Name::of(&hint.old, dialect));
        let is_table = |catalog: &Catalog, key: &Key| {
            matches!(
                catalog.objects.get(key).map(|it| &**it),
                Some(Object::Table(_))
            )
        };
        match (is_table(from, &old), is_table(from, key)) {
            (true, false) if !is_table(to, &old) => {
                self.tables.push((old, key.clone()));
            }
            (true, _) => return Err(format!("there are both `{}` and `{}`", hint.old, hint.new)),
            // It was followed by an earlier migration.
            (false, true) => {}
            (false, false) => return Err(format!("no migration makes a table `{}`", hint.old)),
        }
        Ok(())
    }

    fn column(
        &mut self,
        hint: &Hint,
        key: &Key,
        name: &Name,
        dialect: Dialect,
        from: &Catalog,
        to: &Catalog,
    ) -> Result<(), String> {
        if Name::of(&hint.new, dialect) != *name {
            return Err(format!("the column that follows is `{name}`"));
        }
        let old = Name::of(&hint.old, dialect);
        let renamed = self.tables.iter().find(|(_, after)| after == key);
        let before = renamed.map_or(key, |(before, _)| before);
        let has = |catalog: &Catalog, key: &Key, name: &Name| match catalog
            .objects
            .get(key)
            .map(|it| &**it)
        {
            Some(Object::Table(table)) => table.column(name).is_some(),
            _ => false,
        };
        match (has(from, before, &old), has(from, before, name)) {
            (true, false) if !has(to, key, &old) => {
                self.columns.push((key.clone(), old, name.clone()));
            }
            (true, _) => return Err(format!("there are both `{}` and `{}`", hint.old, hint.new)),
            (false, true) => {}
            (false, false) => {
                return Err(format!(
                    "no migration makes a column `{}` of `{}`",
                    hint.old, key.name
                ));
            }
        }
        Ok(())
    }

    /// The statements, there or back.
    pub(super) fn statements(&self, dialect: Dialect, is_back: bool) -> Vec<String> {
        let writer = Writer { dialect };
        let tables = self.tables.iter().map(|(old, new)| {
            let (from, to) = if is_back { (new, old) } else { (old, new) };
            format!(
                "ALTER TABLE {} RENAME TO {}",
                writer.key(from),
                writer.name(&to.name)
            )
        });
        let columns = self.columns.iter().map(|(table, old, new)| {
            let (from, to) = if is_back { (new, old) } else { (old, new) };
            let renamed = self.tables.iter().find(|(_, after)| after == table);
            let table = renamed
                .filter(|_| is_back)
                .map_or(table, |(before, _)| before);
            let (from, to) = (writer.name(from), writer.name(to));
            format!(
                "ALTER TABLE {} RENAME COLUMN {from} TO {to}",
                writer.key(table)
            )
        });
        tables.chain(columns).collect()
    }
}

fn hints(file: &SourceFile) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let comment = line.trim().strip_prefix("--").map(str::trim);
        let names = comment.and_then(|it| it.strip_prefix("renamed:")?.split_once("->"));
        if let Some((old, new)) = names {
            let start = offset + line.len() - line.trim_start().len();
            hints.push(Hint {
                old: old.trim().to_owned(),
                new: new.trim().to_owned(),
                at: start..offset + line.trim_end().len(),
            });
        }
        offset += line.len();
    }
    hints
}

enum Named<'c> {
    Table(&'c Key),
    Column(&'c Key, &'c Name),
}

/// The table or column whose name comes first after a comment.
fn next<'c>(file: &Arc<SourceFile>, hint: &Hint, catalog: &'c Catalog) -> Option<Named<'c>> {
    let place = |origin: &Origin| {
        let is_after = Arc::ptr_eq(&origin.file, file) && origin.range.start >= hint.at.end;
        is_after.then_some(origin.range.start)
    };
    let mut found: Option<(usize, Named<'c>)> = None;
    let mut offer = |at: Option<usize>, named| {
        if let Some(at) = at.filter(|at| found.as_ref().is_none_or(|(best, _)| at < best)) {
            found = Some((at, named));
        }
    };
    for (key, table) in tables(catalog) {
        offer(place(&table.origin), Named::Table(key));
        for column in &table.columns {
            offer(place(&column.origin), Named::Column(key, &column.name));
        }
    }
    found.map(|(_, named)| named)
}
