//! What `sqlparser` takes although no MySQL does.

use sqlparser::ast::{AlterTableOperation, ColumnDef, DataType, Statement};
use sqlparser::tokenizer::Location;

use crate::sql::split::Phrase;
use crate::sql::verdict::Objection;

/// Words that can follow the name of a column without a type; all are reserved, so none is a type.
const RESERVED: [&str; 11] = [
    "AS",
    "CHECK",
    "COLLATE",
    "CONSTRAINT",
    "DEFAULT",
    "GENERATED",
    "KEY",
    "NOT",
    "PRIMARY",
    "REFERENCES",
    "UNIQUE",
];

/// Words after which `autoincrement` is the name of a column.
const BEFORE_A_NAME: [&str; 7] = ["(", ",", ".", "ADD", "COLUMN", "CHANGE", "MODIFY"];

/// SQLite's word, which is passed over without a trace.
pub(super) fn autoincrement(phrase: &Phrase<'_>) -> Option<Objection> {
    if !phrase.begins("CREATE TABLE") && !phrase.begins("ALTER TABLE") {
        return None;
    }
    let is_name = |index: usize| BEFORE_A_NAME.iter().any(|word| phrase.is(index, word));
    let mut places = 1..phrase.tokens().len();
    let index = places.find(|index| phrase.is(*index, "AUTOINCREMENT") && !is_name(index - 1))?;
    let offset = phrase.tokens().get(index)?.start - phrase.range().start;
    let reason = Some("MySQL's word is `AUTO_INCREMENT`".to_owned());
    Some(Objection { offset, reason })
}

/// The first column without a type, whose next word then counts as one.
pub(super) fn untyped_column(statement: &Statement) -> Option<Location> {
    let untyped =
        |column: &ColumnDef| is_missing(&column.data_type).then_some(column.name.span.start);
    match statement {
        Statement::CreateTable(table) => table.columns.iter().find_map(untyped),
        Statement::AlterTable(table) => {
            table
                .operations
                .iter()
                .find_map(|operation| match operation {
                    AlterTableOperation::AddColumn { column_def, .. } => untyped(column_def),
                    _ => None,
                })
        }
        _ => None,
    }
}

fn is_missing(data_type: &DataType) -> bool {
    let DataType::Custom(name, _) = data_type else {
        return *data_type == DataType::Unspecified;
    };
    let name = name.to_string();
    RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word))
}
