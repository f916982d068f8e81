//! What statements that change rows say about tables and columns.

use std::ops::Range;

use super::opaque;
use crate::change::{Change, Doubt, Insert, Update};
use crate::dialect::Dialect;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

pub(super) fn insert(phrase: &Phrase<'_>, dialect: Dialect) -> Vec<Change> {
    let mut changes = vec![Change::Doubt(opaque::calls(phrase, dialect))];
    // A `WITH` before it may name the table; then nothing is said about it.
    if !phrase.is(0, "WITH")
        && let Some(insert) = read_insert(phrase, dialect)
    {
        changes = vec![Change::Insert(insert)];
        // Strings of rows are no names.
        let calls = opaque::calls(phrase, dialect).calls;
        changes.push(Change::Doubt(Doubt {
            calls,
            ..Doubt::default()
        }));
    }
    changes
}

/// What may follow the table of an `INSERT`.
const AFTER_TABLE: &[&str] = &[
    "(",
    "VALUES",
    "VALUE",
    "SELECT",
    "DEFAULT",
    "SET",
    "WITH",
    "OVERRIDING",
    "PARTITION",
];

fn read_insert(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Insert> {
    let mut reader = Reader::after(phrase, "INTO");
    if reader.is_at_end() {
        // MySQL: `INSERT t VALUES`.
        return None;
    }
    let table = reader.target(dialect)?;
    if reader.eat("AS") {
        reader.mention(dialect)?;
    } else if !reader.is_any(AFTER_TABLE) {
        return None;
    }
    let is_query = reader.is("(")
        && ["SELECT", "WITH", "("]
            .iter()
            .any(|it| reader.is_followed_by(it));
    let columns = if reader.is("(") && !is_query {
        Some(if reader.is_followed_by(")") {
            reader.skip();
            Vec::new()
        } else {
            reader.mentions(dialect)?
        })
    } else {
        None
    };
    let is_overriding = reader.is("OVERRIDING");
    if is_overriding {
        reader.skip_to(&["VALUES", "SELECT", "WITH", "("]);
    }
    let rows = if reader.eat_any(&["VALUES", "VALUE"]) {
        rows(&mut reader)
    } else {
        Vec::new()
    };
    let is_plain = phrase.begins("INSERT INTO");
    Some(Insert {
        table,
        columns,
        rows,
        is_strict: is_plain && !phrase.has("CONFLICT") && !phrase.has("DUPLICATE"),
        strings: strings(phrase),
    })
}

/// How many values each row has.
fn rows(reader: &mut Reader<'_, '_>) -> Vec<(usize, Range<usize>)> {
    let mut rows = Vec::new();
    loop {
        // MySQL: `VALUES ROW(1, 2)`.
        reader.eat("ROW");
        if !reader.is("(") {
            return rows;
        }
        let start = reader.range().start;
        let mut inner = *reader;
        inner.eat("(");
        let mut count = usize::from(!inner.is(")"));
        while inner.skip_past_comma() {
            count += 1;
        }
        let end = inner.range().end;
        inner.eat(")");
        let is_new = rows.last().is_none_or(|(last, _)| *last != count);
        if is_new {
            rows.push((count, start..end));
        }
        *reader = inner;
        if !reader.eat(",") {
            return rows;
        }
    }
}

fn strings(phrase: &Phrase<'_>) -> Vec<String> {
    const MOST: usize = 64;
    let tokens = phrase.tokens().iter().enumerate();
    tokens
        .filter(|(_, token)| token.kind == TokenKind::String)
        .take(MOST)
        .map(|(index, _)| phrase.token(index).trim_matches('\'').to_owned())
        .collect()
}

pub(super) fn update(phrase: &Phrase<'_>, dialect: Dialect) -> Vec<Change> {
    let mut changes = vec![Change::Doubt(opaque::calls(phrase, dialect))];
    if let Some(update) = read_update(phrase, dialect) {
        changes.push(Change::Update(update));
    }
    changes
}

fn read_update(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Update> {
    if !phrase.is(0, "UPDATE") {
        return None;
    }
    let mut reader = Reader::at(phrase, 1);
    if reader.eat("OR") {
        reader.skip();
    }
    reader.eat_any(&["LOW_PRIORITY", "IGNORE", "ONLY"]);
    let table = reader.target(dialect)?;
    reader.eat("*");
    if !reader.is("SET") {
        // An alias; in MySQL also a join, whose columns may be those of another table.
        reader.eat("AS");
        if dialect == Dialect::Mysql {
            let columns = Vec::new();
            return Some(Update { table, columns });
        }
        reader.mention(dialect)?;
    }
    if !reader.eat("SET") {
        return Some(Update {
            table,
            columns: Vec::new(),
        });
    }
    let mut columns = Vec::new();
    loop {
        if reader.is("(") {
            columns.extend(reader.mentions(dialect)?);
        } else {
            let column = reader.mention(dialect)?;
            // MySQL: `t.column`; PostgreSQL: a field of the column.
            if !(dialect == Dialect::Mysql && reader.is(".")) {
                columns.push(column);
            }
        }
        // The clauses after the last item have commas of their own.
        let has_ended = ["WHERE", "FROM", "RETURNING", "ORDER BY", "LIMIT"]
            .iter()
            .any(|clause| reader.item_has(clause));
        if has_ended || !reader.skip_past_comma() {
            return Some(Update { table, columns });
        }
    }
}

/// `TRUNCATE a, b`, `LOCK TABLE a`, `REFRESH MATERIALIZED VIEW v`.
pub(super) fn tables(phrase: &Phrase<'_>, dialect: Dialect) -> Vec<Change> {
    let mut reader = Reader::at(phrase, 1);
    let is_said = reader.eat_any(&["TABLES", "TABLE", "MATERIALIZED VIEW"]);
    // MySQL: `LOCK INSTANCE FOR BACKUP`.
    if dialect == Dialect::Mysql && phrase.is(0, "LOCK") && !is_said {
        return Vec::new();
    }
    reader.eat("CONCURRENTLY");
    let mut changes = Vec::new();
    loop {
        reader.eat("ONLY");
        changes.extend(reader.target(dialect).map(Change::Read));
        if !reader.skip_past_comma() {
            return changes;
        }
    }
}

pub(super) fn delete(phrase: &Phrase<'_>, dialect: Dialect) -> Vec<Change> {
    if phrase.is(0, "TRUNCATE") {
        return tables(phrase, dialect);
    }
    let mut changes = vec![Change::Doubt(opaque::calls(phrase, dialect))];
    let mut reader = Reader::at(phrase, 1);
    let is_plain = phrase.is(0, "DELETE") && reader.eat("FROM");
    reader.eat("ONLY");
    if is_plain && let Some(table) = reader.target(dialect) {
        // MySQL: `DELETE FROM alias USING ...`, `DELETE a FROM ...`.
        let is_alias = dialect == Dialect::Mysql && phrase.has("USING");
        if !is_alias {
            changes.push(Change::Read(table));
        }
    }
    changes
}
