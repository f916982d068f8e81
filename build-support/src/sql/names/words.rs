//! Words that stand where a column may stand and are none.

use sqlparser::ast::Ident;

use crate::dialect::Dialect;

/// Values without parentheses, and parts of rows that only a trigger or an `INSERT` has.
const COMMON: &[&str] = &[
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "false",
    "localtime",
    "localtimestamp",
    "null",
    "true",
    "unknown",
];

const POSTGRES: &[&str] = &[
    "current_catalog",
    "current_role",
    "current_schema",
    "session_user",
    "system_user",
    "user",
    // Of a domain.
    "value",
    "variadic",
    "all",
    "any",
    "row",
    "array",
    "distinct",
];

const SQLITE: &[&str] = &["abort", "fail", "ignore", "rollback", "raise"];

const MYSQL: &[&str] = &[
    "binary",
    "distinct",
    "distinctrow",
    "div",
    "mod",
    "maxvalue",
    "sysdate",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "row",
    "sql_calc_found_rows",
    "sql_no_cache",
    "high_priority",
    "straight_join",
    // First arguments of functions about time.
    "date",
    "time",
    "datetime",
    "timestamp",
    "microsecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "second_microsecond",
    "minute_second",
    "hour_minute",
    "day_hour",
    "year_month",
    "sql_tsi_second",
    "sql_tsi_minute",
    "sql_tsi_hour",
    "sql_tsi_day",
    "sql_tsi_week",
    "sql_tsi_month",
    "sql_tsi_quarter",
    "sql_tsi_year",
];

/// Whether an identifier is a word of the language, a variable or a string.
pub(super) fn is_word(ident: &Ident, dialect: Dialect) -> bool {
    match ident.quote_style {
        Some('\'') => return true,
        Some(_) => return false,
        None => {}
    }
    let own = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Sqlite => SQLITE,
        Dialect::Mysql => MYSQL,
    };
    let word = ident.value.to_ascii_lowercase();
    let is_variable = word.starts_with(['@', ':', '$', '?']);
    // `_utf8mb4 'text'`.
    let is_charset = dialect == Dialect::Mysql && word.starts_with('_');
    is_variable || is_charset || COMMON.contains(&&*word) || own.contains(&&*word)
}
