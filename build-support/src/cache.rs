//! The verdict on migrations that did not change: kept in a file, found again by their digest.

use std::path::Path;

use crate::checksum;
use crate::compile::Sources;
use crate::directory;

/// What is kept: only of migrations without a single diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// See [`crate::emit::table`].
    pub(crate) table: String,
    /// See [`crate::emit::versions`].
    pub(crate) versions: String,
}

/// Between the parts of the file; emitted source has no control characters.
const SEPARATOR: char = '\u{1}';

/// The digest of everything that the verdict depends on.
pub(crate) fn key(sources: &Sources) -> String {
    checksum::of(|hash| {
        hash.update(env!("CARGO_PKG_VERSION"));
        for dialect in &sources.dialects {
            hash.update(format!("\n{dialect}"));
        }
        hash.update(format!("\n{}", sources.levels.describe()));
        for server in &sources.servers {
            hash.update(format!("\n{}", server.title()));
        }
        for placeholder in &sources.placeholders {
            hash.update(format!("\n{}", placeholder.declaration()));
        }
        hash.update(format!("\n{:?}", sources.external));
        for files in &sources.migrations {
            hash.update(format!(
                "\n{} {:?} {}",
                files.version, files.name, files.no_transaction
            ));
            for file in std::iter::once(&files.up).chain(&files.down) {
                hash.update(format!("\n{:?} {}\n", file.path, file.text.len()));
                hash.update(&file.text);
            }
        }
    })
}

/// The verdict with this key, if that is the one that was kept.
pub(crate) fn load(path: &Path, key: &str) -> Option<Verdict> {
    let text = directory::peek(path)?;
    let mut parts = text.splitn(3, SEPARATOR);
    if parts.next() != Some(key) {
        return None;
    }
    Some(Verdict {
        table: parts.next()?.to_owned(),
        versions: parts.next()?.to_owned(),
    })
}

/// Keeps a verdict. Where that fails the next build checks again, which is no error.
pub(crate) fn store(path: &Path, key: &str, verdict: &Verdict) {
    let Verdict { table, versions } = verdict;
    let text = format!("{key}{SEPARATOR}{table}{SEPARATOR}{versions}");
    // Two crates of a package may be compiled at once: neither may find half a file.
    let unfinished = path.with_extension(std::process::id().to_string());
    if directory::write(&unfinished, &text).is_ok() && directory::rename(&unfinished, path).is_err()
    {
        directory::remove(&unfinished);
    }
}
