//! What a statement of a program cannot do without, and the names that it defines.

use super::view;
use crate::catalog::{Name, Space};
use crate::change::{Action, AlterTable, Change, Doubt, GIVEN, Mention, NewIndex, SOUGHT, Target};
use crate::dialect::Dialect;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

/// Adds what a change needs, as far as its names are in the program.
pub(super) fn add(change: &Change, doubt: &mut Doubt) {
    match change {
        Change::AlterTable(alter) => of_table(alter, doubt),
        Change::CreateIndex(new) => of_index(new, doubt),
        Change::Insert(insert) => {
            need(&insert.table, insert.columns.iter().flatten(), doubt);
        }
        Change::Update(update) => need(&update.table, &update.columns, doubt),
        Change::Read(table) => need(table, [], doubt),
        Change::Drop(dropped) if !dropped.is_optional && dropped.space == Space::Relation => {
            for table in &dropped.names {
                need(table, [], doubt);
            }
        }
        Change::CreateTable(new) => {
            define(&new.name.name, doubt);
            for column in &new.columns {
                define(&column.name.name, doubt);
            }
        }
        Change::CreateView(new) => define(&new.name.name, doubt),
        Change::Create(new) => define(&new.name.name, doubt),
        Change::Rename(renamed) => define(&renamed.to.name, doubt),
        _ => {}
    }
}

/// Adds the tables that a statement reads.
pub(super) fn add_reads(phrase: &Phrase<'_>, dialect: Dialect, doubt: &mut Doubt) {
    // `REVOKE ... FROM role`, `FETCH NEXT FROM cursor`.
    if ["REVOKE", "FETCH", "MOVE"]
        .iter()
        .any(|word| phrase.is(0, word))
    {
        return;
    }
    for table in view::tables_in(Reader::at(phrase, 0), dialect) {
        need(&table, [], doubt);
    }
}

fn of_table(alter: &AlterTable, doubt: &mut Doubt) {
    let mut columns = Vec::new();
    for action in &alter.actions {
        match action {
            Action::AddColumn { column, .. } => define(&column.name.name, doubt),
            Action::RenameColumn {
                from,
                to,
                is_optional,
            } => {
                define(&to.name, doubt);
                columns.extend(Some(from).filter(|_| !is_optional));
            }
            Action::Redefine {
                name,
                column,
                is_optional,
                ..
            } => {
                if name.name != column.name.name {
                    define(&column.name.name, doubt);
                }
                columns.extend(Some(name).filter(|_| !is_optional));
            }
            Action::DropColumn {
                name,
                is_optional: false,
                ..
            }
            | Action::SetDefault(name, _)
            | Action::SetRequired(name, _)
            | Action::SetType(name, ..)
            | Action::SetGenerated(name, _)
            | Action::SetCounted(name, _)
            | Action::TouchColumn(name) => columns.push(name),
            Action::AddIndex(new) => of_index(new, doubt),
            Action::RenameTable(to) => define(&to.name, doubt),
            _ => {}
        }
    }
    if !alter.is_optional {
        need(&alter.table, columns, doubt);
    }
}

fn of_index(new: &NewIndex, doubt: &mut Doubt) {
    if let Some(name) = &new.name {
        define(&name.name, doubt);
    }
    let columns = new.parts.iter().filter_map(|part| part.column.as_ref());
    need(&new.table, columns, doubt);
}

fn need<'c>(table: &Target, columns: impl IntoIterator<Item = &'c Mention>, doubt: &mut Doubt) {
    let schema = table.schema_name().map(known);
    let (Some(name), None | Some(Some(_))) = (known(&table.name), &schema) else {
        return;
    };
    let table = (schema.flatten(), name);
    let columns = columns.into_iter().filter_map(|column| known(&column.name));
    doubt.needed.entry(table).or_default().extend(columns);
}

fn define(name: &Name, doubt: &mut Doubt) {
    doubt.defined.extend(known(name));
}

/// A name that is wholly in the program.
fn known(name: &Name) -> Option<String> {
    let name = name.key().to_lowercase();
    let is_made_up = name.contains(SOUGHT) || name.contains(GIVEN);
    (!is_made_up).then_some(name)
}
