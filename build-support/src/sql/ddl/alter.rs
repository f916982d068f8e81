//! `ALTER`, `RENAME` and `COMMENT`.

mod action;

use super::{after, expressions, opaque, space};
use crate::catalog::{Space, signature};
use crate::change::{Action, AlterTable, Change, NewValue, Ownership, Renamed, Target};
use crate::dialect::Dialect;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn table(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Vec<Change>> {
    let (mut reader, is_optional) = after(phrase, "TABLE");
    let is_only = reader.eat("ONLY");
    let table = reader.target(dialect)?;
    reader.eat("*");
    reader.skip_wait();
    let actions = action::read(&mut reader, &table, dialect);
    // Under its new name, or perhaps not there at all, it is not looked at.
    let is_moved = |it: &Action| matches!(it, Action::RenameTable(_) | Action::SetSchema(_));
    let names = expressions::of_alter(phrase, &table, dialect)
        .filter(|_| !is_optional && !actions.iter().any(is_moved));
    let alter = Change::AlterTable(AlterTable {
        table,
        kind: "TABLE".to_owned(),
        is_optional,
        is_only,
        actions,
    });
    Some(std::iter::once(alter).chain(names).collect())
}

/// `ALTER` of anything but tables.
pub(super) fn other(phrase: &Phrase<'_>, kind: &str, dialect: Dialect) -> Option<Vec<Change>> {
    let Some(space) = space(kind) else {
        return Some(Vec::new());
    };
    let last = kind.rsplit(' ').next().unwrap_or(kind);
    let mut reader = Reader::after(phrase, last);
    let is_optional = reader.eat("IF EXISTS");
    let mut from = reader.target(dialect)?;
    let change = match space {
        _ if kind == "TYPE" && reader.eat("ADD VALUE") => add_value(reader, from, dialect)?,
        _ if kind == "TYPE" && reader.eat("RENAME VALUE") => {
            let old = reader.text(dialect)?;
            let new = reader.eat("TO").then(|| reader.text(dialect))??;
            Change::RenameValue(from, old, new)
        }
        _ if kind == "SEQUENCE" && is_owned(reader) => own(reader, from, is_optional, dialect)?,
        Space::Extension => Change::Doubt(opaque::mentioned(phrase)),
        _ => {
            if space == Space::Routine
                && let Some(arguments) = reader.parenthesised(dialect)
            {
                from.name = signature::name(&from.name, &arguments.expression.text, dialect);
            }
            let on_table = space != Space::Routine && reader.eat("ON");
            let table = if on_table {
                Some(reader.target(dialect)?)
            } else {
                None
            };
            if reader.eat("RENAME TO") {
                Change::Rename(Renamed {
                    space,
                    kind: kind.to_owned(),
                    from,
                    to: reader.mention(dialect)?,
                    table,
                    is_optional,
                })
            } else if is_harmless(&reader, space, kind) {
                return Some(Vec::new());
            } else {
                Change::Doubt(opaque::mentioned(phrase))
            }
        }
    };
    Some(vec![change])
}

pub(super) fn is_owned(mut reader: Reader<'_, '_>) -> bool {
    reader.skip_to(&["OWNED BY"])
}

/// Whether an `ALTER` changes no name and nothing that the catalog holds.
fn is_harmless(reader: &Reader<'_, '_>, space: Space, kind: &str) -> bool {
    // A routine by its signature: too many ways to write one.
    if space == Space::Routine {
        return false;
    }
    reader.is_any(&["OWNER", "SET (", "RESET", "RESTART", "OWNED", "VALIDATE"])
        || kind == "SEQUENCE" && !reader.is("SET SCHEMA") && !reader.is("RENAME")
}

/// `OWNED BY t.c`, or `NONE`.
pub(super) fn own(
    mut reader: Reader<'_, '_>,
    sequence: Target,
    is_optional: bool,
    dialect: Dialect,
) -> Option<Change> {
    reader.skip_to(&["OWNED BY"]);
    reader.eat("OWNED BY");
    let is_none = reader.eat("NONE");
    let owner = if is_none {
        None
    } else {
        Some(reader.column(dialect)?)
    };
    Some(Change::Own(Ownership {
        sequence,
        owner,
        is_optional,
    }))
}

fn add_value(mut reader: Reader<'_, '_>, name: Target, dialect: Dialect) -> Option<Change> {
    let is_optional = reader.eat("IF NOT EXISTS");
    let at = reader.range();
    let value = reader.text(dialect)?;
    let mut beside = None;
    if reader.eat("BEFORE") {
        beside = Some((true, reader.text(dialect)?));
    } else if reader.eat("AFTER") {
        beside = Some((false, reader.text(dialect)?));
    }
    Some(Change::AddValue(NewValue {
        name,
        value,
        at,
        is_optional,
        beside,
    }))
}

/// MySQL's `RENAME TABLE a TO b, c TO d`.
pub(super) fn rename(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Vec<Change>> {
    if !phrase.is(1, "TABLE") && !phrase.is(1, "TABLES") {
        return Some(Vec::new());
    }
    let mut reader = Reader::at(phrase, 2);
    let is_optional = reader.eat("IF EXISTS");
    let mut changes = Vec::new();
    loop {
        let table = reader.target(dialect)?;
        reader.skip_wait();
        if !reader.eat("TO") {
            return None;
        }
        let action = Action::RenameTable(reader.target(dialect)?);
        changes.push(Change::AlterTable(AlterTable {
            table,
            kind: "TABLE".to_owned(),
            is_optional,
            is_only: false,
            actions: vec![action],
        }));
        if !reader.eat(",") {
            return Some(changes);
        }
    }
}

/// `COMMENT ON TABLE t IS 'x'`, or on a column; others change nothing that is modelled.
pub(super) fn comment(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let mut reader = Reader::at(phrase, 2);
    let is_column = reader.eat("COLUMN");
    if !is_column && !reader.eat("TABLE") {
        return None;
    }
    let (target, column) = if is_column {
        let (table, column) = reader.column(dialect)?;
        (table, Some(column))
    } else {
        (reader.target(dialect)?, None)
    };
    reader.eat("IS");
    let text = reader.text(dialect);
    Some(Change::Comment(target, column, text))
}
