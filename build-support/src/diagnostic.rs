//! What is reported: data only. `render` turns it into text.

use std::ops::Range;
use std::sync::Arc;

use crate::levels::Allowance;
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

/// What a project makes of a check that is more than a matter of syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing is said.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Level {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// The word for it: `allow`, `warn`, `deny`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The level with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// Whether a project can choose how much a kind of diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It cannot: what goes on would be something else than what is written.
    Fixed(Severity),
    /// It can; this is what it weighs in a project that says nothing.
    Level(Level),
}

impl Weight {
    /// `error`, `warning`, or the word of the level.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed(severity) => severity.name(),
            Self::Level(level) => level.name(),
        }
    }

    /// What a diagnostic of this weight is until a project has its say.
    const fn severity(self) -> Severity {
        match self {
            Self::Fixed(severity) => severity,
            Self::Level(Level::Deny) => Severity::Error,
            Self::Level(Level::Allow | Level::Warn) => Severity::Warning,
        }
    }
}

/// One kind of diagnostic: what [`Diagnostic`]s of the same cause have in common.
#[derive(Debug)]
pub struct Kind {
    /// The stable kebab-case id, as in `rungs explain <id>`.
    pub id: &'static str,
    /// How much it weighs, and who decides that.
    pub weight: Weight,
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
    /// Whether the build goes on.
    pub severity: Severity,
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
            severity: kind.weight.severity(),
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
pub struct Diagnostics {
    pub(crate) found: Vec<Diagnostic>,
    /// What comments in the files say about some of it; [`crate::levels::Levels::settle`] follows them.
    pub(crate) allowances: Vec<Allowance>,
}

impl Diagnostics {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }

    /// Whether the same was said already, as for another dialect.
    pub fn has(&self, diagnostic: &Diagnostic) -> bool {
        self.found.iter().any(|other| {
            other.kind.id == diagnostic.kind.id
                && other.message == diagnostic.message
                && other.path() == diagnostic.path()
                && other.position() == diagnostic.position()
        })
    }

    /// Forgets the comments that allow these kinds, because no check for them runs.
    pub(crate) fn not_looked_for(&mut self, kinds: &[&Kind]) {
        let is_one = |allowed: &Kind| kinds.iter().any(|kind| kind.id == allowed.id);
        self.allowances.retain(|it| !is_one(it.kind));
    }

    /// The result, or nothing after adding why there is none.
    pub fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        let mut found = self.found.iter();
        found.any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Orders by file and position, which is how people work through them.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found
            .sort_by(|a, b| (a.path(), a.position()).cmp(&(b.path(), b.position())));
        self.found
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}
