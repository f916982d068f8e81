//! Whether a server refuses a mutant because there is nothing of the misspelt name.
//!
//! Its message must say that something is unknown, and what is unknown must be the misspelt word: when
//! a name is misspelt where it is defined, the server misses the right one.

use rungs::DriverError;
use rungs_build::Dialect;

use super::mutant::Mutant;
use super::names::Names;
use super::words::is_part;

/// Whether the misspelt name is what the server does not know.
pub(super) fn is_unknown(
    mutant: &Mutant<'_>,
    error: &DriverError,
    names: &Names,
    dialect: Dialect,
) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    let message = match dialect {
        Dialect::Sqlite => sqlite(&error.message),
        Dialect::Postgres => postgres(code, mutant.word, &error.message, names),
        Dialect::Mysql => mysql(code, mutant.word, error, names),
    };
    let mut words = message.unwrap_or_default().split(|it| !is_part(it));
    words.any(|word| word.to_lowercase() == mutant.misspelt.to_lowercase())
}

/// What is unknown to SQLite: before it may stand what the unknown was found in.
fn sqlite(message: &str) -> Option<&str> {
    const UNKNOWN: [&str; 7] = [
        "no such table: ",
        "no such column: ",
        "no such index: ",
        "no such view: ",
        "no such trigger: ",
        " has no column named ",
        "unknown column ",
    ];
    let tail = |mark: &&str| message.split_once(*mark).map(|(_, tail)| tail);
    UNKNOWN.iter().find_map(tail)
}

/// Words that are names elsewhere may be those of built-in types and functions, or of roles, here.
fn postgres<'m>(code: &str, word: &str, message: &'m str, names: &Names) -> Option<&'m str> {
    let kind = message.split(' ').next().unwrap_or_default();
    let is_meant = match (code, kind) {
        // An undefined object.
        ("42704", "type") => names.has_type(word),
        ("42704", kind) => {
            ["constraint", "extension", "index", "policy", "trigger"].contains(&kind)
        }
        // An undefined function.
        ("42883", "function" | "procedure" | "routine") => names.has_routine(word),
        // An undefined table, column or schema.
        ("42P01" | "42703" | "3F000", _) => true,
        _ => false,
    };
    is_meant.then_some(message)
}

fn mysql<'m>(code: &str, word: &str, error: &'m DriverError, names: &Names) -> Option<&'m str> {
    let is_meant = match code {
        // A foreign key: the message has the table that was to be created only.
        "1005" => {
            let detail = error.detail.as_deref()?;
            let (before, _) = detail.split_once(" not found in the data dictionary")?;
            return before.rsplit_once("Referenced table ").map(|it| it.1);
        }
        // No function or procedure.
        "1305" => names.has_routine(word),
        // No database, table, column, key, trigger or referenced table.
        "1049" | "1051" | "1054" | "1072" | "1091" | "1109" | "1146" | "1176" | "1360" | "1824" => {
            true
        }
        _ => false,
    };
    is_meant.then_some(&error.message)
}
