//! A place in the text of the table, and what stands there.

use std::borrow::Cow;

use super::{NUMBER, VERSION};
use crate::placeholder::Values;

/// A place in the table.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) data: &'static str,
    pub(super) at: usize,
    /// What placeholders stand for, in a table that is run.
    pub(super) values: Option<&'static Values>,
}

impl Record {
    pub(super) fn offset(self, by: usize) -> Self {
        Self {
            at: self.at + by,
            ..self
        }
    }

    /// A text with the values of placeholders.
    pub(super) fn applied(self, text: &'static str) -> Cow<'static, str> {
        self.values
            .map_or(Cow::Borrowed(text), |values| values.apply(text))
    }

    /// A field. The macro writes every one of them, so the default is never seen.
    pub(super) fn number(self, field: usize) -> u32 {
        let at = self.at + field;
        self.data
            .get(at..at + NUMBER)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    }

    pub(super) fn version(self) -> i64 {
        let digits = self.data.get(self.at..self.at + VERSION);
        digits
            .and_then(|digits| i64::from_str_radix(digits, 16).ok())
            .unwrap_or_default()
    }

    /// Fields as they are written.
    pub(super) fn fields(self, start: usize, end: usize) -> &'static str {
        self.data
            .get(self.at + start..self.at + end)
            .unwrap_or_default()
    }

    pub(super) fn place(self, field: usize) -> usize {
        self.number(field) as usize
    }

    /// The text between two places.
    pub(super) fn text(self, field: usize) -> &'static str {
        self.data
            .get(self.place(field)..self.place(field + NUMBER))
            .unwrap_or_default()
    }
}
