//! Texts that a program puts together to run them: `format('ALTER TABLE %I ...', t)`, `CONCAT(...)`.
//!
//! What is not in the program stands in a text as a word of its own: [`GIVEN`] for what the caller
//! says, [`SOUGHT`] for what the program finds out by itself.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::change::{GIVEN, SOUGHT};
use crate::sql::token::{Token, TokenKind};

/// More texts than this for one statement are not looked at.
const MOST: usize = 32;
/// Variables that are made of variables: so deep they are followed.
const DEEPEST: usize = 8;
/// So many expressions are looked at for one statement: each variable can be made in many ways.
const LONGEST: usize = 2_000;

/// The tokens of a program that are code.
#[derive(Clone, Copy)]
pub(super) struct Code<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
}

/// What the variables of a program are made of.
#[derive(Default)]
pub(super) struct Variables<'t> {
    parameters: BTreeSet<String>,
    values: BTreeMap<String, Vec<Code<'t>>>,
    unknown: BTreeSet<String>,
    /// How many expressions may still be looked at.
    left: Cell<usize>,
}

impl<'t> Code<'t> {
    pub(super) fn word(self, index: usize) -> &'t str {
        let token = self.tokens.get(index);
        token.map_or("", |token| token.text(self.text))
    }

    pub(super) fn is(self, index: usize, keyword: &str) -> bool {
        self.word(index).eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_any(self, index: usize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(index, keyword))
    }

    fn is_string(self, index: usize) -> bool {
        let token = self.tokens.get(index);
        token.is_some_and(|token| token.kind == TokenKind::String)
    }

    pub(super) const fn len(self) -> usize {
        self.tokens.len()
    }

    pub(super) fn part(self, start: usize, end: usize) -> Self {
        let tokens = self.tokens.get(start..end).unwrap_or_default();
        Self { tokens, ..self }
    }

    /// As it is written.
    pub(super) fn written(self) -> &'t str {
        let start = self.tokens.first().map_or(0, |token| token.start);
        let end = self.tokens.last().map_or(0, |token| token.end);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Cut where one of these words stands outside of brackets; the words are left out.
    pub(super) fn split(self, at: &[&str]) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut start, mut depth) = (0, 0_usize);
        for index in 0..self.len() {
            match self.word(index) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.is_any(index, at) => {
                    parts.push(self.part(start, index));
                    start = index + 1;
                }
                _ => {}
            }
        }
        parts.push(self.part(start, self.len()));
        parts
    }

    /// What stands in the brackets that are all of it after some words.
    fn arguments(self, after: usize) -> Option<Vec<Self>> {
        let is_bracketed = self.word(after) == "(" && self.word(self.len().checked_sub(1)?) == ")";
        let inner = self.part(after + 1, self.len().checked_sub(1)?);
        let mut depth = 0_i32;
        for index in 0..inner.len() {
            match inner.word(index) {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return None;
            }
        }
        is_bracketed.then(|| inner.split(&[","]))
    }
}

impl<'t> Variables<'t> {
    /// Names of what the caller says.
    pub(super) fn add_parameter(&mut self, name: &str) {
        self.parameters.insert(name.to_lowercase());
    }

    pub(super) fn assign(&mut self, name: &str, value: Code<'t>) {
        let values = self.values.entry(name.to_lowercase()).or_default();
        values.push(value);
    }

    /// It gets something that nobody can know.
    pub(super) fn assign_unknown(&mut self, name: &str) {
        self.unknown.insert(name.to_lowercase());
    }

    /// The texts that an expression can be.
    pub(super) fn texts(&self, expression: Code<'t>) -> Vec<String> {
        self.left.set(LONGEST);
        let texts = self.evaluate(expression, DEEPEST);
        if texts.is_empty() || texts.len() > MOST {
            return vec![SOUGHT.to_owned()];
        }
        texts
    }

    fn evaluate(&self, expression: Code<'t>, depth: usize) -> Vec<String> {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.left.get().checked_sub(1))
        else {
            return vec![SOUGHT.to_owned()];
        };
        self.left.set(left);
        // `||` is two tokens.
        let operands = expression.split(&["|"]);
        let operands = operands.into_iter().filter(|it| it.len() > 0);
        let texts = operands.map(|it| self.operand(it, depth));
        joined(texts)
    }

