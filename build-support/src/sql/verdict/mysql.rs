//! MySQL and MariaDB: what their manuals say, as a grammar in `mysql/statements.grammar`.

mod grammar;
mod matching;
mod reserved;
mod token;

use std::sync::LazyLock;

use super::Objection;
use crate::dialect::Server;
use crate::sql::split::Phrase;
use grammar::Grammar;
use matching::Misfit;

static GRAMMAR: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::read(include_str!("mysql/statements.grammar")));

/// More than this many ways to go on say nothing.
const FEW: usize = 4;

/// What is wrong with a statement, for the server that it is meant for.
pub(crate) fn object(phrase: &Phrase<'_>, server: Server) -> Option<Objection> {
    let misfit = matching::misfit(&GRAMMAR, phrase, server)?;
    let start = phrase.range().start;
    let is_at_end = misfit.at == phrase.tokens().len();
    if let Some(open) = unclosed(phrase).filter(|_| is_at_end) {
        let reason = Some("this parenthesis is never closed".to_owned());
        return Some(Objection {
            offset: open - start,
            reason,
        });
    }
    let offset = phrase
        .tokens()
        .get(misfit.at)
        .map_or_else(|| phrase.range().len(), |token| token.start - start);
    Some(Objection {
        offset,
        reason: expectation(misfit),
    })
}

/// Where the last parenthesis begins that is not closed.
fn unclosed(phrase: &Phrase<'_>) -> Option<usize> {
    let mut open = Vec::new();
    for (index, token) in phrase.tokens().iter().enumerate() {
        match phrase.token(index) {
            "(" => open.push(token.start),
            ")" => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

fn expectation(misfit: Misfit) -> Option<String> {
    let Misfit { mut expected, .. } = misfit;
    if expected.len() > 1 {
        // That a name could go on says nothing.
        expected.retain(|what| *what != ".");
    }
    expected.sort_unstable();
    let quoted: Vec<String> = expected.iter().map(|what| quoted(what)).collect();
    match quoted.as_slice() {
        [one] => Some(format!("expected {one}")),
        [first @ .., last] if quoted.len() <= FEW => {
            Some(format!("expected {} or {last}", first.join(", ")))
        }
        _ => None,
    }
}

/// Keywords and marks as they are typed, kinds of things as they are called.
fn quoted(what: &str) -> String {
    if what.starts_with(|first: char| first.is_ascii_lowercase()) {
        what.to_owned()
    } else {
        format!("`{what}`")
    }
}

/// What the grammar refers to and does not say.
#[cfg(test)]
pub(crate) fn unresolved() -> Vec<&'static str> {
    fn collect(node: &grammar::Node, found: &mut Vec<&'static str>) {
        use grammar::Node;
        match node {
            Node::Unknown(word) => found.push(word),
            Node::All(nodes) | Node::First(nodes) => {
                for node in nodes {
                    collect(node, found);
                }
            }
            Node::Optional(node) | Node::Many(_, node) | Node::List(node) | Node::Look(_, node) => {
                collect(node, found);
            }
            Node::Keyword(_) | Node::Mark(_) | Node::Token(_) | Node::Rule(_) | Node::Only(_) => {}
        }
    }
    let mut found = Vec::new();
    GRAMMAR
        .rules
        .iter()
        .for_each(|rule| collect(&rule.body, &mut found));
    found
}
