//! What cannot be followed: which names it may have touched.

use std::collections::BTreeSet;

use crate::catalog::Name;
use crate::change::{Change, Doubt};
use crate::dialect::Dialect;
use crate::sql::lex::lex;
use crate::sql::reader::Reader;
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// Every name that stands in a statement, in its strings as well.
pub(super) fn mentioned(phrase: &Phrase<'_>) -> Doubt {
    let mut doubt = Doubt::default();
    let tokens = phrase.tokens().iter().enumerate();
    for (index, token) in tokens {
        match token.kind {
            TokenKind::Word | TokenKind::Quoted => insert(&mut doubt.names, phrase.token(index)),
            TokenKind::String => words(&mut doubt.names, phrase.token(index)),
            _ => {}
        }
    }
    doubt
}

/// A block of statements: what it mentions; anything when it builds statements from variables.
pub(super) fn body(phrase: &Phrase<'_>, dialect: Dialect) -> Doubt {
    let mut doubt = mentioned(phrase);
    for (index, token) in phrase.tokens().iter().enumerate() {
        if token.kind == TokenKind::String {
            let body = phrase.token(index);
            doubt.is_everything |= is_dynamic(body, dialect);
            called(&mut doubt.calls, body, dialect);
        }
    }
    doubt.calls.extend(calls(phrase).calls);
    doubt
}

/// What a routine may do whose definition is this text.
pub(crate) fn doubt_of_body(definition: &str, dialect: Dialect) -> Doubt {
    let lexed = lex(definition, dialect);
    let mut doubt = Doubt::default();
    for token in &lexed.tokens {
        let text = token.text(definition);
        match token.kind {
            TokenKind::String => words(&mut doubt.names, text),
            TokenKind::Word | TokenKind::Quoted => insert(&mut doubt.names, text),
            _ => {}
        }
    }
    for body in bodies(definition, dialect) {
        doubt.is_everything |= is_dynamic(body, dialect);
        called(&mut doubt.calls, body, dialect);
    }
    doubt
}

/// The statements of a routine: strings in PostgreSQL, MySQL has them as they are.
fn bodies(definition: &str, dialect: Dialect) -> Vec<&str> {
    if dialect == Dialect::Mysql {
        return vec![definition];
    }
    let lexed = lex(definition, dialect);
    let strings = lexed
        .tokens
        .iter()
        .filter(|it| it.kind == TokenKind::String);
    strings.map(|it| inside(it.text(definition))).collect()
}

/// Which routines a statement calls.
pub(super) fn calls(phrase: &Phrase<'_>) -> Doubt {
    let mut doubt = Doubt::default();
    for index in 0..phrase.tokens().len() {
        if phrase.token(index + 1) == "(" {
            insert(&mut doubt.calls, phrase.token(index));
        }
        if phrase
            .tokens()
            .get(index)
            .is_some_and(|it| it.kind == TokenKind::String)
        {
            words(&mut doubt.arguments, phrase.token(index));
        }
    }
    // `SELECT ... INTO t` makes a table; whatever is mentioned may be it.
    if phrase.has("INTO") {
        doubt.names = mentioned(phrase).names;
    }
    doubt
}

/// What endangers names of tables and columns.
const HARMFUL: [&str; 16] = [
    "CREATE TABLE",
    "ALTER TABLE",
    "DROP TABLE",
    "RENAME",
    "CREATE INDEX",
    "CREATE UNIQUE",
    "DROP INDEX",
    "CREATE VIEW",
    "DROP VIEW",
    "CREATE TYPE",
    "ALTER TYPE",
    "DROP TYPE",
    "CREATE SCHEMA",
    "DROP SCHEMA",
    "ALTER INDEX",
    "MATERIALIZED VIEW",
];

/// What a body has that looks for names.
const SEEKING: [&str; 4] = ["LOOP", "SELECT", "INFORMATION_SCHEMA", "PG_"];

/// Whether a body runs statements whose text is not in it.
///
/// The names in a literal count as mentioned; a placeholder in a literal can be any name.
pub(crate) fn is_dynamic(body: &str, dialect: Dialect) -> bool {
    let inner = inside(body);
    let upper = inner.to_ascii_uppercase();
    let lexed = lex(inner, dialect);
    let runs = lexed.tokens.iter().any(|token| {
        let text = token.text(inner);
        token.kind == TokenKind::Word
            && (text.eq_ignore_ascii_case("execute") || text.eq_ignore_ascii_case("prepare"))
    });
    if !runs {
        return false;
    }
    // Only triggers and the like are made: no name of a table or column is in danger.
    let makes_triggers =
        upper.contains("TRIGGER") || upper.contains("SET ") || upper.contains("GRANT");
    let is_harmful = !makes_triggers || HARMFUL.iter().any(|words| upper.contains(words));
    // What it makes is named by the body or by its arguments, unless it looks for names itself.
    is_harmful && SEEKING.iter().any(|word| upper.contains(word))
}

/// Whether the body of a routine changes no table, view, index or type: at the most it makes triggers,
/// or something that is not modelled, by statements that can be read.
pub(crate) fn is_harmless_body(definition: &str, dialect: Dialect) -> bool {
    bodies(definition, dialect).iter().all(|inner| {
        let upper = inner.to_ascii_uppercase();
        let verbs = ["CREATE", "ALTER", "DROP"];
        let has_verb = verbs.iter().any(|verb| upper.contains(verb));
        let is_open = verbs
            .iter()
            .any(|verb| upper.contains(&format!("{verb} %")));
        let is_harmful = HARMFUL.iter().any(|words| upper.contains(words))
            || is_open
            || has_verb && !upper.contains("TRIGGER");
        !is_harmful && runs_what_it_shows(inner, dialect)
    })
}

