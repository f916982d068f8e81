//! The only file input of this crate: files become texts, a directory becomes entries.
//!
//! What of a directory counts:
//! - Files whose names end in `.sql`, in any case, or nearly so (`0001_users.up.sq`, `0001_users`):
//!   the layout accepts or rejects each, none is skipped in silence.
//! - Files that other tools run too or that change how they run SQL: refinery's `V1__users.rs`,
//!   goose's `1_users.go`, diesel's `metadata.toml`, Flyway's `.sql.conf`, Atlas's `atlas.sum`.
//! - Hidden files and folders, backups (`a.sql~`, `#a.sql#`, `a.sql.orig`, `a.sql.bak`) and all other
//!   files (`README.md`, `mod.rs`) are ignored.
//! - Symbolic links are followed. Below the first level of folders they are not, so that no cycle
//!   and no link to somewhere large keeps the build busy.
#![expect(clippy::disallowed_methods, reason = "this is the place for files")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Kind};
use crate::kinds::{BAD_NAME, MISSING_DIRECTORY, NOT_UTF8, UNREADABLE};
use crate::layout::atlas;
use crate::nearest::{distance, nearest};
use crate::paths::Location;
use crate::source::SourceFile;

/// How many levels of folders are looked into. Only the first can hold migrations; what is deeper
/// is looked at to say that it is too deep.
const LEVELS: usize = 3;

/// Reads files and remembers which ones, because their change can change the outcome.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    watched: Vec<PathBuf>,
}

/// One file of a directory.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its path below the directory, with `/` on every system.
    pub(crate) path: String,
    /// Its text, as far as it could be read.
    pub(crate) file: Arc<SourceFile>,
    /// Whether it could be read in full; if not, that has been reported.
    pub(crate) is_whole: bool,
}

impl Entry {
    /// Whether it only says how a migration beside it runs.
    pub(crate) fn is_sidecar(&self) -> bool {
        is_sidecar(self.path.rsplit('/').next().unwrap_or_default())
    }

    /// A diagnostic about the entry as such, rather than a place in its text.
    pub(crate) fn diagnostic(&self, kind: &'static Kind, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(kind, message).at(&self.file, 0..0, "")
    }
}

impl Reader {
    /// The absolute paths of the files that were read.
    pub(crate) fn into_watched(self) -> Vec<PathBuf> {
        self.watched
    }

