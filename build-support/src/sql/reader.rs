//! Names and lists, read from the tokens of a statement.

mod text;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::catalog::{Expression, Name as CatalogName};
use crate::change::{Mention, Target, Written};
use crate::dialect::Dialect;
use crate::recovery::{COLUMN_END, Condition, Object};
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// A place in a statement.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'p, 'a> {
    phrase: &'p Phrase<'a>,
    at: usize,
}

/// A name with the schema before it.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl<'p, 'a> Reader<'p, 'a> {
    pub(crate) const fn at(phrase: &'p Phrase<'a>, at: usize) -> Self {
        Self { phrase, at }
    }

    /// After the first of this keyword.
    pub(crate) fn after(phrase: &'p Phrase<'a>, keyword: &str) -> Self {
        let mut reader = Self::at(phrase, 1);
        // Without it the end is reached, where no name is found.
        let _ = reader.skip_past(keyword);
        reader
    }

    pub(crate) fn is(&self, keywords: &str) -> bool {
        self.phrase.begins_at(self.at, keywords)
    }

    pub(crate) fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.phrase.tokens().len()
    }

    /// Whether the token after the next one is this.
    pub(crate) fn is_followed_by(&self, keyword: &str) -> bool {
        self.phrase.is(self.at + 1, keyword)
    }

    /// Passes these keywords if they are next.
    pub(crate) fn eat(&mut self, keywords: &str) -> bool {
        let is_next = self.is(keywords);
        if is_next {
            self.at += keywords.split(' ').count();
        }
        is_next
    }

    /// Passes one of these keywords if it is next.
    pub(crate) fn eat_any(&mut self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.eat(keyword))
    }

    /// Passes everything up to and with a keyword.
    pub(crate) fn skip_past(&mut self, keyword: &str) -> Option<()> {
        let end = self.phrase.tokens().len();
        let found = (self.at..end).find(|index| self.phrase.is(*index, keyword));
        self.at = found.map_or(end, |index| index + 1);
        found.map(drop)
    }

    /// Passes MariaDB's `WAIT 10` and `NOWAIT`.
    pub(crate) fn skip_wait(&mut self) {
        if self.eat("WAIT") {
            self.at += 1;
        } else {
            self.eat("NOWAIT");
        }
    }

    /// Passes the rest of a list item and the comma after it; the end of the list is not passed.
    pub(crate) fn skip_past_comma(&mut self) -> bool {
        let end = self.end_of_item();
        self.at = end;
        self.eat(",")
    }

    /// Whether a keyword stands in the rest of the list item, outside parentheses.
    pub(crate) fn item_has(&self, keywords: &str) -> bool {
        let mut depth = 0_usize;
        (self.at..self.end_of_item()).any(|index| {
            match self.phrase.token(index) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && self.phrase.begins_at(index, keywords)
        })
    }

    fn end_of_item(&self) -> usize {
        let mut depth = 0_usize;
        for index in self.at..self.phrase.tokens().len() {
            match self.phrase.token(index) {
                "(" => depth += 1,
                ")" | "," if depth == 0 => return index,
                ")" => depth -= 1,
                _ => {}
            }
        }
        self.phrase.tokens().len()
    }

    /// Where it stands, for [`written`](Self::written).
    pub(crate) const fn index(&self) -> usize {
        self.at
    }

    /// The text of the next token, after as many others.
    pub(crate) fn peek(&self, ahead: usize) -> &'a str {
        self.phrase.token(self.at + ahead)
    }

    /// Whether the next token is of this kind.
    pub(crate) fn is_kind(&self, kind: TokenKind) -> bool {
        let token = self.phrase.tokens().get(self.at);
        token.is_some_and(|token| token.kind == kind)
    }

    /// Passes one token, with all that its parenthesis holds.
    pub(crate) fn skip(&mut self) {
        if self.peek(0) == "(" {
            self.at += 1;
            while self.skip_past_comma() {}
        }
        self.at += 1;
    }

    /// Passes one token.
    pub(crate) const fn skip_one(&mut self) {
        self.at += 1;
    }

    /// Whether the last token was this keyword.
    pub(crate) fn is_after(&self, keyword: &str) -> bool {
        self.at > 0 && self.phrase.is(self.at - 1, keyword)
    }

    /// The name that was read last, perhaps with a list in parentheses behind it.
    pub(crate) fn previous_name(&self, dialect: Dialect) -> Option<CatalogName> {
        let mut before = self.at.checked_sub(1)?;
        if self.phrase.token(before) == ")" {
            let opening = (0..before).rev().find(|at| self.phrase.token(*at) == "(");
            before = opening?.checked_sub(1)?;
        }
        Self::at(self.phrase, before)
            .mention(dialect)
            .map(|it| it.name)
    }

    /// Whether the parenthesis around this belongs to a call, as in `trim(both ' ' FROM a)`, and not to
    /// a query.
    pub(crate) fn is_in_call(&self) -> bool {
        const QUERIES: [&str; 8] = [
            "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "(",
        ];
        let mut depth = 0_usize;
        let opening = (0..self.at).rev().find(|at| {
            match self.phrase.token(*at) {
                ")" => depth += 1,
                "(" if depth == 0 => return true,
                "(" => depth -= 1,
                _ => {}
            }
            false
        });
        opening.is_some_and(|at| !QUERIES.iter().any(|word| self.phrase.is(at + 1, word)))
    }

    /// The range of the next token in the file.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range_from(self.at, self.at + 1)
    }

    /// The range of these tokens in the file.
    fn range_from(&self, start: usize, end: usize) -> Range<usize> {
        let tokens = self.phrase.tokens();
        let last = tokens.last().map_or(0, |token| token.end);
        let start_at = tokens.get(start).map_or(last, |token| token.start);
        let end_at = tokens.get(end.saturating_sub(1)).map_or(last, |it| it.end);
        start_at..end_at.max(start_at)
    }

    /// A name and where it stands.
    pub(crate) fn mention(&mut self, dialect: Dialect) -> Option<Mention> {
        let at = self.range();
        let name = CatalogName::of(&self.name()?, dialect);
        Some(Mention { name, at })
    }

    /// A name that may stand after that of its schema, and where it stands.
    pub(crate) fn target(&mut self, dialect: Dialect) -> Option<Target> {
        let mut schema = None;
        let mut last = self.mention(dialect)?;
        while self.is(".") {
            self.at += 1;
            schema = Some(last);
            last = self.mention(dialect)?;
        }
        Some(Target {
            schema,
            name: last.name,
            at: last.at,
        })
    }

    /// A column after its table: `schema.table.column`.
    pub(crate) fn column(&mut self, dialect: Dialect) -> Option<(Target, Mention)> {
        let mut parts = vec![self.mention(dialect)?];
        while self.eat(".") {
            parts.push(self.mention(dialect)?);
        }
        let column = parts.pop()?;
        let table = parts.pop()?;
        let schema = parts.pop();
        let target = Target {
            schema,
            name: table.name,
            at: table.at,
        };
        Some((target, column))
    }

    /// Names in parentheses, with whatever follows each of them.
    pub(crate) fn mentions(&mut self, dialect: Dialect) -> Option<Vec<Mention>> {
        let mut mentions = Vec::new();
        if !self.eat("(") {
            return None;
        }
        loop {
            mentions.push(self.mention(dialect)?);
            if !self.skip_past_comma() {
                return self.eat(")").then_some(mentions);
            }
        }
    }

    /// What is in the parenthesis that is next.
    pub(crate) fn parenthesised(&mut self, dialect: Dialect) -> Option<Written> {
        if !self.is("(") {
            return None;
        }
        let start = self.at + 1;
        self.skip();
        Some(self.written(start, self.at - 1, dialect))
    }

    /// What was read since a place.
    pub(crate) fn since(&self, start: usize, dialect: Dialect) -> Written {
        self.written(start, self.at, dialect)
    }

    /// These tokens as an expression.
    pub(crate) fn written(&self, start: usize, end: usize, dialect: Dialect) -> Written {
        let end = end.min(self.phrase.tokens().len());
        let mut text = String::new();
        let mut words = BTreeSet::new();
        for index in start..end {
            let token = self.phrase.token(index);
            let kind = self.phrase.tokens().get(index).map(|token| token.kind);
            if let Some(rest) = token.strip_prefix('\'')
                && text.ends_with('\'')
                && self.goes_on(index, dialect)
            {
                text.truncate(text.len() - 1);
                text.push_str(rest);
                continue;
            }
            if !text.is_empty() && !self.is_operator_part(index) {
                text.push(' ');
            }
            match kind {
                Some(TokenKind::Word) => {
                    text.push_str(&token.to_ascii_lowercase());
                    words.insert(CatalogName::of(token, dialect));
                }
                Some(TokenKind::Quoted) => {
                    text.push_str(token);
                    words.insert(CatalogName::of(token, dialect));
                }
                // A name in double quotes.
                Some(TokenKind::String) if token.starts_with('"') => {
                    text.push_str(token);
                    words.insert(CatalogName::of(token, dialect));
                }
                _ => text.push_str(token),
            }
        }
        Written {
            expression: Expression { text, words },
            at: self.range_from(start, end),
        }
    }

    /// Whether a mark is one operator together with the one before it, as in `<=`.
    fn is_operator_part(&self, index: usize) -> bool {
        const MARKS: &str = "<>=!:|&-~@#?+*/%^";
        let is_mark = |index: usize| {
            let text = self.phrase.token(index);
            !text.is_empty() && text.chars().all(|mark| MARKS.contains(mark))
        };
        let Some(before) = index.checked_sub(1) else {
            return false;
        };
        let tokens = self.phrase.tokens();
        let is_adjacent =
            tokens.get(before).map(|it| it.end) == tokens.get(index).map(|it| it.start);
        is_adjacent && is_mark(before) && is_mark(index)
    }

    /// Passes everything up to a keyword outside of parentheses, across commas.
    pub(crate) fn skip_to(&mut self, keywords: &[&str]) -> bool {
        while !self.is_at_end() {
            if self.is_any(keywords) {
                return true;
            }
            self.skip();
        }
        false
    }

    /// A name without a schema.
    pub(crate) fn name(&mut self) -> Option<String> {
        let token = self.phrase.tokens().get(self.at)?;
        let text = self.phrase.token(self.at);
        let is_name = match token.kind {
            // Not the `U` of PostgreSQL's `U&"d\0061ta"`.
            TokenKind::Word => self.phrase.token(self.at + 1) != "&",
            TokenKind::Quoted => true,
            // A quoted name where MySQL runs with `ANSI_QUOTES`.
            TokenKind::String => text.starts_with('"'),
            // MySQL's names may begin with digits.
            TokenKind::Number => {
                text.contains(|next: char| next.is_ascii_alphabetic() || next == '_')
                    && !text.contains('.')
            }
            _ => false,
        };
        is_name.then(|| {
            self.at += 1;
            text.to_owned()
        })
    }

    /// A name that may stand after that of its schema.
    pub(crate) fn qualified(&mut self) -> Option<Name> {
        let mut schema = None;
        let mut name = self.name()?;
        while self.eat(".") {
            schema = Some(name);
            name = self.name()?;
        }
        Some(Name { schema, name })
    }

    /// An account of MySQL, `'name'@'host'`, or a role.
    pub(crate) fn account(&mut self) -> Option<Name> {
        let mut name = self.account_part()?;
        if self.eat("@") {
            name.push('@');
            name.push_str(&self.account_part()?);
        }
        Some(Name { schema: None, name })
    }

    fn account_part(&mut self) -> Option<String> {
        let kind = self.phrase.tokens().get(self.at)?.kind;
        if kind != TokenKind::String {
            return self.name();
        }
        let text = self.phrase.token(self.at).to_owned();
        self.at += 1;
        Some(text)
    }

    /// The columns in `(a, b(10) DESC)`; nothing when one of them is an expression.
    pub(crate) fn columns(&mut self) -> Option<String> {
        if !self.eat("(") {
            return None;
        }
        let mut columns = String::new();
        loop {
            columns.push_str(&self.name()?);
            columns.push(COLUMN_END);
            if self.eat("(") {
                self.skip_past(")")?;
            }
            self.eat_any(&["ASC", "DESC"]);
            if self.eat(")") {
                return Some(columns);
            }
            if !self.eat(",") {
                return None;
            }
        }
    }
}

impl Name {
    /// A condition on what has this name.
    pub(crate) fn condition(self, object: Object, exists: bool) -> Condition {
        Condition {
            object,
            exists,
            schema: self.schema,
            table: None,
            name: self.name,
        }
    }

    /// A condition on something that belongs to the table of this name.
    pub(crate) fn part(&self, object: Object, exists: bool, name: String) -> Condition {
        Condition {
            object,
            exists,
            schema: self.schema.clone(),
            table: Some(self.name.clone()),
            name,
        }
    }
}
