//! MySQL and MariaDB show the statement that would make a table; of other objects the names are enough.

use rungs::{Connection, DriverError};

use super::{column, query};

/// The tables and views of the database, and of MariaDB the sequences.
const RELATIONS: &str = "\
SELECT table_type, CONCAT('`', REPLACE(table_name, '`', '``'), '`') FROM information_schema.tables \
WHERE table_schema = DATABASE() ORDER BY table_type, table_name";

/// The columns of views; one that refers to what is gone has none.
const VIEWS: &str = "\
SELECT CONCAT('CREATE VIEW `', REPLACE(v.table_name, '`', '``'), '`', \
COALESCE(CONCAT(' (', GROUP_CONCAT('`', REPLACE(c.column_name, '`', '``'), '`' \
ORDER BY c.ordinal_position), ')'), ''), \
IF(COUNT(c.column_name) = 0, ' AS SELECT * FROM nowhere', \
CONCAT(' AS SELECT 1', REPEAT(', 1', COUNT(c.column_name) - 1)))) \
FROM information_schema.views v LEFT JOIN information_schema.columns c \
ON c.table_schema = v.table_schema AND c.table_name = v.table_name \
WHERE v.table_schema = DATABASE() GROUP BY v.table_name";

/// What `SHOW CREATE` would need a round trip each for, and whose bodies are not compared.
const OTHERS: &str = "\
SELECT 1, CONCAT('CREATE TRIGGER `', REPLACE(trigger_name, '`', '``'), '` ', action_timing, ' ', \
event_manipulation, ' ON `', REPLACE(event_object_table, '`', '``'), '` FOR EACH ROW SET @a = 1') \
FROM information_schema.triggers WHERE trigger_schema = DATABASE() \
UNION ALL \
SELECT 2, CONCAT('CREATE ', routine_type, ' `', REPLACE(routine_name, '`', '``'), '`()', \
CASE routine_type WHEN 'FUNCTION' THEN ' RETURNS int RETURN 1' ELSE ' SET @a = 1' END) \
FROM information_schema.routines WHERE routine_schema = DATABASE() \
AND routine_type IN ('FUNCTION', 'PROCEDURE') \
ORDER BY 1, 2";

pub(super) fn statements<C: Connection + ?Sized>(
    connection: &mut C,
) -> Result<Vec<String>, DriverError> {
    // Tables may refer to those that come later.
    let mut statements = vec!["SET FOREIGN_KEY_CHECKS = 0".to_owned()];
    for row in query(connection, &[RELATIONS])? {
        let [Some(kind), Some(name)] = row.as_slice() else {
            continue;
        };
        match kind.as_str() {
            // Its query is not compared, and names the database.
            "VIEW" => {}
            "SEQUENCE" => statements.push(format!("CREATE SEQUENCE {name}")),
            _ => statements.extend(shown(connection, name)?),
        }
    }
    // Many columns have long names.
    let views = ["SET SESSION group_concat_max_len = 1048576", VIEWS];
    statements.extend(column(query(connection, &views)?, 0));
    statements.extend(column(query(connection, &[OTHERS])?, 1));
    Ok(statements)
}

fn shown<C: Connection + ?Sized>(
    connection: &mut C,
    table: &str,
) -> Result<Option<String>, DriverError> {
    let rows = query(connection, &[format!("SHOW CREATE TABLE {table}")])?;
    Ok(column(rows, 1).next())
}
