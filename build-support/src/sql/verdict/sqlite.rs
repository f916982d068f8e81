//! SQLite, by the grammar of SQLite itself.

use bumpalo::Bump;
use fallible_iterator::FallibleIterator;
use sqlite3_parser::lexer::sql::{Error, Parser, ParserError};

use super::Objection;
use crate::sql::split::Phrase;
use crate::sql::token::Token;

/// What SQLite's grammar objects to in a statement, and what it would not object to: a parameter
/// that nobody binds is NULL.
pub(crate) fn object(phrase: &Phrase<'_>, code: &str) -> Option<Objection> {
    syntax(code).or_else(|| parameter(phrase))
}

fn parameter(phrase: &Phrase<'_>) -> Option<Objection> {
    let text = |token: &Token| phrase.slice(&(token.start..token.end));
    let mut tokens = phrase.tokens().iter();
    let parameter = tokens.find(|token| text(token).starts_with(['?', ':', '@', '$']))?;
    Some(Objection {
        offset: parameter.start - phrase.range().start,
        reason: Some("a migration has no value for a parameter".to_owned()),
    })
}

fn syntax(code: &str) -> Option<Objection> {
    let bump = Bump::new();
    let mut parser = Parser::new(&bump, code.as_bytes());
    loop {
        match parser.next() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(objection(code, &error)),
        }
    }
}

fn objection(code: &str, error: &Error) -> Objection {
    let (position, reason) = match error {
        Error::ParserError(ParserError::Custom(reason), position) => {
            (position, Some(reason.clone()))
        }
        Error::ParserError(ParserError::UnexpectedEof, _) => (&None, None),
        Error::ParserError(_, position) | Error::UnrecognizedToken(position) => (position, None),
        Error::BadVariableName(position) => (position, Some("not a parameter".to_owned())),
        Error::BadNumber(position) | Error::MalformedHexInteger(position) => {
            (position, Some("not a number".to_owned()))
        }
        Error::MalformedBlobLiteral(position) => (
            position,
            Some("a blob is pairs of hexadecimal digits".to_owned()),
        ),
        Error::ExpectedEqualsSign(position) => (position, Some("expected `!=`".to_owned())),
        _ => (&None, None),
    };
    Objection {
        offset: position
            .as_ref()
            .map_or(code.len(), |at| offset(code, at.line, at.column)),
        reason,
    }
}

/// Both count from 1, the column in bytes.
fn offset(code: &str, line: usize, column: usize) -> usize {
    let lines_before = code.split_inclusive('\n').take(line.saturating_sub(1));
    lines_before.map(str::len).sum::<usize>() + column.saturating_sub(1)
}
