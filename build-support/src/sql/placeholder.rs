//! Placeholders in the text of a file.
//!
//! For the passes each `{{prefix}}` is a word of the same length, so that the file is read and judged as
//! what it will be, and each offset stays what it is. Afterwards the words become placeholders again in
//! all that is kept or told.

mod created;

use std::ops::Range;
use std::sync::Arc;

use super::lex::lex;
use super::split::split;
use super::token::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::kinds::{BAD_PLACEHOLDER, INVALID_SQL, UNKNOWN_PLACEHOLDER};
use crate::levels::Allowance;
use crate::nearest::nearest;
use crate::placeholder::{Names, Placeholder};
use crate::recovery::{Condition, Recovery};
use crate::script::Script;
use crate::source::SourceFile;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
/// What braces are written as unless a text has such a word already.
const USUAL_FILL: char = '_';

/// A file of a set that declares placeholders.
pub(super) struct Masked<'a> {
    written: &'a Arc<SourceFile>,
    file: Arc<SourceFile>,
    placeholders: &'a [Placeholder],
    places: Vec<Place>,
    /// What each placeholder is written as meanwhile.
    words: Vec<(String, String)>,
}

/// Something in double braces.
struct Place {
    range: Range<usize>,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A placeholder of this index.
    Declared(usize),
    /// The name of none.
    Unknown,
    /// No name at all, or one with space around it, or without an end.
    Malformed,
}

impl<'a> Masked<'a> {
    pub(super) fn new(written: &'a Arc<SourceFile>, placeholders: &'a [Placeholder]) -> Self {
        let places = places(&written.text, placeholders);
        let fill = fill(&written.text, placeholders);
        let word = |text: &str| mask(text, fill);
        let mut text = String::with_capacity(written.text.len());
        let mut at = 0;
        for place in &places {
            text.push_str(written.slice(at..place.range.start));
            let part = written.slice(place.range.clone());
            // Nothing else is known of what has no name, and the rest of the file is read as it is.
            let masked = match place.what {
                What::Malformed => part.to_owned(),
                What::Declared(_) | What::Unknown => word(part),
            };
            text.push_str(&masked);
            at = place.range.end;
        }
        text.push_str(written.slice(at..written.text.len()));
        let unknown = places.iter().filter(|place| place.what == What::Unknown);
        let unknown = unknown.map(|place| written.slice(place.range.clone()).to_owned());
        let declared = placeholders.iter().map(Placeholder::written);
        let words = declared
            .chain(unknown)
            .map(|written| (word(&written), written));
        let words = words.collect();
        Self {
            written,
            file: SourceFile::new(written.path.clone(), &text),
            placeholders,
            places,
            words,
        }
    }

    /// The file as the passes read it.
    pub(super) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Puts the placeholders back, and judges them.
    pub(super) fn restore(
        &self,
        script: &mut Script,
        dialects: &[Dialect],
        found: Diagnostics,
        diagnostics: &mut Diagnostics,
    ) {
        let Diagnostics { found, allowances } = found;
        let of_written = |it| Allowance {
            file: Arc::clone(self.written),
            ..it
        };
        diagnostics
            .allowances
            .extend(allowances.into_iter().map(of_written));
        script.file = Arc::clone(self.written);
        for statement in &mut script.statements {
            for (_, text) in &mut statement.batch {
                *text = self.unmask(text);
            }
            for (_, recovery) in &mut statement.recovery {
                if let Recovery::Probe(conditions) = recovery {
                    for condition in conditions {
                        self.unmask_names(condition);
                    }
                }
            }
        }
        let Some(dialect) = dialects.first() else {
            diagnostics.extend(found);
            return;
        };
        let lexed = lex(&self.file.text, *dialect);
        let wrong = self.wrong(&lexed.tokens);
        let in_broken = |diagnostic: &Diagnostic| {
            let at = diagnostic
                .labels
                .first()
                .map_or(0, |label| label.range.start);
            let mut ranges = script.statements.iter().map(|statement| &statement.range);
            let statement = ranges.find(|range| range.contains(&at));
            let mut broken = wrong.iter().filter_map(|wrong| wrong.labels.first());
            broken.any(|label| statement.is_some_and(|it| it.contains(&label.range.start)))
        };
        // What a wrong placeholder makes of its statement is no mistake of its own.
        let kept = found
            .into_iter()
            .filter(|found| found.kind.id != INVALID_SQL.id || !in_broken(found));
        diagnostics.extend(kept.map(|diagnostic| self.told(diagnostic)));
        script.names = self.names(&lexed.tokens);
        let phrases = split(&self.file.text, &lexed, *dialect);
        script.names.created = created::created(self, &phrases, dialects);
        diagnostics.extend(wrong);
    }

