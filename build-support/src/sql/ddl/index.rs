//! Indexes.

use super::after;
use crate::catalog::{Extra, Space};
use crate::change::{Change, Dropped, Existing, Mention, NewIndex, Part, Target, Written};
use crate::dialect::Dialect;
use crate::names::Uses;
use crate::sql::names::of_expression;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn create(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let (mut reader, is_optional) = after(phrase, "INDEX");
    let mut schema = None;
    let mut name = None;
    if !reader.is("ON") {
        let target = reader.target(dialect)?;
        schema.clone_from(&target.schema);
        name = Some(target.mention());
    }
    if dialect == Dialect::Mysql && reader.eat("USING") {
        reader.skip();
    }
    if !reader.eat("ON") {
        return None;
    }
    reader.eat("ONLY");
    let mut table = reader.target(dialect)?;
    if dialect == Dialect::Sqlite {
        table.schema = schema;
    }
    let mut index = definition(&mut reader, name, table, dialect)?;
    index.existing = Existing::of(is_optional, phrase.begins("CREATE OR REPLACE"));
    index.is_unique = is_unique(phrase);
    index.uses = uses(phrase, &index, dialect);
    if dialect == Dialect::Mysql {
        let special = ["FULLTEXT", "SPATIAL", "VECTOR"];
        let method = special.iter().find(|word| has_before_index(phrase, word));
        index.method = method
            .map(|word| word.to_ascii_lowercase())
            .or(index.method);
    }
    Some(Change::CreateIndex(Box::new(index)))
}

/// What expressions and the predicate of an index name.
fn uses(phrase: &Phrase<'_>, index: &NewIndex, dialect: Dialect) -> Uses {
    let expressions = index.parts.iter().filter(|part| part.column.is_none());
    let written = expressions
        .map(|part| &part.written)
        .chain(&index.predicate);
    let mut uses = Uses::default();
    for Written { at, .. } in written {
        if let (Some(start), Some(end)) = (phrase.index_at(at.start), phrase.index_at(at.end - 1)) {
            uses.extend(of_expression(phrase, start, end + 1, dialect));
        }
    }
    uses
}

/// Whether `UNIQUE` stands before `INDEX`.
fn is_unique(phrase: &Phrase<'_>) -> bool {
    has_before_index(phrase, "UNIQUE")
}

/// Whether a word stands before `INDEX`.
fn has_before_index(phrase: &Phrase<'_>, word: &str) -> bool {
    let index = (1..6).find(|at| phrase.is(*at, "INDEX")).unwrap_or(0);
    (1..index).any(|at| phrase.is(at, word))
}

/// What follows the table, or in MySQL the name.
fn definition(
    reader: &mut Reader<'_, '_>,
    name: Option<Mention>,
    table: Target,
    dialect: Dialect,
) -> Option<NewIndex> {
    let mut method = None;
    if reader.eat("USING") {
        method = Some(reader.peek(0).to_ascii_lowercase()).filter(|it| it != "btree");
        reader.skip();
    }
    let parts = parts(reader, dialect)?;
    let mut index = NewIndex {
        uses: Uses::default(),
        name,
        table,
        existing: Existing::Refused,
        parts,
        is_unique: false,
        predicate: None,
        method,
        include: Vec::new(),
        extra: Extra::default(),
    };
    while !reader.is_at_end() && !reader.is_any(&[",", ")"]) {
        if dialect == Dialect::Mysql && reader.eat_any(&["ALGORITHM", "LOCK"]) {
            // How the index is to be made.
            reader.eat("=");
            reader.skip();
        } else if reader.eat("INCLUDE") {
            index.include = reader.mentions(dialect)?;
        } else if reader.eat("WHERE") {
            let start = reader.index();
            while !reader.is_at_end() {
                reader.skip();
            }
            index.predicate = Some(reader.since(start, dialect));
        } else {
            let start = reader.index();
            reader.skip();
            let option = reader.since(start, dialect).expression.text;
            index.extra.options.push(option);
        }
    }
    Some(index)
}

fn parts(reader: &mut Reader<'_, '_>, dialect: Dialect) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    if !reader.eat("(") {
        return None;
    }
    loop {
        let start = reader.index();
        let mut ahead = *reader;
        let mention = ahead.mention(dialect);
        // MySQL: `name(10)` is a prefix of the column.
        let is_prefix = dialect == Dialect::Mysql && ahead.is("(");
        if is_prefix {
            ahead.skip();
        }
        let is_more = reader.skip_past_comma();
        let end = reader.index() - usize::from(is_more);
        let ends = [",", ")", "ASC", "DESC", "COLLATE", "NULLS"];
        let is_column = ahead.index() == end
            || ahead.is_any(&ends)
            // PostgreSQL: the class of the operators.
            || (dialect == Dialect::Postgres && ahead.name().is_some());
        parts.push(Part {
            column: mention.filter(|_| is_column),
            written: reader.written(start, end, dialect),
        });
        if !is_more {
            return reader.eat(")").then_some(parts);
        }
    }
}

/// Whether MySQL's definition of an index is next, among columns or after `ADD`.
pub(super) fn is_in_table(reader: &Reader<'_, '_>) -> bool {
    reader.is_any(&[
        "INDEX",
        "KEY",
        "FULLTEXT",
        "SPATIAL",
        "VECTOR INDEX",
        "VECTOR KEY",
    ]) && !reader.is_followed_by(",")
}

/// MySQL's index among columns or after `ADD`.
pub(super) fn in_table(
    reader: &mut Reader<'_, '_>,
    table: &Target,
    dialect: Dialect,
) -> Option<NewIndex> {
    let special = ["FULLTEXT", "SPATIAL", "VECTOR"];
    let method = special.iter().find(|word| reader.eat(word));
    reader.eat_any(&["INDEX", "KEY"]);
    let is_optional = reader.eat("IF NOT EXISTS");
    let mut name = None;
    if !reader.is_any(&["(", "USING"]) {
        name = Some(reader.mention(dialect)?);
    }
    let mut index = definition(reader, name, table.clone(), dialect)?;
    index.existing = Existing::of(is_optional, false);
    if let Some(method) = method {
        index.method = Some(method.to_ascii_lowercase());
    }
    Some(index)
}

pub(super) fn drop(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let (mut reader, is_optional) = after(phrase, "INDEX");
    let mut names = vec![reader.target(dialect)?];
    while reader.eat(",") {
        names.push(reader.target(dialect)?);
    }
    let table = if reader.eat("ON") {
        Some(reader.target(dialect)?)
    } else {
        None
    };
    let is_cascading = reader.eat("CASCADE");
    Some(Change::Drop(Dropped {
        space: Space::Relation,
        kind: "INDEX".to_owned(),
        names,
        table,
        is_optional,
        is_cascading,
    }))
}
