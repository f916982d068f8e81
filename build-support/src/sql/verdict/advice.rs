//! What a syntax error most likely is, for the help under it.

use crate::dialect::Dialect;
use crate::nearest::nearest;
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// Keywords that begin a statement.
pub(crate) const VERBS: [&str; 12] = [
    "CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "SELECT", "PRAGMA", "GRANT", "REVOKE",
    "TRUNCATE", "COMMENT",
];

/// Keywords that people mistype.
const KEYWORDS: [&str; 62] = [
    "CREATE",
    "ALTER",
    "DROP",
    "INSERT",
    "UPDATE",
    "DELETE",
    "SELECT",
    "PRAGMA",
    "GRANT",
    "REVOKE",
    "TRUNCATE",
    "COMMENT",
    "TABLE",
    "INDEX",
    "UNIQUE",
    "VIEW",
    "TRIGGER",
    "FUNCTION",
    "PROCEDURE",
    "SCHEMA",
    "SEQUENCE",
    "EXTENSION",
    "DATABASE",
    "COLUMN",
    "CONSTRAINT",
    "PRIMARY",
    "FOREIGN",
    "KEY",
    "REFERENCES",
    "CHECK",
    "DEFAULT",
    "NULL",
    "EXISTS",
    "CASCADE",
    "RESTRICT",
    "RENAME",
    "MODIFY",
    "CHANGE",
    "ADD",
    "SET",
    "FROM",
    "INTO",
    "VALUES",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "UNION",
    "JOIN",
    "LEFT",
    "INNER",
    "USING",
    "RETURNING",
    "CONFLICT",
    "BEGIN",
    "TEMPORARY",
    "VIRTUAL",
    "MATERIALIZED",
    "COLLATE",
    "GENERATED",
    "TYPE",
];

/// Words near a keyword that are right where they stand.
const TYPES: [&str; 14] = [
    "INT", "INTEGER", "TEXT", "DATE", "TIME", "CHAR", "REAL", "BLOB", "JSON", "BOOL", "UUID",
    "BYTEA", "BIGINT", "SERIAL",
];

/// Words that belong to one dialect, and what the others write.
const FOREIGN: [(&str, Dialect, &str); 9] = [
    (
        "AUTO_INCREMENT",
        Dialect::Sqlite,
        "SQLite spells it `AUTOINCREMENT`, after `INTEGER PRIMARY KEY`",
    ),
    (
        "AUTO_INCREMENT",
        Dialect::Postgres,
        "this looks like MySQL; PostgreSQL writes `GENERATED ALWAYS AS IDENTITY`",
    ),
    (
        "AUTOINCREMENT",
        Dialect::Postgres,
        "this looks like SQLite; PostgreSQL writes `GENERATED ALWAYS AS IDENTITY`",
    ),
    (
        "AUTOINCREMENT",
        Dialect::Mysql,
        "MySQL spells it `AUTO_INCREMENT`",
    ),
    (
        "ENGINE",
        Dialect::Sqlite,
        "this looks like MySQL; SQLite has no storage engines",
    ),
    (
        "ENGINE",
        Dialect::Postgres,
        "this looks like MySQL; PostgreSQL has no storage engines",
    ),
    (
        "UNSIGNED",
        Dialect::Postgres,
        "this looks like MySQL; PostgreSQL has no unsigned integers, a `CHECK` can do it",
    ),
    (
        "PRAGMA",
        Dialect::Postgres,
        "this looks like SQLite; PostgreSQL has `SET`",
    ),
    (
        "PRAGMA",
        Dialect::Mysql,
        "this looks like SQLite; MySQL has `SET`",
    ),
];

/// What to do about an error at a token; no index means at the end.
pub(crate) fn advise(
    phrase: &Phrase<'_>,
    index: Option<usize>,
    dialect: Dialect,
) -> Option<String> {
    let at = index.unwrap_or_else(|| phrase.tokens().len());
    let at_end = || {
        if index.is_none() {
            left_open(phrase, dialect)
        } else {
            None
        }
    };
    invisible(phrase, at)
        .or_else(at_end)
        .or_else(|| trailing_comma(phrase, at))
        .or_else(|| missing_semicolon(phrase, at))
        .or_else(|| foreign_word(phrase, at, dialect))
        .or_else(|| misspelt(phrase, at))
        .or_else(|| other_dialect(phrase, dialect))
}

