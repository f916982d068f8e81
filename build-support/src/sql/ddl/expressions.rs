//! The expressions and queries inside of statements that define something.

use crate::change::{Change, Target};
use crate::dialect::Dialect;
use crate::names::{Query, Select, Source, Uses};
use crate::sql::names::{of_expression, of_expressions, of_query};
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

/// What the checks, generated columns, exclusions and partitions of a table name.
pub(super) fn of_table(phrase: &Phrase<'_>, dialect: Dialect) -> Uses {
    let mut uses = Uses::default();
    let mut depth = 0_usize;
    for index in 0..phrase.tokens().len() {
        match phrase.token(index) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let Some(open) = opening(phrase, index, depth, dialect) else {
            continue;
        };
        let end = closing(phrase, open);
        uses.extend(if phrase.is(index, "EXCLUDE") {
            excluded(phrase, open, end, dialect)
        } else if phrase.is(index, "PARTITION") {
            of_expressions(phrase, open + 1, end, dialect)
        } else {
            of_expression(phrase, open + 1, end, dialect)
        });
    }
    uses
}

/// The parenthesis of an expression that begins with this token.
fn opening(phrase: &Phrase<'_>, index: usize, depth: usize, dialect: Dialect) -> Option<usize> {
    let is_open = |at: usize| (phrase.token(at) == "(").then_some(at);
    if phrase.is(index, "CHECK") {
        return is_open(index + 1);
    }
    if phrase.begins_at(index, "GENERATED ALWAYS AS") {
        return is_open(index + 3);
    }
    let is_column = depth > 0 && !phrase.is(index.saturating_sub(1), "ALWAYS");
    if dialect != Dialect::Postgres && is_column && phrase.is(index, "AS") {
        return is_open(index + 1);
    }
    if dialect == Dialect::Postgres && phrase.is(index, "EXCLUDE") {
        return is_open(index + 1 + 2 * usize::from(phrase.is(index + 1, "USING")));
    }
    if depth == 0 && phrase.begins_at(index, "PARTITION BY") {
        let at = (index + 3..index + 6).find(|at| phrase.token(*at) == "(");
        return at.filter(|_| !phrase.is(index + 2, "SYSTEM_TIME"));
    }
    None
}

/// `USING gist (a WITH =, tsrange(b, c) WITH &&)`.
fn excluded(phrase: &Phrase<'_>, open: usize, end: usize, dialect: Dialect) -> Uses {
    let mut uses = Uses::default();
    let mut start = open + 1;
    while start < end {
        uses.extend(of_expression(phrase, start, end, dialect));
        let mut reader = Reader::at(phrase, start);
        if !reader.skip_past_comma() {
            break;
        }
        start = reader.index();
    }
    uses
}

/// The index of the parenthesis that closes this one.
fn closing(phrase: &Phrase<'_>, open: usize) -> usize {
    let mut reader = Reader::at(phrase, open);
    reader.skip();
    reader.index().saturating_sub(1)
}

/// What `ALTER COLUMN ... TYPE ... USING expression` names, beside what [`of_table`] finds.
pub(super) fn of_alter(phrase: &Phrase<'_>, table: &Target, dialect: Dialect) -> Option<Change> {
    let mut uses = of_table(phrase, dialect);
    let is_using = |index: &usize| phrase.is(*index, "USING") && phrase.is_outside_brackets(*index);
    if dialect == Dialect::Postgres && phrase.has("TYPE") {
        for index in (0..phrase.tokens().len()).filter(is_using) {
            let is_index = phrase.is(index + 1, "INDEX");
            if !is_index {
                let end = phrase.tokens().len();
                uses.extend(of_expression(phrase, index + 1, end, dialect));
            }
        }
    }
    in_table(table, uses)
}

/// What a policy names.
pub(super) fn of_policy(phrase: &Phrase<'_>, table: &Target, dialect: Dialect) -> Option<Change> {
    let mut uses = Uses::default();
    for index in 0..phrase.tokens().len() {
        let is_clause =
            phrase.is(index, "USING") || phrase.begins_at(index.max(1) - 1, "WITH CHECK");
        if is_clause && phrase.token(index + 1) == "(" && phrase.is_outside_brackets(index) {
            let end = closing(phrase, index + 1);
            uses.extend(of_expression(phrase, index + 2, end, dialect));
        }
    }
    in_table(table, uses)
}

/// What the condition of a trigger names, and the columns that set it off.
pub(super) fn of_trigger(phrase: &Phrase<'_>, table: &Target, dialect: Dialect) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut reader = Reader::at(phrase, 1);
    if reader.skip_to(&["UPDATE OF", "ON"]) && reader.eat("UPDATE OF") {
        let mut uses = Uses::default();
        while let Some(column) = reader.mention(dialect) {
            uses.columns.push(crate::names::Path {
                before: Vec::new(),
                last: column,
                is_alone: true,
            });
            if !reader.eat(",") {
                break;
            }
        }
        changes.extend(in_table(table, uses));
    }
    let mut reader = Reader::at(phrase, 1);
    if dialect != Dialect::Mysql
        && reader.skip_to(&["WHEN", "BEGIN", "EXECUTE"])
        && reader.eat("WHEN")
    {
        let end = phrase.tokens().len();
        let row = |name: &str| Source {
            alias: Some(crate::catalog::Name::exact(name.to_owned())),
            ..Source::table(table.clone())
        };
        let select = Select {
            sources: vec![row("new"), row("old")],
            uses: of_expression(phrase, reader.index(), end, dialect),
            is_merged: true,
            ..Select::default()
        };
        changes.push(Change::Names(Box::new(Query::of(select))));
    }
    let mut reader = Reader::at(phrase, 1);
    if dialect == Dialect::Postgres
        && reader.skip_to(&["EXECUTE"])
        && reader.eat_any(&["EXECUTE FUNCTION", "EXECUTE PROCEDURE"])
    {
        changes.extend(reader.target(dialect).map(Change::Routine));
    }
    changes
}

fn in_table(table: &Target, uses: Uses) -> Option<Change> {
    let select = Select {
        sources: vec![Source::table(table.clone())],
        uses,
        ..Select::default()
    };
    let is_empty = select.uses.is_empty();
    (!is_empty).then(|| Change::Names(Box::new(Query::of(select))))
}

/// The query of `CREATE TABLE ... AS SELECT ...`.
pub(super) fn of_rows(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Query> {
    let mut reader = Reader::at(phrase, 2);
    loop {
        if reader.is_any(&["AS SELECT", "AS WITH", "AS (", "AS VALUES"]) {
            reader.skip_one();
            break;
        }
        if reader.is("SELECT") {
            break;
        }
        if reader.is_at_end() {
            return None;
        }
        reader.skip();
    }
    query(phrase, reader.index(), dialect)
}

/// The query that stands from here on, perhaps with options of a view or table behind it.
pub(super) fn query(phrase: &Phrase<'_>, start: usize, dialect: Dialect) -> Option<Query> {
    let end = phrase.tokens().len();
    let tails = [
        "WITH NO DATA",
        "WITH DATA",
        "WITH CHECK OPTION",
        "WITH LOCAL CHECK OPTION",
        "WITH CASCADED CHECK OPTION",
    ];
    let tail = tails.iter().find_map(|tail| {
        let at = end.checked_sub(tail.split(' ').count())?;
        phrase.begins_at(at, tail).then_some(at)
    });
    of_query(phrase, start, tail.unwrap_or(end), dialect)
}
