//! Names and lists, read from the tokens of a statement.

use crate::recovery::{COLUMN_END, Condition, Object};
use crate::sql::split::Phrase;
use crate::sql::token::TokenKind;

/// A place in a statement.
#[derive(Clone, Copy)]
pub(super) struct Reader<'p, 'a> {
    phrase: &'p Phrase<'a>,
    at: usize,
}

/// A name with the schema before it.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl<'p, 'a> Reader<'p, 'a> {
    pub(super) const fn at(phrase: &'p Phrase<'a>, at: usize) -> Self {
        Self { phrase, at }
    }

    /// After the first of this keyword.
    pub(super) fn after(phrase: &'p Phrase<'a>, keyword: &str) -> Self {
        let mut reader = Self::at(phrase, 1);
        // Without it the end is reached, where no name is found.
        let _ = reader.skip_past(keyword);
        reader
    }

    pub(super) fn is(&self, keywords: &str) -> bool {
        self.phrase.begins_at(self.at, keywords)
    }

    pub(super) fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.phrase.tokens().len()
    }

    /// Whether the token after the next one is this.
    pub(super) fn is_followed_by(&self, keyword: &str) -> bool {
        self.phrase.is(self.at + 1, keyword)
    }

    /// Passes these keywords if they are next.
    pub(super) fn eat(&mut self, keywords: &str) -> bool {
        let is_next = self.is(keywords);
        if is_next {
            self.at += keywords.split(' ').count();
        }
        is_next
    }

    /// Passes one of these keywords if it is next.
    pub(super) fn eat_any(&mut self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.eat(keyword))
    }

    /// Passes everything up to and with a keyword.
    pub(super) fn skip_past(&mut self, keyword: &str) -> Option<()> {
        let end = self.phrase.tokens().len();
        let found = (self.at..end).find(|index| self.phrase.is(*index, keyword));
        self.at = found.map_or(end, |index| index + 1);
        found.map(drop)
    }

    /// Passes MariaDB's `WAIT 10` and `NOWAIT`.
    pub(super) fn skip_wait(&mut self) {
        if self.eat("WAIT") {
            self.at += 1;
        } else {
            self.eat("NOWAIT");
        }
    }

    /// Passes the rest of a list item and the comma after it; the end of the list is not passed.
    pub(super) fn skip_past_comma(&mut self) -> bool {
        let end = self.end_of_item();
        self.at = end;
        self.eat(",")
    }

    /// Whether a keyword stands in the rest of the list item, outside parentheses.
    pub(super) fn item_has(&self, keywords: &str) -> bool {
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

    /// A name without a schema.
    pub(super) fn name(&mut self) -> Option<String> {
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
    pub(super) fn qualified(&mut self) -> Option<Name> {
        let mut schema = None;
        let mut name = self.name()?;
        while self.eat(".") {
            schema = Some(name);
            name = self.name()?;
        }
        Some(Name { schema, name })
    }

    /// An account of MySQL, `'name'@'host'`, or a role.
    pub(super) fn account(&mut self) -> Option<Name> {
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
    pub(super) fn columns(&mut self) -> Option<String> {
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
    pub(super) fn condition(self, object: Object, exists: bool) -> Condition {
        Condition {
            object,
            exists,
            schema: self.schema,
            table: None,
            name: self.name,
        }
    }

    /// A condition on something that belongs to the table of this name.
    pub(super) fn part(&self, object: Object, exists: bool, name: String) -> Condition {
        Condition {
            object,
            exists,
            schema: self.schema.clone(),
            table: Some(self.name.clone()),
            name,
        }
    }
}
