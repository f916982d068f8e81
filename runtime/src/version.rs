//! Versions.

use std::fmt;

/// The version of a migration: the number that its file name begins with.
///
/// Versions are ordered as numbers, whether they count (`1`, `2`) or are timestamps
/// (`20260131120000`).
///
/// ```
/// use rungs::Version;
///
/// assert!(Version::new(9) < Version::new(10));
/// assert_eq!(Version::new(10).to_string(), "10");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(i64);

impl Version {
    /// The version with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for Version {
    fn from(number: i64) -> Self {
        Self(number)
    }
}
