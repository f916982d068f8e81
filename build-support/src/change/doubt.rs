//! What can no longer be known of the catalog.

use std::collections::{BTreeMap, BTreeSet};

/// In a name that a program puts together: what its caller says.
pub(crate) const GIVEN: &str = "rungs_given";
/// In a name that a program puts together: what nobody can know.
pub(crate) const SOUGHT: &str = "rungs_sought";

/// What can no longer be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Whether it may be anything.
    pub(crate) is_everything: bool,
    /// Names under which something may have been made, with [`GIVEN`] and [`SOUGHT`] in them.
    pub(crate) made: BTreeSet<String>,
    /// Names of what may have changed or gone in any way, with [`GIVEN`] and [`SOUGHT`] in them.
    pub(crate) changed: BTreeSet<String>,
    /// Whether things may be gone that nobody can name.
    pub(crate) has_dropped: bool,
    /// Whether triggers may have been made or dropped.
    pub(crate) has_triggers: bool,
    /// Names that may mean something else, or nothing, as they are compared.
    pub(crate) names: BTreeSet<String>,
    /// Tables, and words that may mean something else within each, or nothing.
    pub(crate) within: BTreeMap<String, BTreeSet<String>>,
    /// What is done with what the caller names.
    pub(crate) given: Given,
    /// Names of routines that were called; what they do is in doubt as well.
    pub(crate) calls: BTreeSet<String>,
    /// Those of them that get something else than constants and arguments of the routine around them.
    pub(crate) open_calls: BTreeSet<String>,
    /// Tables that must be there for it to work, perhaps after their schemas, with columns that they must
    /// have.
    pub(crate) needed: BTreeMap<(Option<String>, String), BTreeSet<String>>,
    /// Names of what it makes, and new names of what it renames.
    pub(crate) defined: BTreeSet<String>,
    /// Names that stand alone in a string: it may ask whether there is something of the name.
    pub(crate) asked: BTreeSet<String>,
    /// Words in strings, which a routine that is not known may take for names.
    pub(crate) arguments: BTreeSet<String>,
}

/// What a routine may do with what its arguments name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Given {
    #[default]
    Nothing,
    /// It changes what these words mean within the tables.
    Within(BTreeSet<String>),
    /// Anything.
    Whole,
}

impl Given {
    /// Both of them.
    pub(crate) fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Whole, _) | (_, Self::Whole) => Self::Whole,
            (Self::Nothing, other) => other.clone(),
            (this, Self::Nothing) => this,
            (Self::Within(mut words), Self::Within(others)) => {
                words.extend(others.iter().cloned());
                Self::Within(words)
            }
        }
    }
}

impl Doubt {
    /// Whether nothing is in doubt but for what the routines do that it calls.
    pub(crate) fn is_harmless(&self) -> bool {
        let is_open = self.is_everything || self.has_dropped || self.has_triggers;
        let is_certain = !is_open && self.given == Given::Nothing;
        let has_parts = !self.made.is_empty() || !self.changed.is_empty();
        is_certain && !has_parts && self.names.is_empty() && self.within.is_empty()
    }

    /// With another doubt.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.is_everything |= other.is_everything;
        self.made.extend(other.made.iter().cloned());
        self.changed.extend(other.changed.iter().cloned());
        self.has_dropped |= other.has_dropped;
        self.has_triggers |= other.has_triggers;
        self.given = std::mem::take(&mut self.given).and(&other.given);
        self.names.extend(other.names.iter().cloned());
        for (table, words) in &other.within {
            let known = self.within.entry(table.clone()).or_default();
            known.extend(words.iter().cloned());
        }
        for (table, columns) in &other.needed {
            let known = self.needed.entry(table.clone()).or_default();
            known.extend(columns.iter().cloned());
        }
        self.defined.extend(other.defined.iter().cloned());
        self.asked.extend(other.asked.iter().cloned());
        self.calls.extend(other.calls.iter().cloned());
        self.open_calls.extend(other.open_calls.iter().cloned());
        self.arguments.extend(other.arguments.iter().cloned());
    }
}
