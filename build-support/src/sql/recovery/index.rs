//! Indexes, on their own.

use std::ops::Range;

use super::evidence::Evidence;
use crate::dialect::Dialect;
use crate::recovery::{Object, Recovery};
use crate::sql::kind::kind;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn create(phrase: &Phrase<'_>, dialect: Dialect) -> Recovery {
    let mut reader = Reader::after(phrase, "INDEX");
    let is_concurrent = dialect == Dialect::Postgres && reader.eat("CONCURRENTLY");
    // An index that a crash left invalid would be passed over, so this is no reason to repeat it.
    let is_optional = reader.eat("IF NOT EXISTS");
    let is_replaced = phrase.is(1, "OR");
    if (is_optional || is_replaced) && !is_concurrent {
        return Recovery::Repeat;
    }
    let object = if is_concurrent {
        Object::ValidIndex
    } else {
        Object::Index
    };
    created(reader, object).map_or(Recovery::Unknown, Evidence::conclude)
}

fn created(mut reader: Reader<'_, '_>, object: Object) -> Option<Evidence> {
    if reader.is("ON") {
        return None;
    }
    let name = reader.qualified()?;
    reader.skip_past("ON")?;
    reader.eat("ONLY");
    let table = reader.qualified()?;
    let mut condition = table.part(object, true, name.name);
    condition.schema = name.schema.or(condition.schema);
    Some(Evidence::of(condition))
}

/// `DROP INDEX name`, in MySQL `ON table`.
pub(super) fn drop(phrase: &Phrase<'_>) -> Recovery {
    let mut reader = Reader::after(phrase, "INDEX");
    reader.eat("CONCURRENTLY");
    if reader.eat("IF EXISTS") {
        return Recovery::Repeat;
    }
    dropped(reader).map_or(Recovery::Unknown, Evidence::conclude)
}

fn dropped(mut reader: Reader<'_, '_>) -> Option<Evidence> {
    let mut evidence = Evidence::default();
    loop {
        let name = reader.qualified()?;
        if reader.eat("ON") {
            let table = reader.qualified()?;
            return Some(Evidence::of(table.part(Object::Index, false, name.name)));
        }
        evidence.show(name.condition(Object::Index, false));
        if !reader.eat(",") {
            return Some(evidence);
        }
    }
}

/// Where the name is missing of an index that PostgreSQL builds concurrently.
pub(in crate::sql) fn unnamed_concurrent(
    phrase: &Phrase<'_>,
    dialect: Dialect,
) -> Option<Range<usize>> {
    if dialect != Dialect::Postgres || kind(phrase) != "CREATE INDEX" {
        return None;
    }
    let index = (1..4).find(|index| phrase.begins_at(*index, "INDEX CONCURRENTLY ON"))?;
    let token = phrase.tokens().get(index + 1)?;
    Some(token.start..token.end)
}
