//! Migrations written from a difference: what the migrations make, and what is wanted.
//!
//! The wanted schema is a file of SQL, replayed onto an empty catalog. What differs from the replay of the
//! migrations becomes statements, in both directions. These are replayed in turn, and must lead from one
//! catalog to the other; otherwise nothing is given out.

mod change;
mod compare;
mod directory;
mod enums;
mod hint;
mod mysql;
mod note;
mod object;
mod plan;
mod postgres;
mod references;
mod risk;
mod source;
mod sqlite;
mod tables;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use crate::catalog::{Catalog, Key, Name, Object, Origin, Rule};
use crate::change::{AlterTable, Change};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::replay;
use crate::script::{Role, Script};
use crate::source::SourceFile;
use crate::sql;
use crate::table::Table;
pub use directory::{Comparison, Outcome, compare, schema_sql};
use hint::Renames;
pub use note::{Note, NoteWeight};
use source::Sources;

/// How the wanted schema differs from what the migrations make.
#[derive(Clone, Debug, Default)]
pub struct Evolution {
    /// The statements of a way up; without any there is no difference.
    pub up: Vec<String>,
    /// The statements of its way back.
    pub down: Vec<String>,
    /// What is to be known about the way up.
    pub notes: Vec<Note>,
    /// What is to be known about the way back.
    pub notes_down: Vec<Note>,
}

/// Why there are no statements.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What cannot be written, or what would be left over.
    pub notes: Vec<Note>,
    /// Whether the statements were written, and do not lead where they should.
    pub is_unproven: bool,
}

/// From the migrations to the wanted schema, in one dialect.
pub(crate) fn evolve(
    table: &Table,
    wanted: &Script,
    external: &[String],
    dialect: Dialect,
) -> Result<Evolution, Refusal> {
    let mut from = replay::catalog(table, external, dialect, None);
    let (mut to, _) = replay::apply(&Catalog::default(), wanted, external, dialect);
    complete(&mut from);
    complete(&mut to);
    let migrations = table.migrations.iter().map(|migration| &migration.up);
    let sources = Sources {
        scripts: migrations.chain([wanted]).collect(),
        dialect,
    };
    let mut notes = left_out(wanted, dialect);
    let renames = Renames::read(&wanted.file, dialect, &from, &to, &mut notes);
    let way = |from: &Catalog, to: &Catalog, is_back| {
        way(from, to, &renames, is_back, &sources, external)
    };
    let (up, found) = way(&from, &to, false);
    let (down, notes_down) = way(&to, &from, true);
    notes.extend(found);
    let refused = notes
        .iter()
        .filter(|note| note.weight == NoteWeight::Refused);
    // The way back is written by the same rules, and may have cases of its own.
    let refused_down = notes_down
        .iter()
        .filter(|note| note.weight == NoteWeight::Refused);
    let refused: Vec<Note> = refused.chain(refused_down).cloned().collect();
    if !refused.is_empty() {
        return Err(Refusal {
            notes: refused,
            is_unproven: false,
        });
    }
    prove(&from, &to, &up, &down, external, dialect)?;
    Ok(Evolution {
        up,
        down,
        notes,
        notes_down,
    })
}

/// A catalog as SQL that makes it, in an order in which it can be run, and what that leaves out.
///
/// Routines, triggers and what else has a text of its own are written as in the scripts that made them.
pub fn schema(catalog: &Catalog, scripts: &[&Script], dialect: Dialect) -> (String, Vec<Note>) {
    let sources = Sources {
        scripts: scripts.to_vec(),
        dialect,
    };
    let mut catalog = catalog.clone();
    complete(&mut catalog);
    let (statements, notes) = plan::statements(&Catalog::default(), &catalog, &sources);
    (text(&statements), notes)
}

/// Statements as a text.
pub fn text(statements: &[String]) -> String {
    let mut text = String::new();
    let mut was_long = false;
    for statement in statements {
        let statement = statement.trim().trim_end_matches(';');
        let is_long = statement.contains('\n');
        if !text.is_empty() && (is_long || was_long) {
            text.push('\n');
        }
        text.push_str(statement);
        text.push_str(";\n");
        was_long = is_long;
    }
    text
}

