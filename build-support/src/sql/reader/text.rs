//! Strings, read from the tokens of a statement.

use super::Reader;
use crate::dialect::Dialect;
use crate::literal;
use crate::sql::token::TokenKind;

impl Reader<'_, '_> {
    /// The content of a string in standard SQL.
    pub(crate) fn string(&mut self) -> Option<String> {
        self.text(Dialect::Sqlite)
    }

    /// The content of a string, also of one that others go on with.
    pub(crate) fn text(&mut self, dialect: Dialect) -> Option<String> {
        let mut text = String::new();
        loop {
            if !self.is_kind(TokenKind::String) {
                return None;
            }
            text.push_str(&literal::content(self.peek(0), dialect)?);
            self.at += 1;
            if !self.goes_on(self.at, dialect) {
                return Some(text);
            }
        }
    }

    /// Whether a token is a string that goes on with the string before it.
    pub(super) fn goes_on(&self, index: usize, dialect: Dialect) -> bool {
        let string = |index: usize| {
            let token = self.phrase.tokens().get(index);
            token.filter(|token| token.kind == TokenKind::String)
        };
        let (Some(before), Some(next)) = (index.checked_sub(1).and_then(string), string(index))
        else {
            return false;
        };
        let between = self.phrase.slice(&(before.end..next.start));
        literal::goes_on(between, dialect)
    }
}
