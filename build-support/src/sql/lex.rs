//! Text to tokens, by the lexical rules of each dialect; every byte is in exactly one token.

use super::token::{Token, TokenKind};
use crate::dialect::Dialect;

/// The tokens of a text.
#[derive(Debug)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    /// What was opened and never closed; the token of it is the last one.
    pub(crate) unterminated: Option<Unterminated>,
}

impl Lexed {
    /// The tokens that are part of statements.
    pub(crate) fn code(&self) -> Vec<Token> {
        let code = self.tokens.iter().filter(|token| token.kind.is_code());
        code.copied().collect()
    }
}

/// Something that was opened and never closed.
#[derive(Debug)]
pub(crate) struct Unterminated {
    /// What it is, in words.
    pub(crate) what: &'static str,
    /// What opened it.
    pub(crate) opening: Token,
    /// What would close it.
    pub(crate) closing: String,
}

/// Reads a text by the rules of a dialect.
pub(crate) fn lex(text: &str, dialect: Dialect) -> Lexed {
    let mut lexer = Lexer {
        text,
        dialect,
        at: 0,
        tokens: Vec::new(),
        unterminated: None,
        delimiter: ";",
        fresh: true,
        conditional: false,
        copy: Copying::No,
    };
    lexer.run();
    Lexed {
        tokens: lexer.tokens,
        unterminated: lexer.unterminated,
    }
}

#[cfg(test)]
thread_local! {
    /// How often the end of a line was looked for.
    pub(crate) static LINES_SOUGHT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

struct Lexer<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
    tokens: Vec<Token>,
    unterminated: Option<Unterminated>,
    delimiter: &'a str,
    /// No statement has begun since the last delimiter.
    fresh: bool,
    /// Inside `/*! ... */`.
    conditional: bool,
    copy: Copying,
}

