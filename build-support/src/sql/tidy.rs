//! Tokens with a space between them, as text for people.

use super::lex::lex;
use super::token::TokenKind;
use crate::dialect::Dialect;

/// Takes the spaces away that nobody would write: inside parentheses, before commas, around dots and
/// between the name of a function and its arguments, where MySQL does not accept one.
pub(crate) fn tidy(text: &str, dialect: Dialect) -> String {
    let lexed = lex(text, dialect);
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    let mut is_spaced = false;
    let mut is_name = false;
    for token in &lexed.tokens {
        let word = token.text(text);
        if token.kind == TokenKind::Space {
            is_spaced = true;
            continue;
        }
        let is_call = word == "(" && is_name;
        let is_literal = token.kind == TokenKind::String && is_prefix(before);
        let is_tight = matches!(before, "(" | "." | "[" | "")
            || matches!(word, ")" | "," | "." | "[" | "]" | ";")
            || before == ":"
            || word == ":"
            || is_call
            || is_literal;
        if is_spaced && !is_tight {
            out.push(' ');
        }
        out.push_str(word);
        is_name = match token.kind {
            TokenKind::Word => !is_operator(word),
            TokenKind::Quoted => true,
            _ => false,
        };
        before = word;
        is_spaced = false;
    }
    out
}

/// Whether a string after this word is one literal with it, such as `x'00'`.
fn is_prefix(word: &str) -> bool {
    ["b", "e", "n", "x"].contains(&word.to_ascii_lowercase().as_str())
}

/// Whether a parenthesis after this word begins no arguments.
fn is_operator(word: &str) -> bool {
    const OPERATORS: [&str; 24] = [
        "all", "and", "any", "as", "between", "by", "case", "else", "exists", "from", "having",
        "in", "is", "join", "like", "not", "on", "or", "over", "select", "then", "using", "when",
        "where",
    ];
    OPERATORS.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_where_people_write_them() {
        for (text, tidied) in [
            ("lower ( a . email ) , b", "lower(a.email), b"),
            ("a in ( 'x ( y' , 2 )", "a in ('x ( y', 2)"),
            ("'a' :: text [ ]", "'a'::text[]"),
            ("x '00' , b '1' , x", "x'00', b'1', x"),
            (
                "( a >= 0 ) and ( b - 1 ) <> - 1",
                "(a >= 0) and (b - 1) <> - 1",
            ),
        ] {
            assert_eq!(tidy(text, Dialect::Postgres), tidied);
        }
    }
}
