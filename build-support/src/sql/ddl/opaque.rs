//! What cannot be followed: which names it may have touched.

use std::collections::BTreeSet;

use super::assembled::{self, Code};
use super::program;
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

/// `DO`, or a block of MariaDB: what its statements may do.
pub(super) fn block(phrase: &Phrase<'_>, dialect: Dialect) -> Doubt {
    doubt_of_body(phrase.slice(&phrase.range()), dialect)
}

/// What a routine may do whose definition this is.
pub(crate) fn doubt_of_body(definition: &str, dialect: Dialect) -> Doubt {
    let lexed = lex(definition, dialect);
    let code = Code {
        text: definition,
        tokens: &lexed.code(),
    };
    if !is_readable_language(code) {
        return of_another_language(code);
    }
    let parameters = parameters(code);
    if dialect == Dialect::Mysql {
        return program::doubt_of(definition, &parameters, dialect);
    }
    let mut doubt = program::doubt_of(definition, &parameters, dialect);
    let strings = code.tokens.iter().filter(|it| it.kind == TokenKind::String);
    for string in strings {
        let body = assembled::value(string.text(definition));
        doubt.extend(&program::doubt_of(&body, &parameters, dialect));
    }
    doubt
}

/// Whether the body is written in SQL or in the server's own language.
pub(super) fn is_readable_language(code: Code<'_>) -> bool {
    let at = (0..code.len()).find(|at| code.is(*at, "LANGUAGE"));
    let name = at.map_or("", |at| code.word(at + 1));
    let name = name.trim_matches(['\'', '"']).to_lowercase();
    ["", "sql", "plpgsql"].contains(&&*name)
}

/// What a program mentions that cannot be read; anything when it runs what it puts together.
fn of_another_language(code: Code<'_>) -> Doubt {
    let mut doubt = Doubt::default();
    words(&mut doubt.names, code.written());
    doubt.is_everything = doubt.names.contains("execute");
    doubt
}

/// The names of the arguments in `CREATE FUNCTION f(a integer, OUT b text)`.
fn parameters(code: Code<'_>) -> Vec<String> {
    let Some(open) = (0..code.len()).find(|at| code.word(*at) == "(") else {
        return Vec::new();
    };
    let mut depth = 0_usize;
    let close = (open..code.len()).find(|at| {
        match code.word(*at) {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let list = code.part(open + 1, close.unwrap_or(open));
    let list = list.split(&[","]).into_iter();
    let names = list.map(|one| {
        let modes = ["IN", "OUT", "INOUT", "VARIADIC"];
        one.word(usize::from(one.is_any(0, &modes))).to_owned()
    });
    names.collect()
}

/// Which routines a statement calls, and what `SELECT ... INTO` makes.
pub(super) fn calls(phrase: &Phrase<'_>, dialect: Dialect) -> Doubt {
    let mut doubt = Doubt::default();
    // A function of MySQL changes no schema, other than a procedure.
    if dialect == Dialect::Mysql && !phrase.is(0, "CALL") {
        return doubt;
    }
    let code = Code {
        text: phrase.slice(&(0..phrase.range().end)),
        tokens: phrase.tokens(),
    };
    called(&mut doubt, code, &[]);
    if phrase.is(0, "CALL") && phrase.token(2) != "(" {
        insert(&mut doubt.calls, phrase.token(1));
    }
    if dialect == Dialect::Postgres && (phrase.is(0, "SELECT") || phrase.is(0, "WITH")) {
        doubt.names.extend(made_by_select(phrase));
    }
    doubt
}

/// PostgreSQL: the table that `SELECT ... INTO t` makes.
fn made_by_select(phrase: &Phrase<'_>) -> Option<String> {
    let mut tokens = 0..phrase.tokens().len();
    let is_insert = |at: usize| phrase.is(at, "INSERT") || phrase.is(at, "MERGE");
    let into = tokens.find(|at| {
        let is_other = at.checked_sub(1).is_none_or(is_insert);
        phrase.is(*at, "INTO") && !is_other && phrase.is_outside_brackets(*at)
    })?;
    let mut reader = Reader::at(phrase, into + 1);
    reader.eat_any(&["TEMPORARY", "TEMP", "UNLOGGED"]);
    reader.eat("TABLE");
    let table = reader.target(Dialect::Postgres)?;
    Some(table.name.key().to_lowercase())
}

/// Names before an opening bracket, with the schema before them, and the words in strings.
pub(super) fn called(doubt: &mut Doubt, code: Code<'_>, parameters: &[String]) {
    let key = |at: usize| {
        let name = Name::of(code.word(at), Dialect::Sqlite);
        name.key().to_lowercase()
    };
    for (index, token) in code.tokens.iter().enumerate() {
        if token.kind == TokenKind::String {
            let text = token.text(code.text);
            words(&mut doubt.arguments, text);
            if !text.contains(char::is_whitespace) {
                words(&mut doubt.asked, text);
            }
        }
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
        if !is_name || code.word(index + 1) != "(" {
            continue;
        }
        let is_qualified = index >= 2 && code.word(index - 1) == ".";
        let name = if is_qualified {
            format!("{}.{}", key(index - 2), key(index))
        } else {
            key(index)
        };
        if !has_plain_arguments(code, index + 2, parameters) {
            doubt.open_calls.insert(name.clone());
        }
        doubt.calls.insert(name);
    }
}

/// Whether a call gets constants only, and arguments of the routine around it.
fn has_plain_arguments(code: Code<'_>, start: usize, parameters: &[String]) -> bool {
    let end = (start..code.len()).find(|at| code.word(*at) == ")");
    (start..end.unwrap_or(start)).all(|at| {
        let word = code.word(at);
        let is_constant = code
            .tokens
            .get(at)
            .is_some_and(|token| matches!(token.kind, TokenKind::String | TokenKind::Number));
        let is_cast = [",", ":"].contains(&word) || at >= 1 && code.word(at - 1) == ":";
        let is_parameter = parameters.iter().any(|it| it.eq_ignore_ascii_case(word));
        is_constant || is_cast || is_parameter || code.is_any(at, &["NULL", "TRUE", "FALSE"])
    })
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

/// Whether a statement that runs a program or calls functions may set the search path.
pub(super) fn may_set_path(phrase: &Phrase<'_>) -> bool {
    let runs = [
        "DO", "CALL", "SELECT", "WITH", "VALUES", "UPDATE", "INSERT", "EXPLAIN",
    ];
    let text = || phrase.slice(&phrase.range()).to_lowercase();
    runs.iter().any(|verb| phrase.is(0, verb)) && text().contains("search_path")
}

fn search_path(phrase: &Phrase<'_>) -> Option<Change> {
    let is_schema = ["SET SCHEMA", "SET SESSION SCHEMA", "SET LOCAL SCHEMA"]
        .iter()
        .any(|it| phrase.begins(it));
    if !phrase.has("search_path") && !is_schema {
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
