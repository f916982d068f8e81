//! MySQL and MariaDB: `sqlparser`, and shapes for what it does not know.

mod rewrite;
mod shape;
mod strict;

use sqlparser::dialect::MySqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, Tokenizer};

use super::Objection;
use crate::dialect::Dialect;
use crate::sql::body::Body;
use crate::sql::split::Phrase;
use shape::Fit;

/// What is wrong with a statement.
pub(crate) fn object(phrase: &Phrase<'_>, code: &str) -> Option<Objection> {
    let certain = unbalanced(phrase).or_else(|| strict::autoincrement(phrase));
    certain.or_else(|| {
        let objection = parse(code).err()?;
        if shape::is_known_statement(phrase) {
            return None;
        }
        let Some(rest) = without_known_operations(phrase, code) else {
            return Some(objection);
        };
        if rest.is_empty() {
            return None;
        }
        parse(&rest).err()
    })
}

/// A parenthesis or a block that is not closed, which no shape would notice.
fn unbalanced(phrase: &Phrase<'_>) -> Option<Objection> {
    let start = phrase.range().start;
    let mut open: Vec<usize> = Vec::new();
    let mut body = Body::new(Dialect::Mysql);
    for (index, token) in phrase.tokens().iter().enumerate() {
        body.see(token.kind, phrase.token(index));
        let at = token.start - start;
        match phrase.token(index) {
            "(" => open.push(at),
            ")" if open.pop().is_none() => {
                return Some(Objection {
                    offset: at,
                    reason: Some("no parenthesis is open here".to_owned()),
                });
            }
            _ => {}
        }
    }
    if let Some(offset) = open.pop() {
        let reason = Some("this parenthesis is never closed".to_owned());
        return Some(Objection { offset, reason });
    }
    body.is_open().then(|| Objection {
        offset: phrase.range().len(),
        reason: Some("expected the `END` of the body".to_owned()),
    })
}

/// The statement without those operations of `ALTER TABLE` that a shape fits; `None` if it is
/// another statement or no shape fits.
fn without_known_operations(phrase: &Phrase<'_>, code: &str) -> Option<String> {
    let operations = Operations::of(phrase)?;
    let known: Vec<bool> = operations.known(phrase);
    if !known.contains(&true) {
        return None;
    }
    if !known.contains(&false) {
        return Some(String::new());
    }
    let start = phrase.range().start;
    let slice = |from: usize, to: usize| code.get(from - start..to - start).unwrap_or_default();
    let mut rest = slice(start, operations.offset).to_owned();
    let mut has_one = false;
    for (operation, known) in operations.ranges.iter().zip(known) {
        let tokens = phrase.tokens().get(operation.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            continue;
        };
        if known {
            continue;
        }
        // Each byte stays where it is, so that positions hold.
        let at = start + rest.len();
        let gap = slice(at.min(first.start), first.start);
        let mut gap: String = gap
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        if has_one && gap.pop().is_some() {
            gap.push(',');
        }
        has_one = true;
        rest.push_str(&gap);
        rest.push_str(slice(first.start, last.end));
    }
    Some(rest)
}

/// The operations of an `ALTER TABLE`.
struct Operations {
    /// Where the first one begins.
    offset: usize,
    /// Their tokens.
    ranges: Vec<std::ops::Range<usize>>,
}

impl Operations {
    fn of(phrase: &Phrase<'_>) -> Option<Self> {
        let first = shape::end_of("ALTER ONLINE? IGNORE? TABLE IF? EXISTS? name", phrase)?;
        let count = phrase.tokens().len();
        let mut ranges = Vec::new();
        let mut depth = 0_usize;
        let mut begin = first;
        for index in first..count {
            match phrase.token(index) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                "," if depth == 0 => {
                    ranges.push(begin..index);
                    begin = index + 1;
                }
                _ => {}
            }
        }
        ranges.push(begin..count);
        let offset = phrase.tokens().get(first)?.start;
        Some(Self { offset, ranges })
    }

    fn known(&self, phrase: &Phrase<'_>) -> Vec<bool> {
        let mut takes_rest = false;
        let ranges = self.ranges.iter();
        ranges
            .map(|range| {
                let fit = shape::operation(phrase, range);
                takes_rest |= fit == Fit::ToTheEnd;
                takes_rest || fit == Fit::Whole
            })
            .collect()
    }
}

fn parse(code: &str) -> Result<(), Objection> {
    let dialect = MySqlDialect {};
    let tokens = Tokenizer::new(&dialect, code)
        .tokenize_with_location()
        .map_err(|error| Objection {
            offset: offset(code, error.location),
            reason: Some(error.message),
        })?;
    let tokens = rewrite::rewrite(tokens);
    let mut parser = Parser::new(&dialect).with_tokens_with_locations(tokens);
    let reason = match parser.parse_statement() {
        Ok(statement) if parser.peek_token().token == Token::EOF => {
            return match strict::untyped_column(&statement) {
                None => Ok(()),
                Some(place) => Err(Objection {
                    offset: offset(code, place),
                    reason: Some("the column has no type".to_owned()),
                }),
            };
        }
        Ok(_) => None,
        Err(ParserError::ParserError(message) | ParserError::TokenizerError(message)) => {
            Some(message)
        }
        // Deeper than it can look is no error.
        Err(ParserError::RecursionLimitExceeded) => return Ok(()),
    };
    // The message ends with the place it speaks of; the parser itself may be one token further.
    let told = reason
        .as_deref()
        .and_then(|message| message.split_once(" at Line: "));
    let told = told.and_then(|(_, place)| location(place));
    let reached = parser.peek_token();
    let place = told.unwrap_or(reached.span.start);
    Err(Objection {
        offset: offset(code, place),
        reason: reason.as_deref().and_then(expectation),
    })
}

/// `Expected: X, found: Y at Line: ...` says what is missing.
fn expectation(message: &str) -> Option<String> {
    let (expected, _) = message
        .strip_prefix("Expected: ")?
        .split_once(", found: ")?;
    // That no statement begins there goes without saying.
    (expected != "an SQL statement").then(|| format!("expected {expected}"))
}

/// Reads `1, Column: 5`.
fn location(place: &str) -> Option<Location> {
    let (line, column) = place.split_once(", Column: ")?;
    Some(Location {
        line: line.parse().ok()?,
        column: column.trim().parse().ok()?,
    })
}

/// The byte offset of a location, which counts characters from 1; line 0 stands for the end.
fn offset(code: &str, location: Location) -> usize {
    let before = usize::try_from(location.line)
        .unwrap_or_default()
        .checked_sub(1);
    let Some(before) = before else {
        return code.len();
    };
    let lines = code.split_inclusive('\n').take(before);
    let start = lines.map(str::len).sum::<usize>();
    let line = code.get(start..).unwrap_or_default();
    let column = usize::try_from(location.column).unwrap_or_default();
    let in_line = line.char_indices().nth(column.saturating_sub(1));
    start + in_line.map_or(line.len(), |(offset, _)| offset)
}
