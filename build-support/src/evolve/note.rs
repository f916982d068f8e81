//! What people should know about a difference.

use crate::catalog::Origin;

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub weight: NoteWeight,
    /// Where it was made, as `file:line`.
    pub place: Option<String>,
    /// What it is.
    pub text: String,
}

/// How much a note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteWeight {
    /// It is not compared, so that it is in no migration.
    Left,
    /// It fails where there are rows that do not fit.
    Risk,
    /// Rows or values are lost.
    Loss,
    /// It cannot be written, so that nothing is.
    Refused,
}

impl Note {
    pub(super) fn new(
        weight: NoteWeight,
        origin: Option<&Origin>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            weight,
            place: origin
                .filter(|it| !it.file.path.is_empty())
                .map(Origin::place),
            text: text.into(),
        }
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
