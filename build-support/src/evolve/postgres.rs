//! PostgreSQL: `ALTER TABLE`, clause by clause.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{TableChange, has_other_default, is_replaced};
use super::compare::{is_part, same_extra, same_option, same_type};
use super::note::{Note, NoteWeight};
use super::risk::is_wider;
use super::tables::add_constraint;
use super::write::{Writer, identity};
use crate::catalog::{Catalog, Column, Constraint, Key, Name, Object, Rule, Table};
use crate::replay::sequence_name;

/// What goes and what is renamed before anything is made.
pub(super) fn before(writer: Writer, change: &TableChange<'_>) -> Vec<String> {
    let table = writer.key(change.key);
    let mut statements = Vec::new();
    for index in &change.indexes.dropped {
        let name = writer.qualified(change.key, &index.name);
        statements.push(format!("DROP INDEX {name}"));
    }
    for constraint in change
        .constraints
        .dropped
        .iter()
        .filter(|it| !is_reference(it))
    {
        statements.push(drop_constraint(writer, change.key, constraint));
    }
    for (from, to) in &change.indexes.renamed {
        let name = writer.qualified(change.key, &from.name);
        statements.push(format!(
            "ALTER INDEX {name} RENAME TO {}",
            writer.name(&to.name)
        ));
    }
    for (from, to) in &change.constraints.renamed {
        if let (Some(from), Some(to)) = (&from.name, &to.name) {
            let (from, to) = (writer.name(from), writer.name(to));
            statements.push(format!(
                "ALTER TABLE {table} RENAME CONSTRAINT {from} TO {to}"
            ));
        }
    }
    statements
}

pub(super) fn change(
    writer: Writer,
    change: &TableChange<'_>,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let table = writer.key(change.key);
    let alter = |clause: String| format!("ALTER TABLE {table} {clause}");
    let mut statements = Vec::new();
    let (replaced, changed): (Vec<_>, Vec<_>) = change
        .changed
        .iter()
        .partition(|(before, after)| is_replaced(before, after));
    for (column, _) in &replaced {
        statements.push(alter(format!("DROP COLUMN {}", writer.name(&column.name))));
    }
    let added = change.added.iter().copied();
    for column in added.chain(replaced.iter().map(|(_, after)| *after)) {
        statements.push(alter(format!("ADD COLUMN {}", writer.column(column))));
    }
    for (before, after) in changed {
        let clauses = change_column(writer, change, before, after, notes);
        statements.extend(clauses.into_iter().map(alter));
    }
    for column in &change.dropped {
        statements.push(alter(format!("DROP COLUMN {}", writer.name(&column.name))));
    }
    for constraint in change
        .constraints
        .added
        .iter()
        .filter(|it| !is_reference(it))
    {
        statements.push(add_constraint(writer, change.key, constraint));
    }
    for index in &change.indexes.added {
        statements.push(writer.create_index(change.key, index));
    }
    if !same_extra(&change.from.extra, &change.to.extra) {
        notes.push(other_options(change));
    }
    statements.extend(comments(writer, change.key, Some(change.from), change.to));
    statements
}

/// Options of a table, which no statement here changes.
pub(super) fn other_options(change: &TableChange<'_>) -> Note {
    let text = format!(
        "what stands behind table `{}` is not compared",
        change.key.name
    );
    Note::new(NoteWeight::Left, Some(&change.to.origin), text)
}

/// Clauses behind `ALTER TABLE`.
fn change_column(
    writer: Writer,
    change: &TableChange<'_>,
    was: &Column,
    column: &Column,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let is_retyped = !same_type(was, column);
    let mut clauses = Vec::new();
    // A default of the old type may not become one of the new.
    let is_reset = is_retyped && was.default.is_some();
    let has_new_default = has_other_default(was, column);
    if is_reset || has_new_default && column.default.is_none() {
        clauses.push("DROP DEFAULT".to_owned());
    }
    if was.generated.is_some()
        && !same_option(was.generated.as_deref(), column.generated.as_deref())
    {
        clauses.push("DROP EXPRESSION".to_owned());
    }
    if was.is_counted && !column.is_counted && identity(was).is_some() {
        clauses.push("DROP IDENTITY".to_owned());
    }
    if is_retyped {
        clauses.push(set_type(writer, was, column));
    }
    if was.is_required != column.is_required {
        let verb = if column.is_required { "SET" } else { "DROP" };
        clauses.push(format!("{verb} NOT NULL"));
    }
    if let Some(default) = &column.default
        && (has_new_default || is_reset)
    {
        clauses.push(format!("SET DEFAULT {}", writer.text(default)));
    }
    clauses.extend(count(writer, change, was, column, notes));
    let name = writer.name(&column.name);
    let alter = |clause: String| format!("ALTER COLUMN {name} {clause}");
    clauses.into_iter().map(alter).collect()
}

