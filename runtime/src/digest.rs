//! Digests of what is applied: SHA-256, written with the name of the algorithm.

use std::fmt::Write as _;

use hmac_sha256::Hash;

use crate::table::Statement;
use crate::version::Version;

/// The digest of a database on which nothing is applied.
pub(crate) const EMPTY_STATE: &str =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The digest of a set of applied migrations, by ascending version; see [`crate::Migrations::state`].
#[derive(Clone, Default)]
pub(crate) struct StateHash(Hash);

impl StateHash {
    /// Adds a version above those before it.
    pub(crate) fn update(&mut self, version: Version, checksum: &str) {
        self.0.update(format!("{version} {checksum}\n"));
    }

    /// The digest of what was added so far.
    pub(crate) fn text(&self) -> String {
        text(self.0)
    }
}

/// The digest of the first statements of a script: what a resumed migration has behind it.
#[derive(Default)]
pub(crate) struct ProgressHash(Hash);

impl ProgressHash {
    /// Of the first statements.
    pub(crate) fn of(statements: impl IntoIterator<Item = Statement>) -> Self {
        let mut hash = Self::default();
        for statement in statements {
            hash.update(statement);
        }
        hash
    }

    /// Adds the next statement.
    pub(crate) fn update(&mut self, statement: Statement) {
        self.0.update(statement.written());
        self.0.update(";\n");
    }

    /// The digest of what was added so far.
    pub(crate) fn text(&self) -> String {
        text(self.0)
    }
}

/// The checksum of the text of a script.
pub(crate) fn of_text(script: &str) -> String {
    let mut hash = Hash::new();
    hash.update(script);
    text(hash)
}

fn text(hash: Hash) -> String {
    let mut text = String::from("sha256:");
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(applied: &[(i64, &str)]) -> String {
        let mut hash = StateHash::default();
        for (version, checksum) in applied {
            hash.update(Version::new(*version), checksum);
        }
        hash.text()
    }

    #[test]
    fn nothing_applied_has_the_well_known_digest_of_nothing() {
        assert_eq!(state(&[]), EMPTY_STATE);
    }

    #[test]
    fn a_state_depends_on_versions_and_checksums() {
        assert_ne!(state(&[(1, "a"), (2, "b")]), state(&[(1, "b"), (2, "a")]));
        assert_eq!(
            state(&[(1, "sha256:00")]),
            // printf '1 sha256:00\n' | sha256sum
            "sha256:34ffc56a225f8dd6281a7f309fb365926d39f0f171c22a6e7d6b365a5512f57a",
        );
    }
}
