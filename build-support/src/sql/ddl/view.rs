//! Views.

use super::{after, expressions};
use crate::change::{Change, Existing, NewView, Target};
use crate::dialect::Dialect;
use crate::sql::kind::is_temporary;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn create(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let (mut reader, is_optional) = after(phrase, "VIEW");
    let name = reader.target(dialect)?;
    let columns = if reader.is("(") {
        let columns = reader.mentions(dialect)?;
        Some(columns.into_iter().map(|column| column.name).collect())
    } else {
        None
    };
    if !reader.skip_to(&["AS"]) {
        return None;
    }
    reader.eat("AS");
    let names = expressions::query(phrase, reader.index(), dialect);
    let query = reader.written(reader.index(), phrase.tokens().len(), dialect);
    Some(Change::CreateView(Box::new(NewView {
        name,
        existing: Existing::of(is_optional, phrase.begins("CREATE OR REPLACE")),
        is_temporary: is_temporary(phrase),
        is_materialized: phrase.begins("CREATE MATERIALIZED"),
        columns,
        query: query.expression,
        reads: tables_in(reader, dialect),
        mentions: names_in(reader, dialect),
        names,
    })))
}

/// The tables that are named after `FROM` and `JOIN`, but for those that a `WITH` makes.
pub(super) fn tables_in(mut reader: Reader<'_, '_>, dialect: Dialect) -> Vec<Target> {
    let mut tables: Vec<Target> = Vec::new();
    let mut own = Vec::new();
    while !reader.is_at_end() {
        let is_query = reader.is_any(&["AS (", "AS MATERIALIZED", "AS NOT MATERIALIZED"]);
        if is_query && let Some(name) = reader.previous_name(dialect) {
            own.push(name);
        }
        // `extract(year FROM x)` and `IS DISTINCT FROM x` name no table.
        let is_table = (reader.is("FROM") && !reader.is_in_call() && !reader.is_after("DISTINCT"))
            || reader.is("JOIN");
        reader.skip_one();
        if is_table {
            list(&mut reader, dialect, &mut tables);
        }
    }
    tables.retain(|table| !own.contains(&table.name));
    tables
}

/// `a, b AS c`.
fn list(reader: &mut Reader<'_, '_>, dialect: Dialect, tables: &mut Vec<Target>) {
    loop {
        reader.eat_any(&["ONLY", "LATERAL"]);
        let mut ahead = *reader;
        let Some(table) = ahead.target(dialect) else {
            return;
        };
        // `generate_series(...)`.
        if ahead.is("(") {
            return;
        }
        tables.push(table);
        *reader = ahead;
        if !reader.is(",") {
            reader.eat("AS");
            let mut ahead = *reader;
            if ahead.mention(dialect).is_none() || !ahead.is(",") {
                return;
            }
            *reader = ahead;
        }
        reader.eat(",");
    }
}

/// Every name from here on that may be that of a table.
fn names_in(mut reader: Reader<'_, '_>, dialect: Dialect) -> Vec<Target> {
    let mut names = Vec::new();
    while !reader.is_at_end() {
        match reader.target(dialect) {
            Some(name) => names.push(name),
            None => reader.skip_one(),
        }
    }
    names
}