    fn operand(&self, code: Code<'t>, depth: usize) -> Vec<String> {
        // `x::regclass`
        let cast = (0..code.len()).find(|at| code.word(*at) == ":" && code.word(at + 1) == ":");
        if let Some(at) = cast {
            return self.operand(code.part(0, at), depth);
        }
        let all = |parts: &[Code<'t>]| -> Vec<String> {
            let texts = parts.iter().flat_map(|it| self.evaluate(*it, depth));
            few(texts.collect())
        };
        if let Some(arguments) = code.arguments(0) {
            return all(arguments.get(..1).unwrap_or_default());
        }
        if code.is(0, "SELECT") {
            let until = code.split(&["SELECT", "FROM", "INTO", "WHERE", "LIMIT"]);
            return all(until.get(1..2).unwrap_or_default());
        }
        if code.is(0, "CASE") {
            let ways = code.split(&["THEN", "ELSE"]);
            let ways = ways.into_iter().skip(1);
            let ways: Vec<Code<'t>> = ways
                .filter_map(|way| way.split(&["WHEN", "END"]).first().copied())
                .collect();
            return all(&ways);
        }
        let name = code.word(0).to_lowercase();
        match code.arguments(1) {
            Some(arguments) => match &*name {
                "format" => self.format(&arguments, depth),
                "concat" => joined(arguments.iter().map(|it| self.evaluate(*it, depth))),
                "quote_ident" | "lower" | "trim" => all(arguments.get(..1).unwrap_or_default()),
                "quote_literal" | "quote_nullable" | "quote" => vec!["''".to_owned()],
                "if" => all(arguments.get(1..).unwrap_or_default()),
                "coalesce" | "ifnull" => all(&arguments),
                _ => vec![SOUGHT.to_owned()],
            },
            None if code.len() == 1 && code.is_string(0) => vec![value(code.word(0))],
            None => self.variable(code, depth),
        }
    }

    fn variable(&self, code: Code<'t>, depth: usize) -> Vec<String> {
        let name = code.written().to_lowercase();
        if self.parameters.contains(&name) || name.starts_with('$') {
            return vec![GIVEN.to_owned()];
        }
        if self.unknown.contains(&name) {
            return vec![SOUGHT.to_owned()];
        }
        let values = self.values.get(&name);
        let values = values.into_iter().flatten();
        let texts: Vec<String> = values.flat_map(|it| self.evaluate(*it, depth)).collect();
        if texts.is_empty() {
            vec![SOUGHT.to_owned()]
        } else {
            few(texts)
        }
    }

    /// PostgreSQL: `%s`, `%I`, `%2$I`; a `%L` is a value.
    fn format(&self, arguments: &[Code<'t>], depth: usize) -> Vec<String> {
        let Some((template, arguments)) = arguments.split_first() else {
            return vec![SOUGHT.to_owned()];
        };
        let mut texts = Vec::new();
        for template in self.evaluate(*template, depth) {
            let mut next = 0;
            let mut pieces = template.split('%');
            let mut made = vec![vec![pieces.next().unwrap_or_default().to_owned()]];
            let mut is_escaped = false;
            for piece in pieces {
                if is_escaped || piece.is_empty() {
                    // `%%`
                    is_escaped = !is_escaped;
                    made.push(vec![format!(
                        "{}{piece}",
                        if is_escaped { "%" } else { "" }
                    )]);
                    continue;
                }
                let (position, rest) = position(piece);
                let index = position.map_or(next, |it| it.saturating_sub(1));
                next = index + 1;
                let value = match (rest.chars().next(), arguments.get(index)) {
                    (Some('L'), _) => vec!["''".to_owned()],
                    (Some('s' | 'I'), Some(argument)) => self.evaluate(*argument, depth),
                    _ => vec![SOUGHT.to_owned()],
                };
                made.push(value);
                made.push(vec![rest.chars().skip(1).collect()]);
            }
            texts.extend(joined(made.into_iter()));
        }
        texts
    }
}

/// The number before a `$`, and what follows.
fn position(piece: &str) -> (Option<usize>, &str) {
    match piece.split_once('$') {
        Some((number, rest)) if number.parse::<usize>().is_ok() => (number.parse().ok(), rest),
        _ => (None, piece),
    }
}

/// One unknown text where there are too many.
fn few(texts: Vec<String>) -> Vec<String> {
    if texts.len() > MOST {
        return vec![SOUGHT.to_owned()];
    }
    texts
}

/// Each way to put one of each together; one unknown text when there are too many.
fn joined(parts: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut made = vec![String::new()];
    for part in parts {
        let ends: Vec<String> = made
            .iter()
            .flat_map(|start| part.iter().map(move |end| format!("{start}{end}")))
            .collect();
        if ends.len() > MOST {
            return vec![SOUGHT.to_owned()];
        }
        made = ends;
    }
    made
}

/// What a string says.
pub(super) fn value(string: &str) -> String {
    let tagged = string.strip_prefix('$').and_then(|it| it.split_once('$'));
    if let Some((tag, body)) = tagged {
        let inner = body.strip_suffix(&format!("${tag}$"));
        return inner.unwrap_or(body).to_owned();
    }
    let quote = if string.ends_with('"') { '"' } else { '\'' };
    let inner = string.trim_start_matches(['e', 'E', 'n', 'N']);
    let inner = inner.strip_prefix(quote).unwrap_or(inner);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}
