//! What the lexer makes of a text.

/// What a token is, as far as splitting a file needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Space,
    Comment,
    Word,
    /// A quoted identifier, with its quotes.
    Quoted,
    /// A string of any form, dollar quotes included.
    String,
    Number,
    /// Any other single character.
    Punct,
    /// What ends a statement: `;`, or what MySQL's `DELIMITER` made of it.
    Delimiter,
    /// `/*!40101` or the `*/` that closes it: what stands between is code to MySQL.
    Conditional,
    /// `DELIMITER //`, which only the mysql client understands and which we follow.
    DelimiterLine,
    /// Any other command of a client, to the end of its line.
    ClientLine,
    /// The lines after `COPY ... FROM stdin;` up to and with `\.`.
    CopyData,
}

impl TokenKind {
    /// Whether a token of this kind is part of a statement.
    pub(crate) const fn is_code(self) -> bool {
        matches!(
            self,
            Self::Word | Self::Quoted | Self::String | Self::Number | Self::Punct | Self::Delimiter
        )
    }
}

/// A token: a kind and a byte range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    /// Its text.
    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}
