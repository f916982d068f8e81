//! `CREATE` of anything but tables, indexes and views.

use super::{alter, expressions, opaque, space};
use crate::catalog::{Name, Space, signature};
use crate::change::{Change, Existing, NewObject, Target};
use crate::dialect::Dialect;
use crate::sql::kind::is_temporary;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn object(phrase: &Phrase<'_>, kind: &str, dialect: Dialect) -> Option<Vec<Change>> {
    let Some(space) = space(kind) else {
        // A rule, a role, a publication: nothing refers to it.
        return Some(Vec::new());
    };
    let mut reader = Reader::after(phrase, kind);
    let is_optional = reader.eat("IF NOT EXISTS");
    if reader.is("AUTHORIZATION") {
        return Some(Vec::new());
    }
    let name = reader.target(dialect)?;
    let start = reader.index();
    let mut new = NewObject {
        space,
        kind: kind.to_owned(),
        name,
        existing: Existing::of(is_optional, phrase.begins("CREATE OR REPLACE")),
        is_temporary: is_temporary(phrase),
        definition: String::new(),
        values: None,
        table: None,
    };
    match space {
        Space::Type => new.values = values(&mut reader, dialect),
        Space::Routine => new.name.name = signature(&mut reader, kind, &new.name, dialect)?,
        Space::Trigger | Space::Policy => {
            reader.skip_past("ON")?;
            reader.eat("ONLY");
            new.table = Some(reader.target(dialect)?);
        }
        // Which objects it brings is known to nobody here.
        Space::Extension => return Some(vec![Change::Create(Box::new(new))]),
        _ => {}
    }
    let owner = owner(reader, &new, dialect);
    new.definition = reader
        .written(start, phrase.tokens().len(), dialect)
        .expression
        .text;
    let names = match (space, &new.table) {
        (Space::Trigger, Some(table)) => expressions::of_trigger(phrase, table, dialect),
        (Space::Policy, Some(table)) => expressions::of_policy(phrase, table, dialect)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    let mut changes = vec![Change::Create(Box::new(new))];
    changes.extend(names);
    changes.extend(owner);
    if kind == "SCHEMA" && phrase.tokens().len() > start {
        // `CREATE SCHEMA s CREATE TABLE ...`.
        changes.push(Change::Doubt(opaque::mentioned(phrase)));
    }
    Some(changes)
}

/// The column that a new sequence belongs to.
fn owner(reader: Reader<'_, '_>, new: &NewObject, dialect: Dialect) -> Option<Change> {
    let is_owned = new.kind == "SEQUENCE" && alter::is_owned(reader);
    is_owned.then(|| alter::own(reader, new.name.clone(), false, dialect))?
}

/// The values of `AS ENUM ('a', 'b')`.
fn values(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Vec<String>> {
    if !reader.eat("AS ENUM (") {
        return None;
    }
    let mut values = Vec::new();
    while !reader.is(")") {
        values.push(reader.text(dialect)?);
        reader.eat(",");
    }
    Some(values)
}

/// The name of a routine with the types of its arguments, which tell it from others of that name.
fn signature(
    reader: &mut Reader<'_, '_>,
    kind: &str,
    name: &Target,
    dialect: Dialect,
) -> Option<Name> {
    if dialect == Dialect::Mysql || !reader.is("(") {
        return Some(name.name.clone());
    }
    let arguments = reader.parenthesised(dialect)?.expression.text;
    // A procedure is dropped with what comes back, or without.
    if kind == "PROCEDURE" && arguments.split(' ').any(|word| word == "out") {
        return Some(name.name.clone());
    }
    let is_old = kind == "AGGREGATE" && !reader.is("(");
    let arguments = if is_old {
        base_type(&arguments)
    } else {
        &arguments
    };
    Some(signature::name(&name.name, arguments, dialect))
}

/// What `CREATE AGGREGATE a (basetype = int, ...)` takes, as others write it.
fn base_type(options: &str) -> &str {
    let (_, base) = options.split_once("basetype = ").unwrap_or_default();
    let base = base.split(" ,").next().unwrap_or(base).trim();
    match base.trim_matches(['"', '\'']) {
        "any" | "ANY" => "*",
        _ => base,
    }
}
