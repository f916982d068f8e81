//! What a routine does, apart from how it is laid out.

use super::assembled::{self, Code};
use super::opaque::is_readable_language;
use crate::catalog::Name;
use crate::dialect::Dialect;
use crate::sql::lex::lex;
use crate::sql::token::{Token, TokenKind};

/// The words of a routine's program, without comments; none where the program cannot be found.
pub(crate) fn program_of_routine(definition: &str, dialect: Dialect) -> Option<Vec<String>> {
    let lexed = lex(definition, dialect);
    let tokens = lexed.code();
    let code = Code {
        text: definition,
        tokens: &tokens,
    };
    if dialect != Dialect::Postgres {
        return Some(words(definition, dialect));
    }
    let after_as = (0..code.len()).find(|at| {
        let next = tokens.get(at + 1).map(|token| token.kind);
        code.is(*at, "AS") && next == Some(TokenKind::String)
    })?;
    let string = code.word(after_as + 1);
    // What its escapes mean is not looked at.
    if !string.starts_with(['$', '\'']) {
        return None;
    }
    let body = assembled::value(string);
    Some(if is_readable_language(code) {
        words(&body, dialect)
    } else {
        body.split_whitespace().map(str::to_owned).collect()
    })
}

fn words(text: &str, dialect: Dialect) -> Vec<String> {
    let code = lex(text, dialect).code();
    let word = |token: &Token| match token.kind {
        TokenKind::Word | TokenKind::Quoted => Name::of(token.text(text), dialect).key().to_owned(),
        _ => token.text(text).to_owned(),
    };
    let mut words: Vec<String> = code.iter().map(word).collect();
    while words.last().is_some_and(|word| word == ";") {
        words.pop();
    }
    words
}
