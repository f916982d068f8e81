//! How deep a statement nests: the grammars recurse, and a compiler must not overflow its stack.

use super::lex::lex;
use super::split::Phrase;
use super::token::{Token, TokenKind};
use crate::dialect::Dialect;

/// How deep a statement nests, from the shallowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// As nearly all do: any stack will do.
    Shallow,
    /// It needs a large stack.
    Deep,
    /// It overflows any stack; this is the first token that is too much.
    TooDeep(Token),
}

/// What may be open at once.
struct Limits {
    /// Brackets and `CASE`.
    brackets: usize,
    /// Tokens in one expression that nest what follows.
    prefixes: usize,
    /// Tokens in one expression: chains of operators, casts and unions become trees as deep as
    /// they are long, which must be dropped again.
    chain: usize,
}

// Measured without optimisation, as macros are compiled: `sqlparser` overflows a stack of 2 MiB at
// 20 nested queries and 50 joins, `squawk-syntax` at 500 calls and 1,500 prefix operators; chains of
// 6,000 harm neither.
const SHALLOW: Limits = Limits {
    brackets: 6,
    prefixes: 20,
    chain: 3_000,
};
const DEEP: Limits = Limits {
    brackets: 100,
    prefixes: 500,
    chain: 6_000,
};

/// How deep a statement nests in the eyes of a dialect.
pub(crate) fn nesting(phrase: &Phrase<'_>, dialect: Dialect) -> Nesting {
    let mut depth = Depth::default();
    let mut is_shallow = true;
    // PostgreSQL's grammar also reads the bodies of functions, which are strings.
    let has_text = dialect == Dialect::Postgres && phrase.is(0, "CREATE");
    for (index, token) in phrase.tokens().iter().enumerate() {
        depth.add_token(phrase.token(index));
        let is_text = has_text && token.kind == TokenKind::String;
        let body = is_text.then(|| body_depth(phrase.token(index), dialect));
        let exceeds = |limits: &Limits| {
            let in_body = body.as_ref().is_some_and(|body| body.exceeds(limits));
            in_body || depth.total.exceeds(depth.open.len(), limits)
        };
        if exceeds(&DEEP) {
            return Nesting::TooDeep(*token);
        }
        is_shallow &= !exceeds(&SHALLOW);
    }
    if is_shallow {
        Nesting::Shallow
    } else {
        Nesting::Deep
    }
}

/// The greatest depth within a string.
struct Greatest {
    brackets: usize,
    length: Length,
}

impl Greatest {
    const fn exceeds(&self, limits: &Limits) -> bool {
        self.length.exceeds(self.brackets, limits)
    }
}

fn body_depth(string: &str, dialect: Dialect) -> Greatest {
    let body = match string.strip_prefix('$') {
        Some(tagged) => tagged.split_once('$').map_or("", |(_, body)| body),
        None => string.trim_matches(['\'', 'e', 'E']),
    };
    let mut depth = Depth::default();
    let mut greatest = Greatest {
        brackets: 0,
        length: Length::default(),
    };
    for token in lex(body, dialect).tokens {
        if token.kind.is_code() {
            depth.add_token(token.text(body));
            greatest.brackets = greatest.brackets.max(depth.open.len());
            greatest.length = greatest.length.max(depth.total);
        }
    }
    greatest
}

/// Keywords after which an expression begins within the expression around it.
const NESTING: [&str; 7] = [
    "NOT", "JOIN", "EXPLAIN", "PREPARE", "INTERVAL", "EXISTS", "COLLATE",
];
/// Keywords that begin another part of what they stand in, as a comma does.
const PARTS: [&str; 3] = ["WHEN", "THEN", "ELSE"];

/// What is open at a token.
#[derive(Default)]
struct Depth {
    /// The lengths before each open bracket.
    open: Vec<Length>,
    here: Length,
    /// All of these together.
    total: Length,
}

/// How much of an expression was read since its last comma.
#[derive(Clone, Copy, Default)]
struct Length {
    tokens: usize,
    prefixes: usize,
}

impl Length {
    const fn exceeds(&self, brackets: usize, limits: &Limits) -> bool {
        brackets > limits.brackets || self.prefixes > limits.prefixes || self.tokens > limits.chain
    }

    fn max(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.max(other.tokens),
            prefixes: self.prefixes.max(other.prefixes),
        }
    }
}

impl Depth {
    fn add_token(&mut self, token: &str) {
        let is = |keyword: &&str| token.eq_ignore_ascii_case(keyword);
        match token {
            "(" | "[" | "{" => self.enter(),
            ")" | "]" | "}" => self.leave(),
            "," | ";" => self.restart(),
            _ if is(&"CASE") => self.enter(),
            _ if is(&"END") => self.leave(),
            _ if PARTS.iter().any(is) => self.restart(),
            _ => {
                let is_operator = token.len() == 1
                    && token.starts_with(|mark: char| mark.is_ascii_punctuation())
                    && !matches!(token, "." | "=" | "<" | ">" | "*" | ":" | "_");
                self.add(is_operator || NESTING.iter().any(is));
            }
        }
    }

    fn add(&mut self, is_prefix: bool) {
        for length in [&mut self.here, &mut self.total] {
            length.tokens += 1;
            length.prefixes += usize::from(is_prefix);
        }
    }

    fn enter(&mut self) {
        // `a[1][1]` nests as well, though each bracket is closed again.
        self.add(false);
        self.open.push(std::mem::take(&mut self.here));
    }

    fn leave(&mut self) {
        if let Some(outer) = self.open.pop() {
            self.restart();
            self.here = outer;
        }
    }

    /// Forgets what was read here; the total is the sum of all, so it stays positive.
    fn restart(&mut self) {
        let here = std::mem::take(&mut self.here);
        self.total.tokens -= here.tokens;
        self.total.prefixes -= here.prefixes;
    }
}
