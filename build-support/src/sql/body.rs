//! Statements inside statements: where a `;` does not end what it stands in.

use super::token::TokenKind;
use crate::dialect::Dialect;

/// What is known about the body of the statement that is being read.
#[derive(Debug)]
pub(crate) struct Body {
    dialect: Dialect,
    shape: Shape,
    blocks: Vec<Block>,
    previous: String,
    /// The first word of the inner statement that is being read.
    leading: String,
    skip_next: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The next word is the first of the statement.
    Unread,
    /// It begins with a word that may lead to a body.
    Promising,
    /// It has no body.
    Plain,
    /// PostgreSQL: `CREATE RULE ... DO (a; b)`.
    Rule,
    /// PostgreSQL: a routine, which may have a body `BEGIN ATOMIC ... END`.
    Atomic,
    /// SQLite: `CREATE TRIGGER ... BEGIN ...; END`.
    Trigger,
    /// MySQL: a routine, trigger or event in the language of stored programs.
    Program,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Parenthesis,
    /// Anything that ends with `END`, but for the next one.
    Statements,
    /// `CASE` within an expression, where no statement can begin.
    CaseExpression,
}

impl Body {
    /// Nothing read so far.
    pub(crate) const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            shape: Shape::Unread,
            blocks: Vec::new(),
            previous: String::new(),
            leading: String::new(),
            skip_next: false,
        }
    }

    /// Whether a `;` would stand inside the body.
    pub(crate) const fn is_open(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Whether this token cannot belong to the body, so that its end must be missing.
    pub(crate) fn is_broken_off_by(&self, kind: TokenKind, text: &str) -> bool {
        let is = |keyword: &&str| text.eq_ignore_ascii_case(keyword);
        self.shape == Shape::Trigger
            && self.is_open()
            && self.previous == ";"
            && kind == TokenKind::Word
            && ["CREATE", "ALTER", "DROP", "PRAGMA"].iter().any(is)
    }

    /// Takes the next token of the statement.
    pub(crate) fn see(&mut self, kind: TokenKind, text: &str) {
        let text = match kind {
            TokenKind::Word => text.to_ascii_uppercase(),
            TokenKind::Punct | TokenKind::Delimiter => text.to_owned(),
            // Neither a keyword nor a mark, whatever it contains.
            _ => String::new(),
        };
        match self.shape {
            Shape::Unread => self.shape = self.first_word(&text),
            Shape::Promising => self.shape = self.object(&text),
            Shape::Plain => {}
            Shape::Rule => self.see_in_rule(&text),
            Shape::Atomic => self.see_in_atomic(&text),
            Shape::Trigger => self.see_in_trigger(&text),
            Shape::Program => self.see_in_program(&text),
        }
        self.previous = text;
    }

    fn first_word(&self, word: &str) -> Shape {
        match (self.dialect, word) {
            (_, "CREATE") | (Dialect::Mysql, "ALTER" | "BEGIN") | (Dialect::Sqlite, "EXPLAIN") => {
                Shape::Promising
            }
            _ => Shape::Plain,
        }
    }

    fn object(&mut self, word: &str) -> Shape {
        match (self.dialect, word) {
            (Dialect::Postgres, "OR" | "REPLACE")
            | (Dialect::Sqlite, "QUERY" | "PLAN" | "CREATE" | "TEMP" | "TEMPORARY") => {
                Shape::Promising
            }
            (Dialect::Postgres, "RULE") => Shape::Rule,
            (Dialect::Postgres, "FUNCTION" | "PROCEDURE") => Shape::Atomic,
            (Dialect::Sqlite, "TRIGGER") => Shape::Trigger,
            (Dialect::Mysql, "PROCEDURE" | "FUNCTION" | "TRIGGER" | "EVENT" | "PACKAGE") => {
                Shape::Program
            }
            // MariaDB: `BEGIN NOT ATOMIC`.
            (Dialect::Mysql, "NOT") if self.previous == "BEGIN" => {
                self.blocks.push(Block::Statements);
                Shape::Program
            }
            // `DEFINER = someone` may stand before the object.
            (Dialect::Mysql, "TABLE" | "INDEX" | "VIEW" | "USER" | "DATABASE" | "SCHEMA") => {
                Shape::Plain
            }
            (Dialect::Mysql, _) if self.previous != "BEGIN" => Shape::Promising,
            _ => Shape::Plain,
        }
    }

    fn see_in_rule(&mut self, text: &str) {
        match text {
            "(" => self.blocks.push(Block::Parenthesis),
            ")" => drop(self.blocks.pop()),
            _ => {}
        }
    }

    fn see_in_atomic(&mut self, text: &str) {
        match text {
            "ATOMIC" if self.previous == "BEGIN" => self.blocks.push(Block::Statements),
            "CASE" if self.is_open() => self.blocks.push(Block::CaseExpression),
            "END" => drop(self.blocks.pop()),
            _ => {}
        }
    }

    /// As SQLite's own shell does: the trigger ends where `END` follows a `;`.
    fn see_in_trigger(&mut self, text: &str) {
        match text {
            "BEGIN" if !self.is_open() => self.blocks.push(Block::Statements),
            "END" if self.previous == ";" => self.blocks.clear(),
            _ => {}
        }
    }

    fn see_in_program(&mut self, text: &str) {
        if std::mem::take(&mut self.skip_next)
            && matches!(text, "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR")
        {
            return;
        }
        let begins_statement = self.begins_statement();
        if begins_statement {
            text.clone_into(&mut self.leading);
        }
        let in_expression = self.blocks.last() == Some(&Block::CaseExpression);
        match text {
            "CASE" if !begins_statement || in_expression => {
                self.blocks.push(Block::CaseExpression);
            }
            "END" if in_expression => drop(self.blocks.pop()),
            "END" if begins_statement || self.leading == "UNTIL" => {
                self.blocks.pop();
                self.skip_next = true;
            }
            "BEGIN" if begins_statement || !self.is_open() || self.leading == "DECLARE" => {
                self.blocks.push(Block::Statements);
            }
            "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR"
                if begins_statement && !in_expression =>
            {
                self.blocks.push(Block::Statements);
            }
            _ => {}
        }
    }

    /// Whether an inner statement begins after the previous token.
    fn begins_statement(&self) -> bool {
        let opens = ["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"].contains(&&*self.previous);
        let ends = [";", ":"].contains(&&*self.previous);
        // `FOR EACH ROW` ends the header of a trigger.
        let ends_header = !self.is_open() && self.previous == "ROW";
        ends_header || ends || opens
    }
}
