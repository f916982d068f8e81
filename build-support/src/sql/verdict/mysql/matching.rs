//! A statement against the grammar.

use std::collections::HashMap;

use super::grammar::{Grammar, Node};
use super::token::touches;
use crate::dialect::Server;
use crate::sql::split::Phrase;

/// How far a statement fits, and what would have had to follow.
#[derive(Debug, Default)]
pub(super) struct Misfit {
    /// The index of the first token that does not fit.
    pub(super) at: usize,
    /// What would fit there.
    pub(super) expected: Vec<&'static str>,
}

/// Where the statement does not fit the first rule of the grammar.
pub(super) fn misfit(grammar: &Grammar, phrase: &Phrase<'_>, server: Server) -> Option<Misfit> {
    let mut matcher = Matcher {
        grammar,
        phrase,
        server,
        kept: HashMap::new(),
        misfit: Misfit::default(),
        labelled: None,
        silent: 0,
    };
    match matcher.rule(0, 0) {
        Some(_) => None,
        None => Some(matcher.misfit),
    }
}

struct Matcher<'a> {
    grammar: &'a Grammar,
    phrase: &'a Phrase<'a>,
    server: Server,
    kept: HashMap<(usize, usize), Option<usize>>,
    misfit: Misfit,
    /// Where a rule with a label has begun: what it begins with is not told.
    labelled: Option<usize>,
    silent: usize,
}

impl Matcher<'_> {
    fn rule(&mut self, index: usize, at: usize) -> Option<usize> {
        let rule = self.grammar.rules.get(index)?;
        if rule.is_kept
            && let Some(end) = self.kept.get(&(index, at))
        {
            let end = *end;
            if let (None, Some(label)) = (end, rule.label) {
                self.expect(at, label);
            }
            return end;
        }
        let outer = self.labelled;
        if rule.label.is_some() {
            self.labelled = Some(at);
        }
        let end = self.node(&rule.body, at);
        self.labelled = outer;
        if let (None, Some(label)) = (end, rule.label) {
            self.expect(at, label);
        }
        if rule.is_kept {
            self.kept.insert((index, at), end);
        }
        end
    }

    fn node(&mut self, node: &Node, at: usize) -> Option<usize> {
        match node {
            Node::Keyword(word) => self.token(self.phrase.is(at, word).then_some(at + 1), at, word),
            Node::Mark(mark) => self.token(after_mark(self.phrase, at, mark), at, mark),
            Node::Token(kind) => {
                self.token(kind.after(self.phrase, at, self.server), at, kind.label())
            }
            Node::Rule(index) => self.rule(*index, at),
            Node::All(nodes) => nodes.iter().try_fold(at, |at, node| self.node(node, at)),
            Node::First(nodes) => nodes.iter().find_map(|node| self.node(node, at)),
            Node::Optional(node) => Some(self.node(node, at).unwrap_or(at)),
            Node::Many(least, node) => self.many(*least, node, at),
            Node::List(node) => self.list(node, at),
            Node::Look(wanted, node) => self.look(*wanted, node, at),
            Node::Only(server) => self.server.includes(*server).then_some(at),
            Node::Unknown(_) => None,
        }
    }

    fn token(&mut self, end: Option<usize>, at: usize, what: &'static str) -> Option<usize> {
        if end.is_none() {
            self.expect(at, what);
        }
        end
    }

    fn many(&mut self, least: usize, node: &Node, at: usize) -> Option<usize> {
        let (mut end, mut count) = (at, 0);
        while let Some(next) = self.node(node, end) {
            count += 1;
            if next == end {
                break;
            }
            end = next;
        }
        (count >= least).then_some(end)
    }

    fn list(&mut self, node: &Node, at: usize) -> Option<usize> {
        let mut end = self.node(node, at)?;
        loop {
            let Some(comma) = self.token(after_mark(self.phrase, end, ","), end, ",") else {
                return Some(end);
            };
            let Some(next) = self.node(node, comma) else {
                return Some(end);
            };
            end = next;
        }
    }

    fn look(&mut self, wanted: bool, node: &Node, at: usize) -> Option<usize> {
        self.silent += 1;
        let found = self.node(node, at).is_some();
        self.silent -= 1;
        (found == wanted).then_some(at)
    }

    fn expect(&mut self, at: usize, what: &'static str) {
        if self.silent > 0 || self.labelled == Some(at) || at < self.misfit.at {
            return;
        }
        if at > self.misfit.at {
            self.misfit.at = at;
            self.misfit.expected.clear();
        }
        if !self.misfit.expected.contains(&what) {
            self.misfit.expected.push(what);
        }
    }
}

/// The index after the signs of a mark, which stand without a space.
fn after_mark(phrase: &Phrase<'_>, at: usize, mark: &str) -> Option<usize> {
    let mut end = at;
    let mut rest = mark;
    while !rest.is_empty() {
        let token = phrase.token(end);
        if token.is_empty() || (end > at && !touches(phrase, end)) {
            return None;
        }
        rest = rest.strip_prefix(token)?;
        end += 1;
    }
    Some(end)
}