/// How a column begins to count. What is left of the others is told.
fn count(
    writer: Writer,
    change: &TableChange<'_>,
    was: &Column,
    column: &Column,
    notes: &mut Vec<Note>,
) -> Option<String> {
    let note = |weight, what: &str| {
        let text = format!("column `{}.{}` {what}", change.key.name, column.name);
        Note::new(weight, Some(&column.origin), text)
    };
    match (was.is_counted, column.is_counted) {
        (false, true) => match identity(column) {
            Some(identity) => return Some(format!("ADD {}", writer.text(identity).to_uppercase())),
            None => notes.push(note(
                NoteWeight::Refused,
                "becomes `serial`: make it an identity instead",
            )),
        },
        (true, false) if identity(was).is_none() => notes.push(note(
            NoteWeight::Refused,
            "is `serial` no longer: drop its default and its sequence by hand",
        )),
        (true, false) => {}
        _ if same_extra(&was.extra, &column.extra) => {}
        _ => notes.push(note(
            NoteWeight::Left,
            "is counted or stored in another way, which is not compared",
        )),
    }
    None
}

/// `TYPE`, with a conversion where not every value fits.
pub(super) fn set_type(writer: Writer, before: &Column, after: &Column) -> String {
    let data_type = writer.text(&after.data_type);
    let collation = match &after.collation {
        Some(collation) => format!(" COLLATE {}", writer.name(collation)),
        None => String::new(),
    };
    // What always fits is converted without being asked; values of enums go by their text.
    let is_made = before.made_type.is_some() || after.made_type.is_some();
    let using = if !is_made && is_wider(&before.data_type, &after.data_type) {
        String::new()
    } else {
        format!(" USING {}", cast(writer, before, after))
    };
    format!("TYPE {data_type}{collation}{using}")
}

/// A value of the old type as one of the new; those of enums go by their text.
fn cast(writer: Writer, before: &Column, after: &Column) -> String {
    let name = writer.name(&after.name);
    let data_type = writer.text(&after.data_type);
    let by_text = if before.made_type.is_some() || after.made_type.is_some() {
        if before.data_type.contains('[') {
            "::text[]"
        } else {
            "::text"
        }
    } else {
        ""
    };
    format!("{name}{by_text}::{data_type}")
}

pub(super) fn drop_constraint(writer: Writer, key: &Key, constraint: &Constraint) -> String {
    let name = constraint.name.as_ref().map(|name| writer.name(name));
    format!(
        "ALTER TABLE {} DROP CONSTRAINT {}",
        writer.key(key),
        name.unwrap_or_default()
    )
}

/// Keys with the columns of one before them, which would become one with it in `CREATE TABLE`.
pub(super) fn doubled_keys(table: &Table) -> Vec<&Constraint> {
    let columns = |it: &Constraint| match &it.rule {
        Rule::PrimaryKey(columns) | Rule::Unique(columns) => Some(columns.clone()),
        _ => None,
    };
    let mut seen = BTreeSet::new();
    let mut constraints = table.constraints.iter();
    let is_doubled = |it: &&Constraint| columns(it).is_some_and(|columns| !seen.insert(columns));
    constraints.by_ref().filter(is_doubled).collect()
}

/// Sequences of columns whose names are not those that the server gives, as when the table had another.
///
/// `taken` are the names of those that were made before.
pub(super) fn name_sequences(
    writer: Writer,
    key: &Key,
    to: &Catalog,
    taken: &mut BTreeSet<Key>,
) -> Vec<String> {
    let own = |(sequence, object): (&'_ Key, &Arc<Object>)| match &**object {
        Object::Other(other) if other.owner.as_ref() == Some(key) && is_part(object, to) => {
            Some((other.column.clone()?, sequence.clone()))
        }
        _ => None,
    };
    let owned: BTreeMap<Name, Key> = to.objects.iter().filter_map(own).collect();
    let Some(Object::Table(table)) = to.objects.get(key).map(|it| &**it) else {
        return Vec::new();
    };
    let mut statements = Vec::new();
    for column in &table.columns {
        let Some(sequence) = owned.get(&column.name) else {
            continue;
        };
        let entry = |name: Name| Key::new(key.space, key.schema.clone(), name);
        let is_taken = |name: &str| taken.contains(&entry(Name::exact(name.to_owned())));
        let given = entry(sequence_name(&key.name, &column.name, is_taken));
        if given != *sequence {
            let name = writer.name(&sequence.name);
            let given = writer.key(&given);
            statements.push(format!("ALTER SEQUENCE {given} RENAME TO {name}"));
        }
        taken.insert(sequence.clone());
    }
    statements
}

/// `COMMENT ON` where it is another one.
pub(super) fn comments(writer: Writer, key: &Key, from: Option<&Table>, to: &Table) -> Vec<String> {
    let table = writer.key(key);
    let text = |comment: &Option<String>| match comment {
        Some(comment) => writer.string(comment),
        None => "NULL".to_owned(),
    };
    let mut statements = Vec::new();
    if from.and_then(|from| from.comment.as_ref()) != to.comment.as_ref() {
        statements.push(format!("COMMENT ON TABLE {table} IS {}", text(&to.comment)));
    }
    for column in &to.columns {
        let before = from.and_then(|from| from.column(&column.name)?.comment.as_ref());
        if before != column.comment.as_ref() {
            let name = writer.name(&column.name);
            let comment = text(&column.comment);
            statements.push(format!("COMMENT ON COLUMN {table}.{name} IS {comment}"));
        }
    }
    statements
}

pub(super) fn is_reference(constraint: &Constraint) -> bool {
    matches!(constraint.rule, Rule::ForeignKey(_))
}
