//! `-- rungs: allow(id) reason` above a statement, `-- rungs: allow-file(id) reason` for a file.

use std::ops::Range;
use std::sync::Arc;

use super::split::Phrase;
use super::token::Token;
use crate::diagnostic::Diagnostic;
use crate::kinds::{self, BAD_DIRECTIVE, MISPLACED_DIRECTIVE};
use crate::levels::Allowance;
use crate::source::SourceFile;

/// What the name before the parenthesis can be.
pub(super) const NAMES: [&str; 2] = ["allow", "allow-file"];

/// What stands in the parentheses, for people.
pub(super) const FORMS: [&str; 2] = ["allow(id) reason", "allow-file(id) reason"];

/// Reads what follows `rungs:` in a comment; `None` if it allows nothing, else what it allows or what is
/// wrong with it.
pub(super) fn read(
    file: &Arc<SourceFile>,
    token: &Token,
    words: &str,
    phrases: &[Phrase<'_>],
) -> Option<Result<Allowance, Diagnostic>> {
    let (name, rest) = words.split_once('(')?;
    let name = NAMES.into_iter().find(|known| *known == name.trim())?;
    let comment = Comment {
        file,
        range: token.start..token.end,
        name,
    };
    Some(comment.read(rest, phrases))
}

struct Comment<'a> {
    file: &'a Arc<SourceFile>,
    range: Range<usize>,
    name: &'static str,
}

impl Comment<'_> {
    /// Reads what follows the opening parenthesis.
    fn read(&self, rest: &str, phrases: &[Phrase<'_>]) -> Result<Allowance, Diagnostic> {
        let text = self.file.slice(self.range.clone());
        if !text.starts_with("--") {
            return Err(self.in_block());
        }
        let (id, reason) = rest.split_once(')').ok_or_else(|| self.unclosed())?;
        let start = self.range.start + text.find('(').unwrap_or_default() + 1;
        let kind = kinds::adjustable(id.trim()).map_err(|refusal| {
            Diagnostic::new(&BAD_DIRECTIVE, refusal.to_string())
                .at(self.file, start..start + id.len(), "cannot be allowed")
                .help(refusal.help())
        })?;
        if !reason.chars().any(char::is_alphanumeric) {
            return Err(self.without_reason(kind.id));
        }
        let statement = match self.name {
            "allow" => Some(self.next(phrases).ok_or_else(|| self.misplaced(kind.id))?),
            _ => None,
        };
        Ok(Allowance {
            kind,
            file: Arc::clone(self.file),
            comment: self.range.clone(),
            statement,
        })
    }

    /// The statement that begins after the comment.
    fn next(&self, phrases: &[Phrase<'_>]) -> Option<Range<usize>> {
        let end = self.range.end;
        let next = phrases.partition_point(|phrase| phrase.range().start < end);
        phrases.get(next).map(Phrase::range)
    }

    fn in_block(&self) -> Diagnostic {
        let name = self.name;
        let message = format!("directive `{name}` has no effect here");
        Diagnostic::new(&MISPLACED_DIRECTIVE, message)
            .at(
                self.file,
                self.range.clone(),
                "a block comment is no directive",
            )
            .help(format!(
                "write `-- rungs: {name}(...) reason` in a line of its own"
            ))
    }

    fn unclosed(&self) -> Diagnostic {
        let name = self.name;
        Diagnostic::new(&BAD_DIRECTIVE, format!("`{name}` is not closed"))
            .at(self.file, self.range.clone(), "there is no `)`")
            .help(format!(
                "write the id of a check in parentheses, then the reason: `-- rungs: {name}(id) reason`"
            ))
    }

    fn without_reason(&self, id: &str) -> Diagnostic {
        let name = self.name;
        Diagnostic::new(&BAD_DIRECTIVE, format!("`{name}` needs a reason"))
            .at(self.file, self.range.clone(), "says nothing after the `)`")
            .help(format!(
                "say why it is right here: `-- rungs: {name}({id}) reason`"
            ))
    }

    fn misplaced(&self, id: &str) -> Diagnostic {
        Diagnostic::new(&MISPLACED_DIRECTIVE, "directive `allow` has no effect here")
            .at(
                self.file,
                self.range.clone(),
                "no statement begins after this",
            )
            .help(format!(
                "move it above the statement that it is about, or write `-- rungs: allow-file({id}) reason`"
            ))
    }
}
