//! What statements do to the session that runs them.

use super::kind::kind;
use super::split::Phrase;
use crate::dialect::Dialect;
use crate::recovery::SessionEffect;

/// Functions that change nothing, so that calling them is no reason to suspect the session.
const HARMLESS: [&str; 22] = [
    "abs", "avg", "cast", "coalesce", "concat", "count", "currval", "exists", "floor", "greatest",
    "in", "least", "length", "lower", "max", "min", "nextval", "now", "replace", "setval", "sum",
    "upper",
];

/// What a statement does to its session, in the dialect where it does most.
///
/// Temporary tables are left out on purpose: what later statements put into one would be lost all
/// the same, and a resumed migration that misses the table says so.
pub(crate) fn effect(phrase: &Phrase<'_>, dialects: &[Dialect]) -> SessionEffect {
    let is_mysql = dialects.contains(&Dialect::Mysql);
    match kind(phrase).as_str() {
        "SET" if sets_for_all(phrase) => SessionEffect::None,
        // MariaDB's `SET STATEMENT ... FOR` any statement.
        "SET" if phrase.is(1, "STATEMENT") => SessionEffect::Possible,
        // Elsewhere a lock ends with its transaction.
        "LOCK" if !is_mysql => SessionEffect::None,
        "PRAGMA" if phrase.has("foreign_key_check") => SessionEffect::None,
        "SET" | "RESET" | "USE" | "DISCARD" | "ATTACH" | "DETACH" | "LOCK" | "UNLOCK"
        | "PREPARE" | "DEALLOCATE" | "DROP PREPARE" | "LISTEN" | "PRAGMA" | "UNLISTEN" => {
            SessionEffect::Only
        }
        "DO" | "CALL" | "EXECUTE" | "BEGIN" | "LOAD" => SessionEffect::Possible,
        "SELECT" | "VALUES" | "HANDLER" if may_change(phrase) => SessionEffect::Possible,
        _ if phrase.has("set_config") || assigns_variable(phrase) => SessionEffect::Possible,
        _ => SessionEffect::None,
    }
}

/// Whether it sets something of the server or of an account.
fn sets_for_all(phrase: &Phrase<'_>) -> bool {
    ["GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD"]
        .iter()
        .any(|word| phrase.is(1, word))
        || phrase.begins("SET DEFAULT ROLE")
}

/// Whether it calls a function that nothing is known about, or keeps something in a variable.
fn may_change(phrase: &Phrase<'_>) -> bool {
    let calls = |index: usize| {
        let name = phrase.token(index);
        let is_name =
            name.starts_with(|first: char| first.is_alphabetic() || "_\"`".contains(first));
        is_name
            && phrase.token(index + 1) == "("
            && !HARMLESS.iter().any(|harmless| phrase.is(index, harmless))
    };
    phrase.has("INTO") || (0..phrase.tokens().len()).any(calls)
}

/// MySQL's `@variable := value`.
fn assigns_variable(phrase: &Phrase<'_>) -> bool {
    (0..phrase.tokens().len())
        .any(|index| phrase.token(index) == ":" && phrase.token(index + 1) == "=")
}