    /// What is wrong with placeholders. In a string any other text in braces is what it is, and in a
    /// comment all of it.
    fn wrong(&self, tokens: &[Token]) -> Vec<Diagnostic> {
        let wrong = self.places.iter().filter_map(|place| {
            let token = token_at(tokens, place.range.start)?;
            let text = self.written.slice(token.start..token.end);
            let is_directive = token.kind == TokenKind::Comment && is_directive(text);
            let is_called = is_directive && text.contains("call(");
            match place.what {
                _ if token.kind == TokenKind::Comment && !is_directive => None,
                What::Declared(_) if is_called => Some(self.in_call(place)),
                What::Declared(_) => None,
                What::Malformed if self.is_spaced(place) => Some(self.malformed(place)),
                _ if token.kind == TokenKind::String => None,
                What::Unknown => Some(self.unknown(place)),
                What::Malformed => Some(self.malformed(place)),
            }
        });
        wrong.collect()
    }

    /// Whether it is a declared name but for the space around it.
    fn is_spaced(&self, place: &Place) -> bool {
        let inner = inner(self.written.slice(place.range.clone()));
        self.placeholders.iter().any(|it| it.name == inner.trim())
    }

    fn unknown(&self, place: &Place) -> Diagnostic {
        let name = inner(self.written.slice(place.range.clone()));
        let declared = self.placeholders.iter().map(|it| it.name.as_str());
        let help = match nearest(name, declared) {
            Some(meant) => format!("did you mean `{{{{{meant}}}}}`?"),
            None => format!("declare it beside the others, as in `placeholders = [{name:?}]`"),
        };
        let message = format!("the placeholder `{name}` is not declared");
        Diagnostic::new(&UNKNOWN_PLACEHOLDER, message)
            .at(self.written, place.range.clone(), "")
            .help(help)
    }

    fn malformed(&self, place: &Place) -> Diagnostic {
        let label = if self.is_spaced(place) {
            "space around the name"
        } else {
            "no name in double braces"
        };
        let example = self.placeholders.first().map(Placeholder::written);
        Diagnostic::new(&BAD_PLACEHOLDER, "this is no placeholder")
            .at(self.written, place.range.clone(), label)
            .help(format!("write `{}`", example.unwrap_or_default()))
    }

    fn in_call(&self, place: &Place) -> Diagnostic {
        let message = "the name of a function of the application has no placeholder";
        Diagnostic::new(&BAD_PLACEHOLDER, message)
            .at(self.written, place.range.clone(), "")
            .help("write the name that the application registers")
    }

    /// The placeholders in the code, and the names that they stand in.
    fn names(&self, tokens: &[Token]) -> Names {
        let mut names = Names::default();
        for place in &self.places {
            let What::Declared(index) = place.what else {
                continue;
            };
            let Some(token) = token_at(tokens, place.range.start) else {
                continue;
            };
            let text = self.written.slice(token.start..token.end);
            if token.kind == TokenKind::Comment && !is_directive(text) {
                continue;
            }
            let used = self.placeholders.get(index).map(|it| it.name.clone());
            names.used.extend(used);
            if matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
                && !names.templates.iter().any(|other| other == text)
            {
                names.templates.push(text.to_owned());
            }
        }
        names
    }

    /// The placeholders in a range of the file.
    fn within(&self, range: &Range<usize>) -> Vec<String> {
        let places = self
            .places
            .iter()
            .filter(|it| range.contains(&it.range.start));
        let declared = places.filter_map(|place| match place.what {
            What::Declared(index) => self.placeholders.get(index),
            What::Unknown | What::Malformed => None,
        });
        declared
            .map(|placeholder| placeholder.name.clone())
            .collect()
    }

