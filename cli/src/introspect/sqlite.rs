//! SQLite keeps the statement that made an object, and changes it with `ALTER TABLE`.

use rungs::{Connection, DriverError};

use super::{column, query};

/// Tables before what belongs to them; objects that the server makes by itself have no statement.
const STATEMENTS: &str = "\
SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
AND NOT EXISTS (SELECT 1 FROM pragma_table_list AS shadow \
WHERE shadow.schema = 'main' AND shadow.name = sqlite_schema.name AND shadow.type = 'shadow') \
ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END, rowid";

pub(super) fn statements<C: Connection + ?Sized>(
    connection: &mut C,
) -> Result<Vec<String>, DriverError> {
    let rows = query(connection, &[STATEMENTS])?;
    Ok(column(rows, 0).collect())
}
