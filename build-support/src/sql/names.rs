//! From the syntax of a statement to what it names.
//!
//! Every name is tied to its token; one that cannot be, and syntax that is not known here, is left out.

mod expression;
mod query;
mod words;
mod write;

use sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Statement};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};

use super::nesting::{Nesting, nesting};
use super::split::Phrase;
use super::verdict::{grammar, on_a_large_stack};
use crate::catalog::Name;
use crate::change::{Mention, Target};
use crate::dialect::Dialect;
use crate::names::{Path, Query, Uses};

/// What a statement names that reads or changes rows; none for any other.
pub(crate) fn of_statement(
    statement: &Statement,
    phrase: &Phrase<'_>,
    code: &str,
    dialect: Dialect,
) -> Option<Query> {
    let translation = Translation::new(phrase, code, phrase.range().start, dialect);
    match statement {
        Statement::Query(query) => Some(translation.query(query)),
        Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_) => Some(translation.statement(statement)),
        _ => None,
    }
}

/// What an expression names that stands in these tokens, perhaps with something behind it.
pub(crate) fn of_expression(
    phrase: &Phrase<'_>,
    start: usize,
    end: usize,
    dialect: Dialect,
) -> Uses {
    let parse = |parser: &mut Parser<'_>| parser.parse_expr().map(|it| vec![it]);
    of_parsed(phrase, start, end, dialect, parse)
}

/// What expressions with commas between them name.
pub(crate) fn of_expressions(
    phrase: &Phrase<'_>,
    start: usize,
    end: usize,
    dialect: Dialect,
) -> Uses {
    let parse = |parser: &mut Parser<'_>| parser.parse_comma_separated(Parser::parse_expr);
    of_parsed(phrase, start, end, dialect, parse)
}

fn of_parsed(
    phrase: &Phrase<'_>,
    start: usize,
    end: usize,
    dialect: Dialect,
    parse: impl FnOnce(&mut Parser<'_>) -> Result<Vec<Expr>, ParserError> + Send,
) -> Uses {
    let read = |translation: &Translation<'_, '_>, parser: &mut Parser<'_>| {
        Some(translation.uses(&parse(parser).ok()?))
    };
    of_tokens(phrase, start, end, dialect, read).unwrap_or_default()
}

/// What a query names that stands in these tokens; nothing when it cannot be read to its end.
pub(crate) fn of_query(
    phrase: &Phrase<'_>,
    start: usize,
    end: usize,
    dialect: Dialect,
) -> Option<Query> {
    of_tokens(phrase, start, end, dialect, |translation, parser| {
        let query = parser.parse_query().ok()?;
        let is_whole = parser.peek_token_ref().token == Token::EOF;
        is_whole.then(|| translation.query(&query))
    })
}

fn of_tokens<T: Send>(
    phrase: &Phrase<'_>,
    start: usize,
    end: usize,
    dialect: Dialect,
    read: impl FnOnce(&Translation<'_, '_>, &mut Parser<'_>) -> Option<T> + Send,
) -> Option<T> {
    let first = phrase.tokens().get(start)?.start;
    let last = phrase.tokens().get(end.checked_sub(1)?)?.end;
    let base = phrase.range().start;
    let code = phrase.code();
    let code = code.get(first.checked_sub(base)?..last.checked_sub(base)?)?;
    let parse = || {
        let mut parser = Parser::new(grammar(dialect)).try_with_sql(code).ok()?;
        read(&Translation::new(phrase, code, first, dialect), &mut parser)
    };
    match nesting(phrase, dialect) {
        Nesting::Shallow => parse(),
        Nesting::Deep => on_a_large_stack(parse)?,
        Nesting::TooDeep(_) => None,
    }
}

/// A statement that is being translated.
struct Translation<'p, 'a> {
    phrase: &'p Phrase<'a>,
    code: &'p str,
    /// Where the code begins in the file.
    base: usize,
    dialect: Dialect,
    /// Where each line of the code begins in it.
    lines: Vec<usize>,
    is_ascii: bool,
}

impl<'p, 'a> Translation<'p, 'a> {
    fn new(phrase: &'p Phrase<'a>, code: &'p str, base: usize, dialect: Dialect) -> Self {
        let starts = code.match_indices('\n').map(|(index, _)| index + 1);
        Self {
            phrase,
            code,
            base,
            dialect,
            lines: std::iter::once(0).chain(starts).collect(),
            is_ascii: code.is_ascii(),
        }
    }

    /// The name at its token; none when there is no such token.
    fn mention(&self, ident: &Ident) -> Option<Mention> {
        let offset = self.offset_of(ident.span.start)?;
        let index = self.phrase.index_at(offset)?;
        let token = self.phrase.tokens().get(index)?;
        let name = Name::of(self.phrase.token(index), self.dialect);
        let is_it = token.start == offset && name == self.named(ident);
        is_it.then_some(Mention {
            name,
            at: token.start..token.end,
        })
    }

    /// The name that is meant, wherever it stands.
    fn named(&self, ident: &Ident) -> Name {
        match ident.quote_style {
            Some(_) if self.dialect == Dialect::Postgres => Name::exact(ident.value.clone()),
            Some(_) => Name::of_key(ident.value.clone()),
            None => Name::of(&ident.value, self.dialect),
        }
    }

    /// Where something stands in the file.
    fn offset_of(&self, start: Location) -> Option<usize> {
        let line = *self
            .lines
            .get(usize::try_from(start.line).ok()?.checked_sub(1)?)?;
        let column = usize::try_from(start.column).ok()?.checked_sub(1)?;
        let inside = if self.is_ascii {
            column
        } else {
            let rest = self.code.get(line..)?;
            rest.char_indices().nth(column).map(|(index, _)| index)?
        };
        Some(self.base + line + inside)
    }

    fn path(&self, idents: &[Ident]) -> Option<Path> {
        let mut before: Vec<Mention> = Vec::new();
        for ident in idents {
            before.push(self.mention(ident)?);
        }
        let last = before.pop()?;
        Some(Path {
            before,
            last,
            is_alone: false,
        })
    }

    fn path_of(&self, name: &ObjectName) -> Option<Path> {
        self.path(&idents(name)?)
    }

    /// A table, with its schema at the most.
    pub(super) fn target(&self, name: &ObjectName) -> Option<Target> {
        let mut path = self.path_of(name)?;
        let schema = path.before.pop();
        path.before.is_empty().then_some(Target {
            schema,
            name: path.last.name,
            at: path.last.at,
        })
    }
}

fn idents(name: &ObjectName) -> Option<Vec<Ident>> {
    let ident = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) => Some(ident.clone()),
        ObjectNamePart::Function(_) => None,
    };
    name.0.iter().map(ident).collect()
}
