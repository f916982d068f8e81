//! Names that a file creates where all sets of a database share them, read from its tokens.

use std::ops::Range;

use super::Masked;
use crate::dialect::Dialect;
use crate::placeholder::Created;
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// What stands between `CREATE` and what is created.
const BETWEEN: [&str; 12] = [
    "UNIQUE",
    "UNLOGGED",
    "MATERIALIZED",
    "RECURSIVE",
    "VIRTUAL",
    "FULLTEXT",
    "SPATIAL",
    "CONSTRAINT",
    "FOREIGN",
    "SQL",
    "AGGREGATE",
    "CONCURRENTLY",
];

/// The names that the statements create; those that the file removes or gives another name later are
/// for itself alone.
pub(super) fn created(
    masked: &Masked<'_>,
    phrases: &[Phrase<'_>],
    dialects: &[Dialect],
) -> Vec<Created> {
    let mut created = Vec::new();
    for (index, phrase) in phrases.iter().enumerate() {
        let later = phrases.get(index + 1..).unwrap_or_default();
        let found = object(masked, phrase, dialects).into_iter();
        let found = found.chain(constraints(masked, phrase, dialects));
        created.extend(found.filter(|it| !is_temporary(phrase, &it.range, later)));
    }
    created
}

/// What a `CREATE` is for, if all of a database share its name in one of the dialects.
fn object(masked: &Masked<'_>, phrase: &Phrase<'_>, dialects: &[Dialect]) -> Option<Created> {
    let is = |dialect| dialects.contains(&dialect);
    if !phrase.is(0, "CREATE") {
        return None;
    }
    let mut at = 1;
    // What may replace another is meant to be shared.
    let mut is_shared = false;
    if phrase.begins_at(at, "OR REPLACE") {
        is_shared = true;
        at += 2;
    }
    while BETWEEN.iter().any(|word| phrase.is(at, word)) {
        at += 1;
    }
    let what = match () {
        () if phrase.is(at, "TABLE") => "table",
        () if phrase.is(at, "VIEW") => "view",
        () if phrase.is(at, "INDEX") && (is(Dialect::Postgres) || is(Dialect::Sqlite)) => "index",
        () if phrase.is(at, "TRIGGER") && (is(Dialect::Mysql) || is(Dialect::Sqlite)) => "trigger",
        () if phrase.is(at, "TYPE") => "type",
        () if phrase.is(at, "DOMAIN") => "domain",
        () if phrase.is(at, "SEQUENCE") => "sequence",
        () if phrase.is(at, "FUNCTION") => "function",
        () if phrase.is(at, "PROCEDURE") => "procedure",
        () => return None,
    };
    at += 1;
    if phrase.is(at, "CONCURRENTLY") {
        at += 1;
    }
    if phrase.begins_at(at, "IF NOT EXISTS") {
        is_shared = true;
        at += 3;
    }
    // An index without a name is given one by the server.
    if phrase.is(at, "ON") {
        return None;
    }
    named(masked, phrase, at, what, is_shared)
}

/// The name, behind that of its schema if there is one.
fn named(
    masked: &Masked<'_>,
    phrase: &Phrase<'_>,
    mut at: usize,
    what: &'static str,
    is_shared: bool,
) -> Option<Created> {
    let mut is_apart = is_shared;
    while phrase.is(at + 1, ".") {
        let schema = range(phrase, at)?;
        is_apart |= !masked.within(&schema).is_empty() || masked.is_wrong_within(&schema);
        at += 2;
    }
    let range = range(phrase, at)?;
    is_apart |= masked.is_wrong_within(&range);
    Some(Created {
        parts: masked.within(&range),
        range,
        what,
        is_apart,
    })
}

/// Constraints that all tables of a database share the names of: those that make an index on
/// `PostgreSQL`, foreign keys and checks on MySQL.
fn constraints(masked: &Masked<'_>, phrase: &Phrase<'_>, dialects: &[Dialect]) -> Vec<Created> {
    let is_table = phrase.is(0, "CREATE") || phrase.begins("ALTER TABLE");
    let mut created = Vec::new();
    for at in 1..phrase.tokens().len() {
        if !is_table || !phrase.is(at, "CONSTRAINT") {
            continue;
        }
        let kind = at + 2;
        let makes_index = ["UNIQUE", "PRIMARY KEY", "EXCLUDE"];
        let is_shared = |dialect: &Dialect| match dialect {
            Dialect::Postgres => makes_index.iter().any(|it| phrase.begins_at(kind, it)),
            Dialect::Mysql => phrase.begins_at(kind, "FOREIGN KEY") || phrase.is(kind, "CHECK"),
            Dialect::Sqlite => false,
        };
        if dialects.iter().any(is_shared) {
            created.extend(named(masked, phrase, at + 1, "constraint", false));
        }
    }
    created
}

/// Whether a later statement of the file drops or renames what has this name.
fn is_temporary(phrase: &Phrase<'_>, name: &Range<usize>, later: &[Phrase<'_>]) -> bool {
    let name = plain(phrase.slice(name));
    later.iter().any(|later| {
        let ends = later.is(0, "DROP") || later.is(0, "RENAME") || later.begins("ALTER TABLE");
        let is_alter = later.is(0, "ALTER");
        let mut tokens = 0..later.tokens().len();
        ends && tokens.any(|at| {
            plain(later.token(at)).eq_ignore_ascii_case(name)
                && (!is_alter || later.is(at + 1, "RENAME"))
        })
    })
}

fn plain(name: &str) -> &str {
    name.trim_matches(['"', '`', '[', ']'])
}

fn range(phrase: &Phrase<'_>, at: usize) -> Option<Range<usize>> {
    let token = phrase.tokens().get(at)?;
    let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
    is_name.then_some(token.start..token.end)
}
