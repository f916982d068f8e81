//! A grammar as text, and how it is matched against the tokens of a statement.
//!
//! The text is a parsing expression grammar in the notation of the manuals: capitals are keywords,
//! `'('` is a mark, lower case is another rule or a kind of token, `[a]` is optional, `{a | b}` is
//! a choice of which the first that fits is taken, `a*` and `a+` repeat, `a%` is a list with commas,
//! `!a` and `&a` only look. `mysql8:` and `mariadb:` are for one of the two servers alone. A rule
//! may have a name for people, in double quotes.

use std::collections::HashMap;

use super::token::Terminal;
use crate::dialect::Server;

/// Rules that refer to each other by their place.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
}

#[derive(Debug)]
pub(super) struct Rule {
    /// What people call it, when that says more than what it consists of.
    pub(super) label: Option<&'static str>,
    /// Tried at one place by more than one rule, so that its outcome is kept.
    pub(super) is_kept: bool,
    pub(super) body: Node,
}

#[derive(Debug)]
pub(super) enum Node {
    Keyword(&'static str),
    Mark(&'static str),
    Token(Terminal),
    Rule(usize),
    All(Vec<Self>),
    First(Vec<Self>),
    Optional(Box<Self>),
    /// At least this often.
    Many(usize, Box<Self>),
    List(Box<Self>),
    Look(bool, Box<Self>),
    Only(Server),
    /// Refers to nothing; no statement fits.
    Unknown(#[cfg_attr(not(test), expect(dead_code, reason = "a test asks for it"))] &'static str),
}

impl Grammar {
    /// Reads the rules; each begins at the start of a line, and continues on lines that are indented.
    pub(super) fn read(text: &'static str) -> Self {
        let words = words(text);
        let starts: Vec<usize> = (0..words.len()).filter(|at| is_head(&words, *at)).collect();
        let names: HashMap<&'static str, usize> = starts
            .iter()
            .enumerate()
            .filter_map(|(index, start)| Some((words.get(*start).copied()?, index)))
            .collect();
        let ends = starts.iter().skip(1).copied().chain([words.len()]);
        let rules = starts.iter().zip(ends);
        let rules = rules.map(|(start, end)| {
            let words = words.get(*start..end).unwrap_or_default();
            rule(words, &names)
        });
        Self {
            rules: rules.collect(),
        }
    }
}

/// `name =`, `name "label" =`, `name ~ =` or `name ~ "label" =`
fn is_head(words: &[&str], at: usize) -> bool {
    let name = words
        .get(at)
        .is_some_and(|word| word.starts_with(|first: char| first.is_ascii_lowercase()));
    let mut rest = words
        .iter()
        .skip(at + 1)
        .skip_while(|word| **word == "~" || word.starts_with('"'));
    name && rest.next() == Some(&"=")
}

fn rule(words: &[&'static str], names: &HashMap<&'static str, usize>) -> Rule {
    let equals = words
        .iter()
        .position(|word| *word == "=")
        .unwrap_or_default();
    let (head, body) = words.split_at(equals);
    let label = head.iter().find(|word| word.starts_with('"'));
    let mut reader = Reader {
        words: body.get(1..).unwrap_or_default(),
        at: 0,
        names,
    };
    Rule {
        label: label.map(|label| label.trim_matches('"')),
        is_kept: head.contains(&"~"),
        body: reader.choice(),
    }
}

/// Splits the text at spaces and around each sign of the notation.
fn words(text: &'static str) -> Vec<&'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(words_of_line).collect()
}

fn words_of_line(line: &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => rest
                .get(1..)
                .and_then(|rest| rest.find(first))
                .map_or(rest.len(), |end| end + 2),
            '[' | ']' | '{' | '}' | '|' | '*' | '+' | '%' | '!' | '&' | '=' | '~' => 1,
            _ => {
                let ends = |next: char| next.is_whitespace() || "[]{}|*+%!&=~'\"".contains(next);
                rest.find(ends).unwrap_or(rest.len())
            }
        };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after.trim_start();
    }
    words
}

struct Reader<'a> {
    words: &'a [&'static str],
    at: usize,
    names: &'a HashMap<&'static str, usize>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&'static str> {
        self.words.get(self.at).copied()
    }

    fn choice(&mut self) -> Node {
        let mut choices = vec![self.sequence()];
        while self.peek() == Some("|") {
            self.at += 1;
            choices.push(self.sequence());
        }
        if choices.len() == 1 {
            choices.pop().unwrap_or(Node::All(Vec::new()))
        } else {
            Node::First(choices)
        }
    }

    fn sequence(&mut self) -> Node {
        let mut parts = Vec::new();
        while let Some(word) = self.peek().filter(|word| !["|", "]", "}"].contains(word)) {
            self.at += 1;
            let part = self.part(word);
            parts.push(self.repeated(part));
        }
        Node::All(parts)
    }

    fn part(&mut self, word: &'static str) -> Node {
        match word {
            "[" => Node::Optional(Box::new(self.closed())),
            "{" => self.closed(),
            "!" | "&" => {
                let next = self.peek().unwrap_or_default();
                self.at += 1;
                Node::Look(word == "&", Box::new(self.part(next)))
            }
            "mysql8:" => Node::Only(Server::Mysql8),
            "mariadb:" => Node::Only(Server::Mariadb),
            _ if word.starts_with('\'') => Node::Mark(word.trim_matches('\'')),
            _ if word.starts_with(|first: char| first.is_ascii_lowercase()) => {
                let rule = self.names.get(word).map(|rule| Node::Rule(*rule));
                let token = || Terminal::named(word).map(Node::Token);
                rule.or_else(token).unwrap_or(Node::Unknown(word))
            }
            _ => Node::Keyword(word),
        }
    }

    fn closed(&mut self) -> Node {
        let inner = self.choice();
        self.at += 1;
        inner
    }

    fn repeated(&mut self, part: Node) -> Node {
        let node = match self.peek() {
            Some("*") => Node::Many(0, Box::new(part)),
            Some("+") => Node::Many(1, Box::new(part)),
            Some("%") => Node::List(Box::new(part)),
            _ => return part,
        };
        self.at += 1;
        node
    }
}