fn invisible(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let mut letters = phrase.token(at).chars();
    let odd = letters.find(|letter| {
        matches!(u32::from(*letter), 0xa0 | 0x2000..=0x200f | 0x2028..=0x202f | 0x3000 | 0xfeff)
    })?;
    let code = u32::from(odd);
    Some(format!(
        "an invisible character U+{code:04X} stands here; type a plain space instead"
    ))
}

/// What the end of the statement leaves open.
fn left_open(phrase: &Phrase<'_>, dialect: Dialect) -> Option<String> {
    if !phrase.is_outside_brackets(phrase.tokens().len()) {
        return Some("a `)` is missing".to_owned());
    }
    let is_trigger = dialect == Dialect::Sqlite && phrase.has_body();
    is_trigger.then(|| "the body of a trigger ends with `END;`".to_owned())
}

fn trailing_comma(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let before = at.checked_sub(1).map_or("", |before| phrase.token(before));
    let is_trailing = |comma: &str, closing: &str| comma == "," && closing == ")";
    let found = is_trailing(before, phrase.token(at))
        || is_trailing(phrase.token(at), phrase.token(at + 1));
    found.then(|| "remove the `,` before `)`".to_owned())
}

/// A line that begins like another statement: at the error, or before it where it is certain.
fn missing_semicolon(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    if phrase.has_body() {
        return None;
    }
    let begins = |index: &usize| phrase.starts_line(*index) && phrase.is_outside_brackets(*index);
    let verb_at = |index: usize| VERBS.iter().find(|verb| phrase.is(index, verb));
    let at_error = verb_at(at).filter(|_| at > 0 && begins(&at));
    let is_certain = |index: &usize| {
        let unmistakable = ["ALTER TABLE", "DROP TABLE", "INSERT INTO", "CREATE"];
        let mut unmistakable = unmistakable.iter();
        // Words first: the rest looks back over the text.
        unmistakable.any(|words| phrase.begins_at(*index, words)) && begins(index)
    };
    let verb = at_error.or_else(|| (1..at).rev().find(is_certain).and_then(verb_at))?;
    Some(format!("is a `;` missing before `{verb}`?"))
}

fn foreign_word(phrase: &Phrase<'_>, at: usize, dialect: Dialect) -> Option<String> {
    let near = at.saturating_sub(1)..=at;
    let mut words = FOREIGN.iter().filter(|(_, of, _)| *of == dialect);
    words
        .find(|(word, _, _)| near.clone().any(|index| phrase.is(index, word)))
        .map(|(_, _, advice)| (*advice).to_owned())
}

/// The word at the error, or just before it, taken for a keyword.
fn misspelt(phrase: &Phrase<'_>, at: usize) -> Option<String> {
    let follows_verb = |index: &usize| {
        let before = index.checked_sub(1);
        before.is_some_and(|before| {
            ["ADD", "DROP", "ALTER"]
                .iter()
                .any(|verb| phrase.is(before, verb))
        })
    };
    let near = [
        Some(at),
        at.checked_sub(1),
        at.checked_sub(2).filter(follows_verb),
    ];
    near.into_iter().flatten().find_map(|index| {
        let token = phrase.tokens().get(index)?;
        let word = phrase.token(index);
        let mut right = KEYWORDS.iter().chain(&TYPES);
        if token.kind != TokenKind::Word || right.any(|keyword| phrase.is(index, keyword)) {
            return None;
        }
        let meant = nearest(&word.to_uppercase(), KEYWORDS)?;
        Some(format!("did you mean `{meant}` instead of `{word}`?"))
    })
}

fn other_dialect(phrase: &Phrase<'_>, dialect: Dialect) -> Option<String> {
    let code = phrase.code();
    let mut others = Dialect::enabled();
    others.retain(|other| *other != dialect);
    // What is read for MySQL accepts some of what is PostgreSQL's alone.
    others.sort_by_key(|other| *other != Dialect::Postgres);
    let mut others = others.into_iter();
    let valid = others.find(|other| super::is_plainly_valid(&code, *other))?;
    Some(format!(
        "this looks like {}, but the dialect here is {}",
        valid.title(),
        dialect.title()
    ))
}
