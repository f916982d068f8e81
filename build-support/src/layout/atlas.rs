//! Atlas: files named as ours, and `atlas.sum`, which says what each of them was.
//!
//! The sum of a file is one of all files up to it, so the first one that differs is the one that was
//! edited, removed or put between others.

use hmac_sha256::Hash;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::BAD_CONFIG;

/// The file with the sums.
pub(crate) const FILE: &str = "atlas.sum";
const HELP: &str =
    "put the files back as they were, or run `atlas migrate hash` if the change is meant";

/// A line of the file.
struct Sum<'a> {
    start: usize,
    name: &'a str,
    digest: &'a str,
}

/// Whether Atlas looks after a directory.
pub(super) fn is_used(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.path == FILE)
}

/// Compares the files with the sums, if there are any.
pub(super) fn verify(entries: &[Entry], diagnostics: &mut Diagnostics) {
    let Some(file) = entries
        .iter()
        .find(|entry| entry.path == FILE && entry.is_whole)
    else {
        return;
    };
    if let Err(diagnostic) = compare(file, entries) {
        diagnostics.push(diagnostic);
    }
}

fn compare(file: &Entry, entries: &[Entry]) -> Result<(), Diagnostic> {
    let sums = read(file)?;
    let mut hash = Hash::new();
    for sum in &sums {
        let entry = entries.iter().find(|entry| entry.path == sum.name);
        let entry = entry.ok_or_else(|| {
            let message = format!("`{FILE}` lists `{}`, which does not exist", sum.name);
            at(file, sum.start, sum.name.len(), message)
        })?;
        hash = follow(&hash, entry, sum.digest).ok_or_else(|| {
            let message = format!(
                "`{}` is not what it was when `{FILE}` was written",
                sum.name
            );
            at(file, sum.start, sum.name.len(), message).at(
                &entry.file,
                0..0,
                "the file that differs",
            )
        })?;
    }
    let is_listed = |entry: &Entry| sums.iter().any(|sum| sum.name == entry.path);
    let mut new = entries
        .iter()
        .filter(|entry| is_own(entry) && !is_listed(entry));
    match new.next() {
        None => Ok(()),
        Some(entry) => {
            let message = format!("`{}` is not listed in `{FILE}`", entry.path);
            Err(entry.diagnostic(&BAD_CONFIG, message).help(HELP))
        }
    }
}

/// Whether a file is one that Atlas lists: ways back of golang-migrate are not.
fn is_own(entry: &Entry) -> bool {
    let is_ignored = entry
        .file
        .text
        .lines()
        .any(|line| line.trim() == "-- atlas:sum ignore");
    let stem = entry.path.strip_suffix(".sql");
    stem.is_some_and(|stem| stem.strip_suffix(".down").is_none()) && !is_ignored
}

/// The hash after a file, if it is that of the sum for one of the forms in which git gives a text.
fn follow(hash: &Hash, entry: &Entry, sum: &str) -> Option<Hash> {
    let text = &entry.file.text;
    let dos = text.replace('\n', "\r\n");
    let (mark, empty) = ("\u{feff}", "");
    let forms = [
        (empty, text.as_str()),
        (empty, &dos),
        (mark, text),
        (mark, &dos),
        (empty, empty),
    ];
    // What asks to be ignored counts with its name only.
    let count = if is_own(entry) {
        forms.len() - 1
    } else {
        forms.len()
    };
    forms.iter().take(count).find_map(|(mark, text)| {
        let mut next = *hash;
        next.update(&entry.path);
        next.update(mark);
        next.update(text);
        (base64(&next.finalize()) == sum).then_some(next)
    })
}

fn read(file: &Entry) -> Result<Vec<Sum<'_>>, Diagnostic> {
    let mut lines = file.file.text.split_inclusive('\n');
    let head = lines.next().unwrap_or_default();
    let total = head.trim_end().strip_prefix("h1:");
    let mut start = head.len();
    let mut sums = Vec::new();
    let mut all = Hash::new();
    for line in lines {
        let Some((name, sum)) = line.trim_end().rsplit_once(" h1:") else {
            let message = format!("this is no line of `{FILE}`, which are `<file> h1:<sum>`");
            return Err(at(file, start, line.trim_end().len(), message));
        };
        all.update(name);
        all.update(sum);
        sums.push(Sum {
            start,
            name,
            digest: sum,
        });
        start += line.len();
    }
    if total == Some(base64(&all.finalize()).as_str()) {
        return Ok(sums);
    }
    let message = format!(
        "the first line of `{FILE}` is not the sum of the others: it was merged or edited by hand"
    );
    Err(at(file, 0, head.trim_end().len(), message))
}

fn at(file: &Entry, start: usize, length: usize, message: String) -> Diagnostic {
    Diagnostic::new(&BAD_CONFIG, message)
        .at(&file.file, start..start + length, "")
        .help(HELP)
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for index in 0..4_u32 {
            let letter = usize::try_from((bits >> (18 - 6 * index)) & 63).ok();
            let letter = letter.and_then(|letter| LETTERS.get(letter));
            let is_there = usize::try_from(index).is_ok_and(|index| index <= chunk.len());
            text.push(
                letter
                    .filter(|_| is_there)
                    .map_or('=', |letter| char::from(*letter)),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests;
