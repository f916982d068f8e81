//! What is reported: data only. `render` turns it into text.

use std::ops::Range;
use std::sync::Arc;

use crate::source::{Position, SourceFile, printable};

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The build goes on.
    Warning,
    /// The build fails.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of diagnostic: what [`Diagnostic`]s of the same cause have in common.
#[derive(Debug)]
pub struct Kind {
    /// The stable kebab-case id, as in `rungs explain <id>`.
    pub id: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Its documentation page, Markdown.
    pub page: &'static str,
}

/// Something to tell the author of the migrations.
///
/// The message says what is wrong (lower case, no final period, names in backticks), a label says
/// where, the help says what to type.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What kind it is.
    pub kind: &'static Kind,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong; the first label is the primary one.
    pub labels: Vec<Label>,
    /// The file or directory meant, when there is no text to point at.
    pub path: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A range of a file and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Byte range in the text of the file.
    pub range: Range<usize>,
    /// What is said; may be empty.
    pub text: String,
}

impl Label {
    /// Whether it is about the file as such, rather than a place in its text.
    pub fn is_of_file(&self) -> bool {
        self.range == (0..0)
    }
}

impl Diagnostic {
    /// A diagnostic that points at nothing yet.
    pub fn new(kind: &'static Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            labels: Vec::new(),
            path: None,
            help: None,
        }
    }

    /// Points at a range of a file; the first call gives the primary label.
    pub fn at(
        mut self,
        file: &Arc<SourceFile>,
        range: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        self.labels.push(Label {
            file: Arc::clone(file),
            range,
            text: text.into(),
        });
        self
    }

    /// Names the file or directory meant, when there is no text to point at.
    pub fn in_path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(printable(&path.into()));
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The file or directory that it is about.
    pub fn path(&self) -> Option<&str> {
        let labelled = self.labels.first().map(|label| label.file.path.as_str());
        labelled.or(self.path.as_deref())
    }

    /// The position of the primary label.
    pub fn position(&self) -> Option<Position> {
        self.labels
            .first()
            .map(|label| label.file.position(label.range.start))
    }
}

/// Where passes put what they find; they go on afterwards, so that a build reports everything.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(diagnostics);
    }

    /// The result, or nothing after adding why there is none.
    pub fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.kind.severity == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Orders by file and position, which is how people work through them.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.0
            .sort_by(|a, b| (a.path(), a.position()).cmp(&(b.path(), b.position())));
        self.0
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