/// How much of `COPY ... FROM stdin` the current statement has shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    No,
    Copy,
    From,
    Stdin,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        while let Some(first) = self.rest().chars().next() {
            let start = self.at;
            let kind = self.token(first);
            if self.at == start {
                self.at += first.len_utf8();
            }
            self.push(kind, start);
        }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let token = Token {
            kind,
            start,
            end: self.at,
        };
        self.tokens.push(token);
        match kind {
            TokenKind::Space | TokenKind::Comment | TokenKind::DelimiterLine => {}
            TokenKind::Delimiter => {
                self.fresh = true;
                if self.copy == Copying::Stdin {
                    self.copy_data();
                }
                self.copy = Copying::No;
            }
            TokenKind::ClientLine | TokenKind::CopyData => self.fresh = true,
            _ => {
                if kind == TokenKind::Word {
                    self.watch_for_copy(token.text(self.text));
                }
                self.fresh = false;
            }
        }
    }

    fn token(&mut self, first: char) -> TokenKind {
        if is_space(first) {
            self.skip_while(is_space);
            return TokenKind::Space;
        }
        if self.rest().starts_with(self.delimiter) {
            self.at += self.delimiter.len();
            return TokenKind::Delimiter;
        }
        if let Some(kind) = self.client_line(first) {
            return kind;
        }
        let mysql = self.dialect == Dialect::Mysql;
        match first {
            '-' if self.is_dash_comment() => self.line_comment(),
            '#' if mysql => self.line_comment(),
            '/' if self.rest().starts_with("/*") => self.block_comment(),
            '*' if self.conditional && self.rest().starts_with("*/") => {
                self.at += 2;
                self.conditional = false;
                TokenKind::Conditional
            }
            '\'' => self.quoted(TokenKind::String, '\'', mysql, "string"),
            '"' if mysql => self.quoted(TokenKind::String, '"', true, "string"),
            '"' => self.quoted(TokenKind::Quoted, '"', false, "quoted name"),
            '`' if self.dialect != Dialect::Postgres => {
                self.quoted(TokenKind::Quoted, '`', false, "quoted name")
            }
            '[' if self.dialect == Dialect::Sqlite => self.bracketed(),
            '$' if self.dialect == Dialect::Postgres => self.dollar_quoted(),
            first if is_word_start(first) => self.word(),
            first if first.is_ascii_digit() => {
                self.skip_while(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '.'));
                TokenKind::Number
            }
            _ => TokenKind::Punct,
        }
    }

    fn is_dash_comment(&self) -> bool {
        let Some(after) = self.rest().strip_prefix("--") else {
            return false;
        };
        // `5--1` is arithmetic to MySQL.
        self.dialect != Dialect::Mysql
            || after
                .chars()
                .next()
                .is_none_or(|next| next.is_ascii_whitespace() || next.is_control())
    }

    fn line_comment(&mut self) -> TokenKind {
        self.skip_while(|next| next != '\n');
        TokenKind::Comment
    }

    fn block_comment(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 2;
        if self.dialect == Dialect::Mysql && !self.conditional && self.eat_version() {
            self.conditional = true;
            return TokenKind::Conditional;
        }
        let mut depth = 1;
        while let Some(next) = self.rest().chars().next() {
            if self.rest().starts_with("*/") {
                self.at += 2;
                depth -= 1;
                if depth == 0 {
                    return TokenKind::Comment;
                }
            } else if self.dialect == Dialect::Postgres && self.rest().starts_with("/*") {
                self.at += 2;
                depth += 1;
            } else {
                self.at += next.len_utf8();
            }
        }
        self.leave_open("comment", start, start + 2, "*/".to_owned());
        TokenKind::Comment
    }

    /// The `!40101` of `/*!40101`, also MariaDB's `M!100100`.
    fn eat_version(&mut self) -> bool {
        let rest = self.rest();
        let Some(after) = rest.strip_prefix('!').or_else(|| rest.strip_prefix("M!")) else {
            return false;
        };
        let digits = after.len()
            - after
                .trim_start_matches(|next: char| next.is_ascii_digit())
                .len();
        // What dumps write for no server at all: `/*M!999999\- enable the sandbox mode */`.
        if after
            .get(..digits)
            .is_some_and(|version| version.starts_with("99999"))
        {
            return false;
        }
        self.at = self.text.len() - after.len() + digits;
        true
    }

    fn quoted(
        &mut self,
        kind: TokenKind,
        quote: char,
        backslash: bool,
        what: &'static str,
    ) -> TokenKind {
        let start = self.at;
        self.at += quote.len_utf8();
        while let Some(next) = self.rest().chars().next() {
            self.at += next.len_utf8();
            let doubled = next == quote && self.rest().starts_with(quote);
            if doubled || (backslash && next == '\\') {
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            } else if next == quote {
                return kind;
            }
        }
        self.leave_open(what, start, start + quote.len_utf8(), quote.to_string());
        kind
    }

    fn bracketed(&mut self) -> TokenKind {
        let start = self.at;
        match self.rest().find(']') {
            Some(end) => self.at += end + 1,
            None => self.leave_open("quoted name", start, start + 1, "]".to_owned()),
        }
        TokenKind::Quoted
    }

    fn dollar_quoted(&mut self) -> TokenKind {
        let start = self.at;
        let rest = self.rest();
        let tag_end = rest
            .char_indices()
            .skip(1)
            .find(|(_, next)| !is_word_part(*next) || *next == '$')
            .filter(|(_, next)| *next == '$');
        let Some((end, _)) = tag_end else {
            return TokenKind::Punct;
        };
        let (tag, body) = rest.split_at(end + 1);
        // `$1$` is no tag.
        if tag.chars().nth(1).is_some_and(|next| next.is_ascii_digit()) {
            return TokenKind::Punct;
        }
        match body.find(tag) {
            Some(length) => self.at += 2 * tag.len() + length,
            None => self.leave_open("dollar quote", start, start + tag.len(), tag.to_owned()),
        }
        TokenKind::String
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        let stop = (self.delimiter != ";").then_some(self.delimiter);
        while let Some(next) = self.rest().chars().next() {
            let stopped = stop.is_some_and(|stop| self.rest().starts_with(stop));
            if !is_word_part(next) || stopped {
                break;
            }
            self.at += next.len_utf8();
        }
        let word = self.text.get(start..self.at).unwrap_or_default();
        let escapes = self.dialect == Dialect::Postgres && word.eq_ignore_ascii_case("e");
        if escapes && self.rest().starts_with('\'') {
            return self.quoted(TokenKind::String, '\'', true, "string");
        }
        TokenKind::Word
    }

    /// What a client would keep for itself instead of sending it.
    ///
    /// The line is sought last: it can be the whole file.
    fn client_line(&mut self, first: char) -> Option<TokenKind> {
        let mysql = self.dialect == Dialect::Mysql;
        let is_delimiter = self.fresh && self.is_command("delimiter");
        let is_client = match first {
            '\\' => self.dialect != Dialect::Sqlite,
            '.' => self.dialect == Dialect::Sqlite && self.fresh && self.is_dot_command(),
            _ => is_delimiter || (mysql && self.fresh && self.is_command("source")),
        };
        if !is_client {
            return None;
        }
        let line = self.line();
        self.at += line.len();
        if is_delimiter
            && mysql
            && let Some(delimiter) = line.split_whitespace().nth(1)
            && !delimiter.contains('\\')
        {
            self.delimiter = delimiter;
            return Some(TokenKind::DelimiterLine);
        }
        Some(TokenKind::ClientLine)
    }

    /// What is left of the line.
    fn line(&self) -> &'a str {
        #[cfg(test)]
        LINES_SOUGHT.set(LINES_SOUGHT.get() + 1);
        self.rest().split('\n').next().unwrap_or_default()
    }

    /// Whether this word is next, and space or the end after it.
    fn is_command(&self, word: &str) -> bool {
        let rest = self.rest();
        let is_word = |start: &str| start.eq_ignore_ascii_case(word);
        rest.get(..word.len()).is_some_and(is_word)
            && rest
                .get(word.len()..)
                .is_some_and(|after| after.chars().next().is_none_or(char::is_whitespace))
    }

    fn is_dot_command(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let starts_line = before.is_empty() || before.ends_with('\n');
        let name = self.rest().strip_prefix('.').unwrap_or_default();
        starts_line && name.starts_with(|next: char| next.is_ascii_alphabetic())
    }

    fn watch_for_copy(&mut self, word: &str) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.copy = match self.copy {
            Copying::No if self.fresh && is("copy") => Copying::Copy,
            Copying::Copy | Copying::From if is("from") => Copying::From,
            Copying::From if is("stdin") => Copying::Stdin,
            Copying::From => Copying::Copy,
            unchanged => unchanged,
        };
    }

    fn copy_data(&mut self) {
        let start = self.at;
        let rest = self.rest();
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if line.trim_end() == "\\." {
                break;
            }
        }
        self.at += end;
        if self.at > start {
            self.push(TokenKind::CopyData, start);
        }
    }

    fn leave_open(&mut self, what: &'static str, start: usize, end: usize, closing: String) {
        self.at = self.text.len();
        let opening = Token {
            kind: TokenKind::Punct,
            start,
            end,
        };
        self.unterminated = Some(Unterminated {
            what,
            opening,
            closing,
        });
    }

    fn skip_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|next| !accept(next)).unwrap_or(rest.len());
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

fn is_space(next: char) -> bool {
    next.is_ascii_whitespace() || next == '\u{b}'
}

fn is_word_start(next: char) -> bool {
    next.is_ascii_alphabetic() || next == '_' || !next.is_ascii()
}

fn is_word_part(next: char) -> bool {
    is_word_start(next) || next.is_ascii_digit() || next == '$'
}