    /// Whether something in double braces in a range of the file is no placeholder.
    fn is_wrong_within(&self, range: &Range<usize>) -> bool {
        let mut places = self.places.iter();
        places.any(|it| range.contains(&it.range.start) && !matches!(it.what, What::Declared(_)))
    }

    fn unmask(&self, text: &str) -> String {
        let words = self.words.iter();
        words.fold(text.to_owned(), |text, (word, written)| {
            text.replace(word, written)
        })
    }

    fn unmask_names(&self, condition: &mut Condition) {
        let Condition {
            schema,
            table,
            name,
            ..
        } = condition;
        for name in schema.iter_mut().chain(table).chain([name]) {
            *name = self.unmask(name);
        }
    }

    /// A diagnostic about the file as it is written.
    fn told(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.message = self.unmask(&diagnostic.message);
        diagnostic.help = diagnostic.help.map(|help| self.unmask(&help));
        for label in &mut diagnostic.labels {
            label.text = self.unmask(&label.text);
            if Arc::ptr_eq(&label.file, &self.file) {
                label.file = Arc::clone(self.written);
            }
        }
        diagnostic
    }
}

/// All that stands in double braces.
fn places(text: &str, placeholders: &[Placeholder]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(OPEN)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let end = line.find(CLOSE).map(|end| end + CLOSE.len());
        // What is no name may have one in it, as in `{{1}, {{prefix}}` and `{{{prefix}}`.
        let next = line.get(1..end.unwrap_or(1)).and_then(|it| it.find(OPEN));
        let len = match next {
            Some(next) => OPEN.len().min(next + 1),
            None => end.unwrap_or(OPEN.len()),
        };
        let range = start..start + len;
        let name = inner(text.get(range.clone()).unwrap_or_default());
        let what = match placeholders.iter().position(|it| it.name == name) {
            _ if end.is_none() || next.is_some() => What::Malformed,
            Some(index) => What::Declared(index),
            None if is_word(name) => What::Unknown,
            None => What::Malformed,
        };
        at = range.end;
        places.push(Place { range, what });
    }
    places
}

/// The words that stand for placeholders in what is read from these texts, and how each is written;
/// none when they are not the same in all of them.
pub(crate) fn words<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    placeholders: &[Placeholder],
) -> Option<Vec<(String, String)>> {
    let is_usual = |text: &str| placeholders.is_empty() || fill(text, placeholders) == USUAL_FILL;
    let written = placeholders.iter().map(Placeholder::written);
    let words = written.map(|written| (mask(&written, USUAL_FILL), written));
    texts.into_iter().all(is_usual).then(|| words.collect())
}

/// A letter to write braces as, such that no word for a placeholder stands in the text already.
fn fill(text: &str, placeholders: &[Placeholder]) -> char {
    let is_free = |fill: &char| {
        let mut words = placeholders.iter().map(|it| mask(&it.written(), *fill));
        words.all(|word| !text.contains(&word))
    };
    let mut candidates = std::iter::once(USUAL_FILL)
        .chain('a'..='z')
        .chain('A'..='Z');
    // A text with all of them is not written by hand.
    candidates.find(is_free).unwrap_or(USUAL_FILL)
}

/// A word as long as what stands in braces.
fn mask(text: &str, fill: char) -> String {
    text.replace(['{', '}'], fill.encode_utf8(&mut [0; 4]))
}

/// What stands between the braces.
fn inner(text: &str) -> &str {
    let text = text.strip_prefix(OPEN).unwrap_or(text);
    text.strip_suffix(CLOSE).unwrap_or(text)
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a comment asks for something; of one that allows what a check finds the rest is a reason.
fn is_directive(comment: &str) -> bool {
    let words = comment
        .trim_start_matches(['-', '/', '*', '#'])
        .trim_start();
    let asked = words.strip_prefix("rungs:").map(str::trim_start);
    asked.is_some_and(|words| !words.starts_with("allow"))
}

fn token_at(tokens: &[Token], offset: usize) -> Option<&Token> {
    let index = tokens.partition_point(|token| token.end <= offset);
    tokens.get(index)
}
