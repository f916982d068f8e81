//! A database as seen by somebody else who opens its file.

use std::path::Path;

use rusqlite::types::ValueRef;

/// A connection beside the one under test.
pub fn observer(file: &Path) -> rusqlite::Connection {
    crate::adapters::rusqlite(file)
}

/// Everything that is in it but the log: schema and rows, as text to compare.
pub fn dump(file: &Path) -> String {
    let connection = observer(file);
    let schema = query(
        &connection,
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%rungs%' \
         AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
    );
    let mut lines = Vec::new();
    for object in schema {
        lines.push(line(&object));
        if let [Some(kind), Some(name), _] = &object[..]
            && kind == "table"
        {
            let rows = query(&connection, &format!("SELECT * FROM \"{name}\" ORDER BY 1"));
            lines.extend(rows.iter().map(|row| format!("  {}", line(row))));
        }
    }
    lines.join("\n")
}

/// The log, a line a row: what was done, and what came of it.
pub fn log(file: &Path) -> Vec<String> {
    let sql =
        "SELECT version, operation, outcome, statements_done FROM rungs_log ORDER BY set_key, seq";
    query(&observer(file), sql)
        .iter()
        .map(|row| line(row))
        .collect()
}

/// The applied versions, as the log has them.
pub fn applied(file: &Path) -> Vec<i64> {
    let sql = "SELECT version FROM rungs_log AS row WHERE outcome = 'success' AND operation <> 'rollback' \
               AND seq = (SELECT max(seq) FROM rungs_log WHERE version = row.version AND outcome = 'success') \
               ORDER BY version";
    let rows = query(&observer(file), sql);
    rows.iter()
        .filter_map(|row| row.first()?.as_ref()?.parse().ok())
        .collect()
}

/// All rows, each value as text.
pub fn query(connection: &rusqlite::Connection, sql: &str) -> Vec<Vec<Option<String>>> {
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let mut answer = statement.query([]).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = answer.next().unwrap() {
        rows.push(
            (0..columns)
                .map(|column| text(row.get_ref(column).unwrap()))
                .collect(),
        );
    }
    rows
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

fn line(row: &[Option<String>]) -> String {
    let values: Vec<_> = row
        .iter()
        .map(|value| value.as_deref().unwrap_or("NULL"))
        .collect();
    values.join(" ")
}
