//! What a file name says, and the names to propose instead of a wrong one.

use crate::diagnostic::Diagnostic;
use crate::directory::Entry;
use crate::kinds::{BAD_NAME, BAD_VERSION};

/// A file with a name that could be read.
pub(super) struct Named<'a> {
    pub(super) entry: &'a Entry,
    pub(super) version: i64,
    /// The version as it is written.
    pub(super) digits: String,
    pub(super) name: String,
    pub(super) direction: Direction,
    pub(super) no_transaction: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// The number of a version.
pub(super) fn version(entry: &Entry, digits: &str) -> Result<i64, Diagnostic> {
    match digits.parse() {
        Ok(0) => Err(bad_version(entry, "the version is 0, the smallest is 1")
            .help("number the migrations from 1 on, or by time")),
        Ok(version) => Ok(version),
        Err(_) => {
            let message = format!("the version is {digits}, the largest is {}", i64::MAX);
            let help =
                "number the migrations from 1 on, or by time to the second: `20240131120000`";
            Err(bad_version(entry, message).help(help))
        }
    }
}

/// The version `written` has parts, such as `1.2` or `2024-01-31`.
pub(super) fn dotted(entry: &Entry, written: &str) -> Diagnostic {
    let message = format!("the version `{written}` is not a whole number");
    let help = if written.contains(['.', '_']) {
        "number the migrations in the order in which they are to run: \
         `1.1`, `1.2`, `2` become `1`, `2`, `3`"
            .to_owned()
    } else {
        let meant = entry.path.replacen(written, &written.replace('-', ""), 1);
        format!("rename it to `{meant}`")
    };
    bad_version(entry, message).help(help)
}

fn bad_version(entry: &Entry, message: impl Into<String>) -> Diagnostic {
    entry.diagnostic(&BAD_VERSION, message)
}

/// A file without a name, which could be called like the example.
pub(super) fn nameless(entry: &Entry, example: &str) -> Diagnostic {
    entry
        .diagnostic(
            &BAD_NAME,
            format!("`{}` has a version but no name", entry.path),
        )
        .help(format!("say in the name what it does, such as `{example}`"))
}

/// A file that should be called `meant`.
pub(super) fn misnamed(entry: &Entry, pattern: &str, meant: &str) -> Diagnostic {
    unnamed(entry, pattern).help(format!("rename it to `{meant}`"))
}

/// A file whose name does not fit.
pub(super) fn unnamed(entry: &Entry, pattern: &str) -> Diagnostic {
    entry.diagnostic(
        &BAD_NAME,
        format!("`{}` is not named {pattern}", entry.path),
    )
}

/// The version after the highest one, in as many digits.
pub(super) fn next_version<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let versions = paths.filter_map(|path| {
        let path = path.trim_start_matches(['V', 'U']);
        // diesel's `2024-01-31-120000_users` is one number.
        let joined = path.split('_').next().unwrap_or_default().replace('-', "");
        let is_number = joined == leading_digits(&joined);
        let digits = if is_number {
            joined.as_str()
        } else {
            leading_digits(path)
        };
        let number: i64 = digits.parse().ok()?;
        Some((number, digits.len()))
    });
    let (highest, width) = versions.max().unwrap_or((0, 4));
    format!("{:0width$}", highest.saturating_add(1))
}

pub(super) fn leading_digits(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

/// Text as the name part of a file name: words joined by `_`.
pub(super) fn words(text: &str) -> String {
    let is_break = |letter: char| !letter.is_alphanumeric();
    let words: Vec<&str> = text
        .split(is_break)
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}