/// One direction: names first, so that what is left can be told by its name.
fn way(
    from: &Catalog,
    to: &Catalog,
    renames: &Renames,
    is_back: bool,
    sources: &Sources<'_>,
    external: &[String],
) -> (Vec<String>, Vec<Note>) {
    let dialect = sources.dialect;
    let mut statements = renames.statements(dialect, is_back);
    let mut catalog = from.clone();
    if !statements.is_empty() {
        let (renaming, _) = script(&statements, dialect);
        (catalog, _) = replay::apply(from, &renaming, external, dialect);
    }
    let (rest, notes) = plan::statements(&catalog, to, sources);
    statements.extend(rest);
    (statements, notes)
}

fn script(statements: &[String], dialect: Dialect) -> (Script, Vec<Diagnostic>) {
    let file = SourceFile::new("the new file", &text(statements));
    let mut diagnostics = Diagnostics::default();
    let script = sql::script(&file, &[], &[dialect], &[], &mut diagnostics);
    (script, diagnostics.into_sorted())
}

/// What was written must be right, and lead there and back.
fn prove(
    from: &Catalog,
    to: &Catalog,
    up: &[String],
    down: &[String],
    external: &[String],
    dialect: Dialect,
) -> Result<(), Refusal> {
    let mut notes = Vec::new();
    let mut is = from.clone();
    for (statements, should_be) in [(up, to), (down, from)] {
        if statements.is_empty() {
            continue;
        }
        let (written, mut found) = script(statements, dialect);
        let (after, told) = replay::apply(&is, &written, external, dialect);
        found.extend(told);
        notes.extend(found.iter().map(|it| wrong(it, &written)));
        is = after;
        complete(&mut is);
        let left = compare::differences(&is, should_be);
        notes.extend(
            left.into_iter()
                .map(|it| Note::new(NoteWeight::Refused, None, it)),
        );
    }
    if notes.is_empty() {
        return Ok(());
    }
    Err(Refusal {
        notes,
        is_unproven: true,
    })
}

fn wrong(diagnostic: &Diagnostic, script: &Script) -> Note {
    let line = diagnostic.position().map_or(0, |at| at.line);
    let line = script
        .file
        .text
        .lines()
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    Note::new(
        NoteWeight::Refused,
        None,
        format!("{}: `{}`", diagnostic.message, line.trim()),
    )
}

/// What a foreign key refers to where it names no columns: a table may have come later.
fn complete(catalog: &mut Catalog) {
    let keys: Vec<(Key, Vec<Name>)> = tables::tables(catalog)
        .filter_map(|(key, table)| Some((key.clone(), table.primary_key()?.to_vec())))
        .collect();
    let find = |table: &Key| {
        keys.iter()
            .find(|(key, _)| key == table)
            .map(|(_, columns)| columns)
    };
    for object in catalog.objects.values_mut() {
        let is_open =
            |rule: &Rule| matches!(rule, Rule::ForeignKey(key) if key.referenced.is_empty());
        let Object::Table(table) = &**object else {
            continue;
        };
        if !table.constraints.iter().any(|it| is_open(&it.rule)) {
            continue;
        }
        let mut table = table.clone();
        for constraint in &mut table.constraints {
            if let Rule::ForeignKey(foreign) = &mut constraint.rule
                && foreign.referenced.is_empty()
                && let Some(columns) = find(&foreign.table)
            {
                foreign.referenced.clone_from(columns);
            }
        }
        *object = Arc::new(Object::Table(table));
    }
}

/// Statements of the wanted schema that make nothing that is compared.
fn left_out(wanted: &Script, dialect: Dialect) -> Vec<Note> {
    let mut notes = Vec::new();
    for statement in &wanted.statements {
        let changes = statement.changes(dialect);
        let is_compared = |change: &Change| match change {
            Change::Insert(_)
            | Change::Update(_)
            | Change::Names(_)
            | Change::Read(_)
            | Change::Doubt(_) => false,
            Change::AlterTable(AlterTable { actions, .. }) => !actions.is_empty(),
            _ => true,
        };
        if statement.role == Role::Run && changes.iter().any(is_compared) {
            continue;
        }
        let origin = Origin {
            file: Arc::clone(&wanted.file),
            range: statement.range.clone(),
        };
        let text = format!("`{}` makes nothing that is compared", statement.kind);
        notes.push(Note::new(NoteWeight::Left, Some(&origin), text));
    }
    notes
}