/// Whether each `EXECUTE` of a body has its statement beside it.
fn runs_what_it_shows(body: &str, dialect: Dialect) -> bool {
    let lexed = lex(body, dialect);
    let code: Vec<_> = lexed.tokens.iter().filter(|it| it.kind.is_code()).collect();
    let text = |index: usize| code.get(index).map_or("", |token| token.text(body));
    let is_run = |index: &usize| {
        let next = text(index + 1);
        let is_clause =
            next.eq_ignore_ascii_case("function") || next.eq_ignore_ascii_case("procedure");
        text(*index).eq_ignore_ascii_case("execute") && !is_clause
    };
    (0..code.len()).filter(is_run).all(|index| {
        let is_string = |at: usize| {
            let is_literal = code.get(at).is_some_and(|it| it.kind == TokenKind::String);
            let first = text(at).trim_matches('\'').trim_start().chars().next();
            is_literal && first.is_some_and(char::is_alphabetic)
        };
        let is_format = text(index + 1).eq_ignore_ascii_case("format") && text(index + 2) == "(";
        is_string(index + 1) || is_format && is_string(index + 3)
    })
}

fn called(calls: &mut BTreeSet<String>, body: &str, dialect: Dialect) {
    let inner = inside(body);
    let lexed = lex(inner, dialect);
    let code: Vec<_> = lexed.tokens.iter().filter(|it| it.kind.is_code()).collect();
    for pair in code.windows(2) {
        if let [name, bracket] = pair
            && bracket.text(inner) == "("
            && matches!(name.kind, TokenKind::Word | TokenKind::Quoted)
        {
            insert(calls, name.text(inner));
        }
    }
}

/// A string without its quotes.
fn inside(string: &str) -> &str {
    match string
        .strip_prefix('$')
        .and_then(|rest| rest.split_once('$'))
    {
        Some((tag, body)) => body.strip_suffix(&format!("${tag}$")).unwrap_or(body),
        None => string.trim_matches(['\'', '"']),
    }
}

fn words(names: &mut BTreeSet<String>, text: &str) {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    for word in text
        .split(|letter| !is_part(letter))
        .filter(|it| !it.is_empty())
    {
        names.insert(word.to_lowercase());
    }
}

fn insert(names: &mut BTreeSet<String>, token: &str) {
    let name = Name::of(token, Dialect::Sqlite);
    names.insert(name.key().to_owned());
}

/// `SET search_path`, `USE`, `PRAGMA foreign_keys`.
pub(super) fn setting(phrase: &Phrase<'_>, dialect: Dialect) -> Vec<Change> {
    match dialect {
        Dialect::Postgres => search_path(phrase).into_iter().collect(),
        Dialect::Mysql if phrase.is(0, "USE") => vec![Change::SearchPath(None)],
        Dialect::Mysql => mysql_keys(phrase).into_iter().collect(),
        Dialect::Sqlite => foreign_keys(phrase).into_iter().collect(),
    }
}

fn search_path(phrase: &Phrase<'_>) -> Option<Change> {
    if !phrase.has("search_path") && !phrase.begins("SET SCHEMA") {
        return None;
    }
    let mut reader = Reader::at(phrase, 1);
    reader.eat_any(&["SESSION", "LOCAL"]);
    if phrase.is(0, "RESET") || !reader.eat("search_path") {
        return Some(Change::SearchPath(None));
    }
    reader.eat_any(&["TO", "="]);
    let mut names = Vec::new();
    loop {
        let name = match reader.string() {
            Some(text) => Name::exact(text),
            None => match reader.mention(Dialect::Postgres) {
                Some(mention) => mention.name,
                None => return Some(Change::SearchPath(None)),
            },
        };
        names.push(name);
        if !reader.eat(",") {
            break;
        }
    }
    let is_default = names.iter().any(|name| name.as_str() == "default");
    Some(Change::SearchPath((!is_default).then_some(names)))
}

/// MySQL's `SET FOREIGN_KEY_CHECKS = 0`; whatever else it says leaves them alone.
fn mysql_keys(phrase: &Phrase<'_>) -> Option<Change> {
    let end = phrase.tokens().len();
    let at = (0..end).find(|at| phrase.is(*at, "FOREIGN_KEY_CHECKS"))?;
    let value = (at + 1..end)
        .map(|at| phrase.token(at))
        .find(|it| !["=", ":"].contains(it))?;
    let is_on = ["1", "on", "true"].contains(&value.to_ascii_lowercase().as_str());
    Some(Change::Enforce(is_on))
}

fn foreign_keys(phrase: &Phrase<'_>) -> Option<Change> {
    if !phrase.begins("PRAGMA foreign_keys") {
        return None;
    }
    let value = phrase.token(phrase.tokens().len().saturating_sub(1));
    let value = if value == ")" { phrase.token(3) } else { value };
    let value = value.trim_matches(['\'', '"']).to_ascii_lowercase();
    match value.as_str() {
        "on" | "1" | "true" | "yes" => Some(Change::Enforce(true)),
        "off" | "0" | "false" | "no" => Some(Change::Enforce(false)),
        _ => None,
    }
}
