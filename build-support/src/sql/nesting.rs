//! How deep a statement nests: the grammars recurse, and a compiler must not overflow its stack.

use super::lex::{Token, TokenKind, lex};
use super::split::Phrase;
use crate::dialect::Dialect;

/// How many brackets and `CASE` may be open at once.
const BRACKETS: usize = 100;
/// How many tokens may follow one another without a comma, counted over all open brackets: chains
/// of operators, casts, joins and unions become trees as deep as they are long.
const CHAIN: usize = 3_000;

/// The first token that is nested too deep for the grammars.
pub(crate) fn too_deep(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Token> {
    let mut depth = Depth::default();
    let found = (0..phrase.tokens().len())
        .filter(|index| depth.exceeds_after(phrase.token(*index)))
        .find_map(|index| phrase.tokens().get(index).copied());
    found.or_else(|| too_deep_body(phrase, dialect))
}

/// PostgreSQL's grammar also reads the bodies of functions, which are strings.
fn too_deep_body(phrase: &Phrase<'_>, dialect: Dialect) -> Option<Token> {
    if dialect != Dialect::Postgres || !phrase.is(0, "CREATE") {
        return None;
    }
    let mut strings = phrase.tokens().iter().enumerate();
    strings
        .find(|(index, token)| {
            let body = phrase.token(*index);
            token.kind == TokenKind::String && is_too_deep_text(body, dialect)
        })
        .map(|(_, token)| *token)
}

fn is_too_deep_text(string: &str, dialect: Dialect) -> bool {
    let body = match string.strip_prefix('$') {
        Some(tagged) => tagged.split_once('$').map_or("", |(_, body)| body),
        None => string.trim_matches(['\'', 'e', 'E']),
    };
    let mut depth = Depth::default();
    let tokens = lex(body, dialect).tokens;
    let mut code = tokens.iter().filter(|token| token.kind.is_code());
    code.any(|token| depth.exceeds_after(token.text(body)))
}

#[derive(Default)]
struct Depth {
    /// Tokens since the last comma, for each open bracket.
    open: Vec<usize>,
    chain: usize,
    total: usize,
}

impl Depth {
    fn exceeds_after(&mut self, token: &str) -> bool {
        match token {
            "(" | "[" | "{" => self.enter(),
            ")" | "]" | "}" => self.leave(),
            "," | ";" => self.restart(),
            _ if token.eq_ignore_ascii_case("case") => self.enter(),
            _ if token.eq_ignore_ascii_case("end") => self.leave(),
            _ => {
                self.chain += 1;
                self.total += 1;
            }
        }
        self.open.len() > BRACKETS || self.total > CHAIN
    }

    fn enter(&mut self) {
        self.open.push(self.chain);
        self.chain = 0;
    }

    fn leave(&mut self) {
        if let Some(chain) = self.open.pop() {
            self.total -= self.chain;
            self.chain = chain;
        }
    }

    fn restart(&mut self) {
        self.total -= self.chain;
        self.chain = 0;
    }
}
