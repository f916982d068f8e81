//! Tokens to statements.

use std::ops::Range;

use super::body::Body;
use super::lex::Lexed;
use super::token::{Token, TokenKind};
use crate::dialect::Dialect;

/// The tokens of one statement, without space and comments.
#[derive(Clone, Debug)]
pub(crate) struct Phrase<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    range: Range<usize>,
    has_body: bool,
}

/// Splits a text into its statements; what is between them is space, comments and delimiters, or
/// was reported by whoever looks at the tokens.
pub(crate) fn split<'a>(text: &'a str, lexed: &Lexed, dialect: Dialect) -> Vec<Phrase<'a>> {
    let mut splitter = Splitter {
        text,
        dialect,
        current: Phrase::empty(text),
        body: Body::new(dialect),
        phrases: Vec::new(),
    };
    for token in &lexed.tokens {
        splitter.see(*token);
    }
    splitter.finish();
    splitter.phrases
}

struct Splitter<'a> {
    text: &'a str,
    dialect: Dialect,
    current: Phrase<'a>,
    body: Body,
    phrases: Vec<Phrase<'a>>,
}

impl Splitter<'_> {
    fn see(&mut self, token: Token) {
        let text = token.text(self.text);
        match token.kind {
            TokenKind::ClientLine | TokenKind::CopyData => self.finish(),
            TokenKind::Conditional => self.current.extend(token),
            // A delimiter that the file chose itself never stands inside a statement.
            TokenKind::Delimiter if text != ";" || !self.body.is_open() => self.finish(),
            kind if kind.is_code() => {
                if self.body.is_broken_off_by(token.kind, text) {
                    self.finish();
                }
                self.current.push(token);
                self.body.see(token.kind, text);
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        let done = std::mem::replace(&mut self.current, Phrase::empty(self.text));
        self.body = Body::new(self.dialect);
        if !done.range.is_empty() {
            self.phrases.push(done);
        }
    }
}

impl<'a> Phrase<'a> {
    const fn empty(text: &'a str) -> Self {
        Self {
            text,
            tokens: Vec::new(),
            range: 0..0,
            has_body: false,
        }
    }

    fn push(&mut self, token: Token) {
        self.extend(token);
        self.tokens.push(token);
        self.has_body |= token.text(self.text) == ";";
    }

    fn extend(&mut self, token: Token) {
        if self.range.is_empty() {
            self.range.start = token.start;
        }
        self.range.end = token.end;
    }

    /// Where it stands in the file: from its first token to its last.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Its text with spaces for comments, so that each position stays what it is.
    pub(crate) fn code(&self) -> String {
        let mut code = String::with_capacity(self.range.len());
        let mut at = self.range.start;
        for token in &self.tokens {
            let gap = self.text.get(at..token.start).unwrap_or_default();
            code.extend(
                gap.bytes()
                    .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
            );
            code.push_str(token.text(self.text));
            at = token.end;
        }
        code
    }

    /// Its tokens.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Text of the file.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The first word of the file from an offset on, which may stand inside a string.
    pub(crate) fn word_at(&self, offset: usize) -> Range<usize> {
        let rest = self.text.get(offset..self.range.end).unwrap_or_default();
        let word = rest.trim_start();
        let start = offset + rest.len() - word.len();
        let length = word.find(|next: char| !next.is_alphanumeric() && next != '_');
        let length = length.unwrap_or(word.len());
        let first = word.chars().next().map_or(0, char::len_utf8);
        start..start + length.max(first)
    }

    /// The text of one token; past the end it is empty.
    pub(crate) fn token(&self, index: usize) -> &'a str {
        let token = self.tokens.get(index);
        token.map_or("", |token| token.text(self.text))
    }

    /// Whether a token is this keyword.
    pub(crate) fn is(&self, index: usize, keyword: &str) -> bool {
        let is_word = |token: &&Token| token.kind != TokenKind::Quoted;
        self.tokens
            .get(index)
            .filter(is_word)
            .is_some_and(|token| token.text(self.text).eq_ignore_ascii_case(keyword))
    }

    /// Whether it begins with these keywords, separated by single spaces.
    pub(crate) fn begins(&self, keywords: &str) -> bool {
        self.begins_at(0, keywords)
    }

    /// Whether these keywords stand from a token on.
    pub(crate) fn begins_at(&self, at: usize, keywords: &str) -> bool {
        keywords
            .split(' ')
            .enumerate()
            .all(|(index, keyword)| self.is(at + index, keyword))
    }

    /// Whether this keyword stands anywhere in it.
    pub(crate) fn has(&self, keyword: &str) -> bool {
        (0..self.tokens.len()).any(|index| self.is(index, keyword))
    }

    /// Whether it holds statements of its own, as triggers and routines do.
    pub(crate) const fn has_body(&self) -> bool {
        self.has_body
    }

    /// Whether a token is the first of its line.
    pub(crate) fn starts_line(&self, index: usize) -> bool {
        let start = self.tokens.get(index).map_or(0, |token| token.start);
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty()
    }

    /// Whether a token stands in no open parenthesis.
    pub(crate) fn is_outside_brackets(&self, index: usize) -> bool {
        let before = (0..index).map(|index| self.token(index));
        let depth = before.fold(0_usize, |depth, token| match token {
            "(" => depth + 1,
            ")" => depth.saturating_sub(1),
            _ => depth,
        });
        depth == 0
    }

    /// The index of the first token that ends after an offset of the file.
    pub(crate) fn index_at(&self, offset: usize) -> Option<usize> {
        let index = self.tokens.partition_point(|token| token.end <= offset);
        (index < self.tokens.len()).then_some(index)
    }
}
