//! Which statements a transaction cannot hold.

use crate::dialect::Dialect;
use crate::script::InTransaction;
use crate::sql::kind::{is_temporary, kind};
use crate::sql::split::Phrase;

/// What a statement does inside a transaction of a dialect.
pub(crate) fn in_transaction(phrase: &Phrase<'_>, dialect: Dialect) -> InTransaction {
    let refused = match dialect {
        Dialect::Sqlite if sets_pragma(phrase, &["foreign_keys"]) => {
            return InTransaction::TakenOver;
        }
        Dialect::Sqlite => is_refused_by_sqlite(phrase),
        Dialect::Postgres => is_refused_by_postgres(phrase),
        Dialect::Mysql => commits_in_mysql(phrase),
    };
    if refused {
        InTransaction::Refused
    } else {
        InTransaction::Runs
    }
}

fn is_refused_by_sqlite(phrase: &Phrase<'_>) -> bool {
    // The first two fail inside a transaction, the others are ignored there without a word.
    const SETTINGS: [&str; 4] = ["journal_mode", "synchronous", "page_size", "auto_vacuum"];
    ["VACUUM", "ATTACH", "DETACH"]
        .iter()
        .any(|verb| phrase.is(0, verb))
        || sets_pragma(phrase, &SETTINGS)
        || (phrase.is(0, "PRAGMA") && phrase.has("wal_checkpoint"))
}

/// Whether it is `PRAGMA [schema.]name = value` or `PRAGMA [schema.]name(value)`.
fn sets_pragma(phrase: &Phrase<'_>, names: &[&str]) -> bool {
    let at = if phrase.token(2) == "." { 3 } else { 1 };
    phrase.is(0, "PRAGMA")
        && names.iter().any(|name| phrase.is(at, name))
        && matches!(phrase.token(at + 1), "=" | "(")
}

fn is_refused_by_postgres(phrase: &Phrase<'_>) -> bool {
    match kind(phrase).as_str() {
        // `DROP SUBSCRIPTION` only when there is a slot, as there is by default.
        "DROP SUBSCRIPTION" | "VACUUM" | "CREATE DATABASE" | "DROP DATABASE"
        | "CREATE TABLESPACE" | "DROP TABLESPACE" | "ALTER SYSTEM" => true,

        "CREATE INDEX" | "DROP INDEX" => phrase.has("CONCURRENTLY"),
        "REINDEX" => {
            let whole = ["SCHEMA", "DATABASE", "SYSTEM", "CONCURRENTLY"];
            whole.iter().any(|word| phrase.has(word))
        }
        "CLUSTER" => is_cluster_of_all(phrase),
        "ALTER DATABASE" => phrase.begins_at(3, "SET TABLESPACE"),
        "ALTER TABLE" => phrase.has("DETACH") && phrase.has("CONCURRENTLY"),
        "CREATE SUBSCRIPTION" => {
            !is_option_off(phrase, "create_slot") && !is_option_off(phrase, "connect")
        }
        "ALTER SUBSCRIPTION" => {
            phrase.has("REFRESH")
                || (phrase.has("PUBLICATION") && !is_option_off(phrase, "refresh"))
        }
        "DISCARD" => phrase.is(1, "ALL"),
        _ => false,
    }
}

/// `CLUSTER`, `CLUSTER VERBOSE` and `CLUSTER (...)` name no table.
fn is_cluster_of_all(phrase: &Phrase<'_>) -> bool {
    let last = phrase.token(phrase.tokens().len().saturating_sub(1));
    phrase.tokens().len() == 1
        || (phrase.tokens().len() == 2 && phrase.is(1, "VERBOSE"))
        || (phrase.token(1) == "(" && last == ")")
}

/// Whether `WITH (option = false)` is there, in any spelling of false.
fn is_option_off(phrase: &Phrase<'_>, option: &str) -> bool {
    (0..phrase.tokens().len()).any(|index| {
        let value = phrase.token(index + 2).trim_matches('\'');
        phrase.is(index, option)
            && phrase.token(index + 1) == "="
            && ["false", "off", "0", "no"]
                .iter()
                .any(|off| value.eq_ignore_ascii_case(off))
    })
}

/// The statements that cause an implicit commit, by the manual's list, and those that may hold one.
fn commits_in_mysql(phrase: &Phrase<'_>) -> bool {
    match kind(phrase).as_str() {
        "CREATE TABLE" | "DROP TABLE" => !is_temporary(phrase),
        // What the first two run is not known here, and is often what a migration is for.
        "CALL" | "EXECUTE" | "ANALYZE" | "CACHE" | "CHECK" | "FLUSH" | "GRANT" | "INSTALL"
        | "OPTIMIZE" | "RENAME" | "REPAIR" | "RESET" | "REVOKE" | "TRUNCATE" | "UNINSTALL"
        | "LOCK" | "UNLOCK" | "CHANGE" | "STOP" => true,
        // MariaDB's compound statements, which may hold any other.
        "BEGIN" | "CASE" | "FOR" | "IF" | "LOOP" | "REPEAT" | "WHILE" => phrase.has_body(),
        "LOAD" => phrase.is(1, "INDEX"),
        "SET" => sets_and_commits(phrase),
        "DROP PREPARE" => false,
        other => ["CREATE ", "ALTER ", "DROP "]
            .iter()
            .any(|verb| other.starts_with(verb)),
    }
}

/// `SET PASSWORD`, `SET DEFAULT ROLE` and MariaDB's `SET STATEMENT ... FOR` what commits.
fn sets_and_commits(phrase: &Phrase<'_>) -> bool {
    const PLAIN: [&str; 8] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES", "DO",
    ];
    let is_plain = |at| PLAIN.iter().any(|verb| phrase.is(at, verb));
    let statement = (2..phrase.tokens().len()).find(|index| phrase.is(*index, "FOR"));
    phrase.is(1, "PASSWORD")
        || phrase.begins("SET DEFAULT ROLE")
        || (phrase.is(1, "STATEMENT") && statement.is_some_and(|index| !is_plain(index + 1)))
}