    /// Reads the files of a directory, ordered by path; nothing when there is no such directory.
    pub(crate) fn directory(
        &mut self,
        location: &Location,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Entry>> {
        let found = match list(&location.path) {
            Ok(found) => found,
            Err(error) => {
                diagnostics.push(no_directory(location, &error));
                return None;
            }
        };
        let mut walk = Walk {
            location,
            reader: self,
            entries: Vec::new(),
            diagnostics,
        };
        walk.folder(found, "", 0);
        Some(walk.entries)
    }

    /// Reads a file that need not exist.
    pub(crate) fn optional(
        &mut self,
        path: &Path,
        shown: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<SourceFile>> {
        let is_there = path.symlink_metadata().is_ok();
        is_there
            .then(|| self.file(path, shown, diagnostics))
            .flatten()
    }

    /// Reads a file that must be readable; when it is not, that is reported.
    fn file(
        &mut self,
        path: &Path,
        shown: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<SourceFile>> {
        self.watched
            .push(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        match read(path) {
            Ok(bytes) => diagnostics.ok(decode(shown, bytes)),
            Err(error) => {
                diagnostics.push(unreadable(path, shown, &error));
                None
            }
        }
    }
}

/// The text of a file that has no part in the outcome, if there is one.
pub(crate) fn peek(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Writes a file that nobody but this crate reads.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

/// Puts a written file in the place of another.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Removes a file that was written in vain.
pub(crate) fn remove(path: &Path) {
    // What is left behind is overwritten by the next attempt.
    let _ = fs::remove_file(path);
}

struct Walk<'a> {
    location: &'a Location,
    reader: &'a mut Reader,
    entries: Vec<Entry>,
    diagnostics: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn folder(&mut self, found: Vec<Found>, below: &str, level: usize) {
        for Found { name, path } in found {
            let below = format!("{below}{name}");
            let is_entered = level < LEVELS && (level == 0 || !path.is_symlink());
            match path.is_dir() {
                true if is_entered => self.subfolder(&path, &below, level + 1),
                false if is_relevant(&name) => self.file(&path, below),
                _ => {}
            }
        }
    }

    fn subfolder(&mut self, path: &Path, below: &str, level: usize) {
        match list(path) {
            Ok(found) => self.folder(found, &format!("{below}/"), level),
            Err(error) => {
                let shown = self.location.show(below);
                self.diagnostics.push(unreadable(path, &shown, &error));
            }
        }
    }

    fn file(&mut self, path: &Path, below: String) {
        let shown = self.location.show(&below);
        let file = if below.contains(char::is_control) {
            self.diagnostics.push(control_character(&shown));
            None
        } else {
            self.reader.file(path, &shown, self.diagnostics)
        };
        self.entries.push(Entry {
            path: below,
            is_whole: file.is_some(),
            file: file.unwrap_or_else(|| SourceFile::new(shown, "")),
        });
    }
}

struct Found {
    name: String,
    path: PathBuf,
}

/// What is in a folder, ordered by name, without what is hidden.
fn list(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_hidden(&name) {
            found.push(Found {
                name,
                path: entry.path(),
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~')
}

/// Whether a file could be a migration, or says how one runs.
fn is_relevant(name: &str) -> bool {
    if is_sidecar(name) {
        return true;
    }
    match name.rsplit_once('.') {
        None => is_numbered(name),
        Some((stem, extension)) => {
            let extension = extension.to_ascii_lowercase();
            extension == "sql"
                || (is_like_a_migration(stem) && is_like_sql(&extension))
                || (extension == "go" && is_numbered(stem) && !stem.ends_with("_test"))
                || (extension == "rs" && is_numbered(stem) && stem.starts_with(['V', 'U']))
        }
    }
}

fn is_sidecar(name: &str) -> bool {
    name == "metadata.toml" || name == atlas::FILE || name.ends_with(".sql.conf")
}

fn is_like_a_migration(stem: &str) -> bool {
    is_numbered(stem) || matches!(stem, "up" | "down")
}

/// Whether a name begins like `0001_` or `V1_`.
fn is_numbered(stem: &str) -> bool {
    let number = stem.trim_start_matches(['V', 'v', 'U', 'u']);
    let rest = number.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
    rest.len() < number.len() && rest.starts_with('_')
}

/// `.sql` misspelt, or forgotten after `.up`.
fn is_like_sql(extension: &str) -> bool {
    matches!(extension, "up" | "down")
        || extension.ends_with("sql")
        || distance(extension, "sql") == 1
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !path.metadata()?.is_file() {
        // Reading a pipe would wait for a writer.
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(path)
}

fn decode(shown: &str, bytes: Vec<u8>) -> Result<Arc<SourceFile>, Diagnostic> {
    match bytes.as_slice() {
        [0xFF, 0xFE, text @ ..] => Err(utf16(shown, text, u16::from_le_bytes)),
        [0xFE, 0xFF, text @ ..] => Err(utf16(shown, text, u16::from_be_bytes)),
        _ => match String::from_utf8(bytes) {
            Ok(text) if text.contains('\0') => Err(nul(shown, &text)),
            Ok(text) => Ok(SourceFile::new(shown, &text)),
            Err(error) => Err(not_utf8(shown, &error.into_bytes())),
        },
    }
}

fn utf16(shown: &str, text: &[u8], unit: fn([u8; 2]) -> u16) -> Diagnostic {
    let units: Vec<u16> = text.as_chunks().0.iter().copied().map(unit).collect();
    let file = SourceFile::new(shown, &String::from_utf16_lossy(&units));
    Diagnostic::new(&NOT_UTF8, "this file is UTF-16, not UTF-8")
        .at(&file, 0..0, "")
        .help("save it as UTF-8")
}

/// A database takes a text to end at its first NUL, or refuses it.
fn nul(shown: &str, text: &str) -> Diagnostic {
    let file = SourceFile::new(shown, text);
    let start = file.text.find('\0').unwrap_or_default();
    Diagnostic::new(&NOT_UTF8, "this file has a NUL byte, which no text has")
        .at(&file, start..start + 1, "the first one is here")
        .help("remove it; if every other byte is one, the file is UTF-16: save it as UTF-8")
}

fn not_utf8(shown: &str, bytes: &[u8]) -> Diagnostic {
    let text = String::from_utf8_lossy(bytes);
    let (valid, bad) = match bytes.utf8_chunks().next() {
        Some(chunk) => (chunk.valid(), chunk.invalid()),
        None => ("", bytes),
    };
    let start = SourceFile::new(shown, valid).text.len();
    let byte = bad.first().copied().unwrap_or_default();
    Diagnostic::new(&NOT_UTF8, "this file is not UTF-8")
        .at(
            &SourceFile::new(shown, &text),
            start..start + char::REPLACEMENT_CHARACTER.len_utf8(),
            format!("the byte 0x{byte:02X} is not UTF-8 here"),
        )
        .help("save it as UTF-8; it may be in an older encoding, such as Windows-1252")
}

fn unreadable(path: &Path, shown: &str, error: &io::Error) -> Diagnostic {
    let (message, help) = match fs::read_link(path) {
        Ok(target) if error.kind() == io::ErrorKind::NotFound => (
            format!(
                "this link leads to `{}`, which does not exist",
                target.display()
            ),
            "let it lead to a file, or remove it",
        ),
        _ => (
            format!("this cannot be read: {error}"),
            "make it readable, or move it elsewhere",
        ),
    };
    Diagnostic::new(&UNREADABLE, message)
        .help(help)
        .in_path(shown)
}

fn control_character(shown: &str) -> Diagnostic {
    let message = "this name has a control character, which a terminal would obey";
    Diagnostic::new(&BAD_NAME, message)
        .help("rename it")
        .in_path(shown)
}

fn no_directory(location: &Location, error: &io::Error) -> Diagnostic {
    let shown = &location.shown;
    match error.kind() {
        io::ErrorKind::NotFound => missing(location),
        io::ErrorKind::NotADirectory => Diagnostic::new(
            &MISSING_DIRECTORY,
            format!("`{shown}` is a file, not a directory"),
        )
        .help("name the directory that holds the migrations")
        .in_path(shown),
        _ => unreadable(&location.path, shown, error),
    }
}

fn missing(location: &Location) -> Diagnostic {
    let shown = &location.shown;
    let advice = match sibling(location) {
        Some(sibling) => format!("did you mean `{sibling}`?"),
        None => location.first_migration(),
    };
    Diagnostic::new(
        &MISSING_DIRECTORY,
        format!("there is no directory `{shown}`"),
    )
    .help(format!(
        "{advice} (the path starts at the directory of `Cargo.toml`)"
    ))
    .in_path(shown)
}

/// The folder beside a missing one with nearly its name.
fn sibling(location: &Location) -> Option<String> {
    let folders: Vec<String> = list(location.path.parent()?)
        .ok()?
        .into_iter()
        .filter(|found| found.path.is_dir())
        .map(|found| found.name)
        .collect();
    let name = location.path.file_name()?.to_str()?;
    let meant = nearest(name, folders.iter().map(String::as_str))?;
    let parent = location.shown.trim_end_matches('/').strip_suffix(name)?;
    Some(format!("{parent}{meant}"))
}

#[cfg(test)]
mod tests;
