//! `CREATE TABLE`.

use super::after;
use super::column::{column, constraint, is_constraint};
use super::{expressions, index};
use crate::catalog::Extra;
use crate::change::{Change, Existing, Model, ModelKind, NewTable, Target};
use crate::dialect::Dialect;
use crate::names::Uses;
use crate::sql::kind::is_temporary;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;

pub(super) fn create(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let (mut reader, is_optional) = after(phrase, "TABLE");
    let mut table = empty(phrase, reader.target(dialect)?, is_optional);
    if reader.eat("PARTITION OF") {
        let parent = reader.target(dialect)?;
        table.models.push(model(parent, ModelKind::Parent));
        // Keys come along.
        table.is_partial = true;
        // It may add constraints of its own.
        if reader.is("(") {
            items(&mut reader, dialect, &mut table)?;
        }
    } else if reader.is("LIKE") {
        like(&mut reader, dialect, &mut table)?;
    } else if reader.is("(") {
        items(&mut reader, dialect, &mut table)?;
    } else {
        // `OF type`, `AS SELECT`.
        table.is_partial = true;
        table.has_other_columns = true;
    }
    tail(&mut reader, dialect, &mut table);
    table.uses = expressions::of_table(phrase, dialect);
    if table.is_partial {
        table.query = expressions::of_rows(phrase, dialect);
    }
    Some(Change::CreateTable(Box::new(table)))
}

/// A table whose columns are somebody else's business.
pub(super) fn opaque(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Change> {
    let (mut reader, is_optional) = after(phrase, "TABLE");
    let mut table = empty(phrase, reader.target(dialect)?, is_optional);
    table.is_partial = true;
    table.has_other_columns = true;
    Some(Change::CreateTable(Box::new(table)))
}

fn empty(phrase: &Phrase<'_>, name: Target, is_optional: bool) -> NewTable {
    NewTable {
        name,
        existing: Existing::of(is_optional, phrase.begins("CREATE OR REPLACE")),
        is_temporary: is_temporary(phrase),
        columns: Vec::new(),
        constraints: Vec::new(),
        indexes: Vec::new(),
        models: Vec::new(),
        is_partial: false,
        extra: Extra::default(),
        has_other_columns: false,
        uses: Uses::default(),
        query: None,
    }
}

fn items(reader: &mut Reader<'_, '_>, dialect: Dialect, table: &mut NewTable) -> Option<()> {
    reader.eat("(");
    // MySQL: `CREATE TABLE a (LIKE b)`, `CREATE TABLE a (SELECT ...)`.
    if reader.is_any(&["SELECT", "WITH"]) {
        table.is_partial = true;
        table.has_other_columns = true;
        return Some(());
    }
    loop {
        if reader.is(")") {
            break;
        }
        item(reader, dialect, table)?;
        let is_more = reader.skip_past_comma();
        // SQLite lets the comma between constraints be missing.
        if !is_more {
            break;
        }
    }
    reader.eat(")").then_some(())
}

fn item(reader: &mut Reader<'_, '_>, dialect: Dialect, table: &mut NewTable) -> Option<()> {
    if reader.is("LIKE") {
        like(reader, dialect, table)?;
    } else if dialect == Dialect::Mysql && index::is_in_table(reader) {
        let new = index::in_table(reader, &table.name, dialect)?;
        table.indexes.push(new);
    } else if dialect == Dialect::Mysql && reader.is("PERIOD FOR") {
        table.is_partial = true;
        table.has_other_columns = true;
    } else if is_constraint(reader, dialect) {
        while is_constraint(reader, dialect) {
            let Some(new) = constraint(reader, dialect) else {
                // PostgreSQL 18: `CONSTRAINT name NOT NULL column`.
                table.is_partial = true;
                break;
            };
            table.constraints.push(new);
            if dialect != Dialect::Sqlite {
                break;
            }
        }
    } else {
        let (new, _) = column(reader, dialect)?;
        table.columns.push(new);
    }
    Some(())
}

/// What is copied beside the columns when that is said, as far as it is modelled.
const PARTS: [&str; 6] = [
    "comments",
    "constraints",
    "defaults",
    "generated",
    "identity",
    "indexes",
];

/// `LIKE t INCLUDING DEFAULTS`.
fn like(reader: &mut Reader<'_, '_>, dialect: Dialect, table: &mut NewTable) -> Option<()> {
    reader.eat("LIKE");
    let target = reader.target(dialect)?;
    let mut included = Vec::new();
    loop {
        let is_included = reader.is("INCLUDING");
        if !reader.eat_any(&["INCLUDING", "EXCLUDING"]) {
            break;
        }
        let what = reader.peek(0).to_ascii_lowercase();
        let is_meant = |part: &str| part == what || what == "all";
        included.retain(|it: &String| !is_meant(it));
        if is_included {
            included.extend(
                PARTS
                    .map(str::to_owned)
                    .into_iter()
                    .filter(|it| is_meant(it)),
            );
        }
        reader.skip_one();
    }
    let rules = ["constraints", "indexes"];
    table.is_partial |= included.iter().any(|it| rules.contains(&it.as_str()));
    table.models.push(Model {
        table: target,
        place: table.columns.len(),
        kind: ModelKind::Like(included),
    });
    Some(())
}

/// Its columns come first.
const fn model(table: Target, kind: ModelKind) -> Model {
    Model {
        table,
        place: 0,
        kind,
    }
}

fn tail(reader: &mut Reader<'_, '_>, dialect: Dialect, table: &mut NewTable) {
    while !reader.is_at_end() {
        if reader.eat("INHERITS") {
            reader.eat("(");
            while let Some(parent) = reader.target(dialect) {
                table.models.push(model(parent, ModelKind::Parent));
                if !reader.eat(",") {
                    break;
                }
            }
            reader.eat(")");
            table.is_partial = true;
        } else if reader.eat("WITH SYSTEM VERSIONING") {
            // Columns that it does not show can be read.
            table.has_other_columns = true;
            let option = "with system versioning".to_owned();
            table.extra.options.push(option);
        } else if reader.is_any(&["AS", "SELECT"]) {
            table.is_partial = true;
            table.has_other_columns = true;
            return;
        } else {
            let start = reader.index();
            reader.skip();
            let option = reader.since(start, dialect).expression.text;
            table.extra.options.push(option);
        }
    }
}
