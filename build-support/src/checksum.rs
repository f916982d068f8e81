//! Checksums: SHA-256, written with the name of the algorithm so that it can change one day.

use std::fmt::Write as _;

use hmac_sha256::Hash;

use crate::source::SourceFile;
use crate::table::Migration;

/// The checksum of a file: of its normalised text, so that line endings do not matter.
pub(crate) fn of_file(file: &SourceFile) -> String {
    of(|hash| hash.update(&file.text))
}

/// The digest of a database on which all of these are applied: the SHA-256 of a line for each, its
/// version, a space, the checksum of its up script. `rungs` computes the same at run time.
pub(crate) fn of_state(migrations: &[Migration]) -> String {
    of(|hash| {
        for migration in migrations {
            let checksum = of_file(&migration.up.file);
            hash.update(format!("{} {checksum}\n", migration.version));
        }
    })
}

/// The checksum of what is fed to the hash.
pub(crate) fn of(feed: impl FnOnce(&mut Hash)) -> String {
    let mut hash = Hash::new();
    feed(&mut hash);
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

    #[test]
    fn a_checksum_is_that_of_the_normalised_text() {
        // printf 'SELECT 1;\n' | sha256sum
        let expected = "sha256:b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd";
        for text in ["SELECT 1;\n", "\u{feff}SELECT 1;\r\n"] {
            assert_eq!(of_file(&SourceFile::new("a.sql", text)), expected);
        }
    }
}
