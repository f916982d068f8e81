//! The tokens of an expression.

use crate::dialect::Dialect;
use crate::literal;

/// The tokens of a text that has a space between them, names without their quotes.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            'e' | 'E' if dialect == Dialect::Postgres && rest.get(1..2) == Some("'") => {
                1 + quoted(rest.get(1..).unwrap_or_default(), '\'', true)
            }
            '\'' => quoted(rest, first, dialect == Dialect::Mysql),
            '"' | '`' => quoted(rest, first, false),
            '(' | ')' | '[' | ']' | ',' => first.len_utf8(),
            _ => rest
                .find([' ', '(', ')', '[', ']', ',', '\'', '`'])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end.max(first.len_utf8()));
        tokens.push(token_of(token, dialect));
        rest = after.trim_start();
    }
    tokens
}

/// Where a quoted token ends.
pub(super) fn quoted(text: &str, quote: char, has_escapes: bool) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if has_escapes && letter == '\\' {
            letters.next();
        } else if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

fn token_of(token: &str, dialect: Dialect) -> String {
    let inner = |quote: char| token.strip_prefix(quote)?.strip_suffix(quote);
    if token.ends_with('\'')
        && let Some(text) = literal::content(token, dialect)
    {
        return string(text.strip_prefix("public.").unwrap_or(&text));
    }
    match inner('"').or_else(|| inner('`')) {
        Some(name) if dialect == Dialect::Postgres => name.to_owned(),
        Some(name) => name.to_lowercase(),
        None => token.to_lowercase(),
    }
}

/// A string; a number is a number, however it is written.
pub(super) fn string(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok()
        && text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if is_number {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
