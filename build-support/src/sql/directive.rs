//! `-- rungs: no-transaction` and its like in the header of a file, and where instructions stand.

use std::ops::Range;
use std::sync::Arc;

use super::allowance;
use super::instruction::{self, Instruction};
use super::lex::Lexed;
use super::split::Phrase;
use super::token::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds;
use crate::nearest::nearest;
use crate::script::Directives;
use crate::source::SourceFile;

const KNOWN: [&str; 2] = ["no-transaction", "irreversible"];

/// How other tools say `no-transaction`, without the dashes of the comment.
const PEERS: [&str; 11] = [
    "no-transaction",
    "! no-transaction",
    "+goose no transaction",
    "atlas:txmode none",
    "+migrate up notransaction",
    "+migrate down notransaction",
    "tern: disable-tx",
    "tern:notransaction",
    "migrate:up transaction:false",
    "migrate:down transaction:false",
    "flyway:executeintransaction=false",
];

/// Reads the header, and the instructions anywhere; what looks like a directive and is none is
/// reported.
pub(crate) fn read(
    file: &Arc<SourceFile>,
    lexed: &Lexed,
    phrases: &[Phrase<'_>],
    diagnostics: &mut Diagnostics,
) -> (Directives, Vec<Instruction>) {
    let header_end = phrases
        .first()
        .map_or(usize::MAX, |phrase| phrase.range().start);
    let mut directives = Directives::default();
    let mut instructions = Vec::new();
    for token in comments(lexed).filter(|token| !is_in_body(token, phrases)) {
        let text = token.text(&file.text);
        let comment = Comment::read(text);
        let in_header = token.start < header_end;
        if in_header && comment.is_of_peer() {
            directives.no_transaction = true;
        }
        let place = Place {
            file,
            range: token.start..token.end,
            is_valid: in_header && text.starts_with("--"),
        };
        let words = comment.words();
        match words.and_then(|words| allowance::read(file, token, words, phrases)) {
            Some(Ok(allowance)) => {
                diagnostics.allowances.push(allowance);
                continue;
            }
            Some(Err(diagnostic)) => {
                diagnostics.push(diagnostic);
                continue;
            }
            None => {}
        }
        match words.and_then(|words| Instruction::read(file, token, words)) {
            Some(Ok(instruction)) => {
                instructions.push(instruction);
                continue;
            }
            Some(Err(diagnostic)) => {
                diagnostics.push(diagnostic);
                continue;
            }
            None => {}
        }
        for word in comment.directives() {
            place.apply(word, &mut directives, diagnostics);
        }
        if comment.is_near_miss() {
            diagnostics.push(near_miss(file, token, &comment));
        }
    }
    (directives, instructions)
}

fn comments(lexed: &Lexed) -> impl Iterator<Item = &Token> {
    let tokens = lexed.tokens.iter();
    tokens.filter(|token| token.kind == TokenKind::Comment)
}

fn is_in_body(token: &Token, phrases: &[Phrase<'_>]) -> bool {
    let after = phrases.partition_point(|phrase| phrase.range().end <= token.start);
    phrases
        .get(after)
        .is_some_and(|phrase| phrase.range().contains(&token.start) && phrase.has_body())
}

/// A comment without what makes it one.
struct Comment<'a> {
    content: &'a str,
}

impl<'a> Comment<'a> {
    fn read(text: &'a str) -> Self {
        let inner = match text.strip_prefix("/*") {
            Some(block) => block.strip_suffix("*/").unwrap_or(block),
            None => text.trim_start_matches(['-', '#']).trim_end_matches('-'),
        };
        Self {
            content: inner.trim(),
        }
    }

    fn is_of_peer(&self) -> bool {
        let words: Vec<String> = self
            .content
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect();
        // sqlx ignores what follows its words, so people write reasons there.
        let is_sqlx = words.first().is_some_and(|word| word == "no-transaction");
        is_sqlx || PEERS.contains(&&*words.join(" "))
    }

    /// What follows `rungs:`.
    fn words(&self) -> Option<&'a str> {
        self.content.strip_prefix("rungs:")
    }

    /// The words after `rungs:`; none if it is another comment.
    fn directives(&self) -> Vec<&'a str> {
        let Some(words) = self.words() else {
            return Vec::new();
        };
        if let Some((name, _)) = words.split_once('(') {
            // What stands in the parentheses and behind them is none.
            return vec![name.trim()];
        }
        let words: Vec<&str> = words
            .split([',', ' ', '\t', '\n'])
            .filter(|word| !word.is_empty())
            .collect();
        // `-- rungs:` alone asks for nothing that we know.
        if words.is_empty() { vec![""] } else { words }
    }

    /// Whether it is almost `rungs: word`: both parts near, and nothing else, as in prose.
    fn is_near_miss(&self) -> bool {
        if self.content.starts_with("rungs:") {
            return false;
        }
        let split = self.content.find([':', ' ', '=']);
        let Some((name, rest)) = split.and_then(|at| self.content.split_at_checked(at)) else {
            return false;
        };
        let name = name.to_lowercase();
        let rest = rest.trim_start_matches([':', ' ', '=']);
        let is_name = name == "rungs" || nearest(&name, ["rungs"]).is_some();
        is_name && meant(rest).is_some()
    }
}

