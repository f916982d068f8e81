//! One migration of ten statements, each of which can be held up by a lock on a table of its own.

use super::Files;

/// How many statements it has.
pub const STATEMENTS: usize = 10;

pub(super) fn files() -> Files {
    vec![(
        "0001_ten.sql".to_owned(),
        (1..=STATEMENTS).map(text).collect(),
    )]
}

/// Whether a statement is DDL, which commits by itself; the others must happen once.
pub fn is_ddl(number: usize) -> bool {
    number.is_multiple_of(2)
}

fn text(number: usize) -> String {
    if is_ddl(number) {
        format!("ALTER TABLE held_{number} ADD COLUMN added INTEGER;\n")
    } else {
        format!("UPDATE held_{number} SET n = n + 1;\n")
    }
}

/// What is there before.
pub fn preparation() -> Vec<String> {
    let tables = (1..=STATEMENTS).flat_map(|number| {
        [
            format!("CREATE TABLE held_{number} (n INTEGER NOT NULL)"),
            format!("INSERT INTO held_{number} VALUES (0)"),
        ]
    });
    tables.collect()
}