struct Place<'a> {
    file: &'a Arc<SourceFile>,
    range: Range<usize>,
    is_valid: bool,
}

impl Place<'_> {
    fn apply(&self, word: &str, directives: &mut Directives, diagnostics: &mut Diagnostics) {
        if !KNOWN.contains(&word) {
            diagnostics.push(self.unknown(word));
        } else if !self.is_valid {
            diagnostics.push(self.misplaced(word));
        } else if word == "irreversible" {
            directives.irreversible = true;
        } else {
            directives.no_transaction = true;
        }
    }

    fn unknown(&self, word: &str) -> Diagnostic {
        let help = match meant(word) {
            Some(known) => format!("did you mean `-- rungs: {}`?", form(known)),
            None => format!(
                "known are `{}`, `{}`, `{}`",
                KNOWN.join("`, `"),
                instruction::FORMS.join("`, `"),
                allowance::FORMS.join("`, `")
            ),
        };
        let message = if word.is_empty() {
            "`rungs:` without a directive".to_owned()
        } else {
            format!("unknown directive `{word}`")
        };
        Diagnostic::new(&kinds::UNKNOWN_DIRECTIVE, message)
            .at(self.file, self.range.clone(), "not known to rungs")
            .help(help)
    }

    fn misplaced(&self, word: &str) -> Diagnostic {
        let message = format!("directive `{word}` has no effect here");
        let is_block = self.file.slice(self.range.clone()).starts_with("/*");
        let (label, help) = if is_block {
            (
                "a block comment is no directive",
                format!("write `-- rungs: {word}` above the first statement"),
            )
        } else {
            (
                "after the first statement",
                format!("move `-- rungs: {word}` above the first statement of the file"),
            )
        };
        Diagnostic::new(&kinds::MISPLACED_DIRECTIVE, message)
            .at(self.file, self.range.clone(), label)
            .help(help)
    }
}

fn near_miss(file: &Arc<SourceFile>, token: &Token, comment: &Comment<'_>) -> Diagnostic {
    let word = comment.content.split_once([':', ' ', '=']);
    let known = word.and_then(|(_, word)| meant(word.trim_start_matches([':', ' ', '='])));
    Diagnostic::new(
        &kinds::UNKNOWN_DIRECTIVE,
        format!("`{}` is not a directive", comment.content),
    )
    .at(file, token.start..token.end, "has no effect as it is")
    .help(format!(
        "write `-- rungs: {}`",
        form(known.unwrap_or("no-transaction"))
    ))
}

/// The directive that was probably meant, however it was hyphenated.
fn meant(word: &str) -> Option<&'static str> {
    let word = word.split('(').next().unwrap_or_default();
    let hyphenated = word.trim().to_lowercase().replace([' ', '_'], "-");
    let named = || instruction::NAMES.into_iter().chain(allowance::NAMES);
    let known = || KNOWN.into_iter().chain(named());
    let exact = known().find(|known| *known == hyphenated);
    exact.or_else(|| nearest(&hyphenated, known()))
}

/// A directive as it is written, with what stands in its parentheses.
fn form(name: &'static str) -> &'static str {
    let is_of = |form: &&str| form.split('(').next() == Some(name);
    let mut forms = instruction::FORMS.into_iter().chain(allowance::FORMS);
    forms.find(is_of).unwrap_or(name)
}
