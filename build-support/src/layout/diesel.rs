//! diesel: `<version>_<name>/up.sql`, with an optional `down.sql` and `metadata.toml`.
//!
//! diesel orders versions as texts, without their dashes, and over the years its command line wrote
//! times to the second and longer ones: `2019-12-05-103012` and `2025-11-19-091444-0000`. As numbers
//! the longer ones would all come last. So a time counts as if it were written in 18 digits, and both
//! orders are the same: `2019-12-05-103012_users` has version 201912051030120000. One that is written
//! longer counts one more, because as a text it follows what it begins with, and there are projects
//! with `2026-05-27-120000` and `2026-05-27-120000-0000`. Versions shorter than a date are plain
//! numbers: nobody who writes `2_b` and `10_a` means the order of texts.
//!
//! Version 0 is that of `00000000000000_diesel_initial_setup`, which diesel's command line writes into
//! every PostgreSQL project: a time of zeros, in this layout only.

use super::name::{Direction, Named, misnamed, next_version, unnamed, version, words};
use super::{Layout, native, prisma};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::nearest::nearest;

mod metadata;

pub(super) struct Diesel;

const METADATA: &str = "metadata.toml";

/// From this many digits on a version is a time: a date has eight.
const DATE: usize = 8;
/// The digits of the longest time that diesel's command line writes.
const LONGEST_TIME: usize = 18;
/// The digits of a time to the second.
const SECOND: usize = 14;

impl Layout for Diesel {
    fn pattern(&self) -> &'static str {
        "`<version>_<name>/up.sql` or `down.sql`"
    }

    fn claims(&self, path: &str) -> bool {
        let Some((folder, file)) = path.split_once('/') else {
            return false;
        };
        let is_ours = matches!(file.to_ascii_lowercase().as_str(), "up.sql" | "down.sql");
        let is_named = folder.contains('_') && split(folder).is_some();
        is_ours || (is_named && !file.contains('/') && file != prisma::FILE)
    }

    fn path(&self, version: &str, name: &str, direction: Direction) -> String {
        match direction {
            Direction::Up => format!("{version}_{name}/up.sql"),
            Direction::Down => format!("{version}_{name}/down.sql"),
        }
    }

    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>> {
        let free = next_version(entries.iter().map(|entry| entry.path.as_str()));
        let mut names = Vec::new();
        for entries in entries.chunk_by(|a, b| folder(a) == folder(b)) {
            names.extend(self.folder(entries, &free, diagnostics));
        }
        names
    }
}

impl Diesel {
    fn folder<'a>(
        &self,
        entries: &'a [Entry],
        free: &str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Named<'a>> {
        let (metadata, files): (Vec<&Entry>, Vec<&Entry>) = entries
            .iter()
            .filter(|entry| self.claims(&entry.path))
            .partition(|entry| entry.path.ends_with(METADATA));
        let no_transaction = metadata
            .iter()
            .any(|entry| !metadata::runs_in_transaction(&entry.file, diagnostics));
        let Some(first) = files.first() else {
            return Vec::new();
        };
        let Some((digits, name, version)) = diagnostics.ok(self.version(first, free)) else {
            return Vec::new();
        };
        let named = |entry, direction| Named {
            entry,
            version,
            digits: digits.to_owned(),
            name: name.to_owned(),
            direction,
            no_transaction,
        };
        files
            .into_iter()
            .filter_map(|entry| Some(named(entry, diagnostics.ok(self.direction(entry))?)))
            .collect()
    }

    fn version<'a>(
        &self,
        entry: &'a Entry,
        free: &str,
    ) -> Result<(&'a str, &'a str, i64), Diagnostic> {
        let folder = folder(entry);
        let Some((written, name)) = split(folder) else {
            let is_part = |letter: char| letter.is_ascii_digit() || letter == '-';
            let end = folder.find(|letter| !is_part(letter));
            let (written, name) = folder.split_at(end.unwrap_or(folder.len()));
            let digits = written.replace('-', "");
            // Padded, a time to the minute stays among those to the second.
            let width = if digits.len() > 8 { free.len() } else { 0 };
            let version = match digits.as_str() {
                "" => free.to_owned(),
                digits => format!("{digits:0<width$}"),
            };
            let name = words(name);
            let help = format!("rename the folder to `{version}_{name}`");
            return Err(unnamed(entry, self.pattern()).help(help));
        };
        let digits = written.replace('-', "");
        if digits.len() >= SECOND && digits.bytes().all(|digit| digit == b'0') {
            return Ok((written, name, 0));
        }
        Ok((written, name, in_order_of_texts(entry, &digits)?))
    }

    fn direction(&self, entry: &Entry) -> Result<Direction, Diagnostic> {
        let (folder, file) = entry.path.split_once('/').unwrap_or_default();
        match file {
            "up.sql" => Ok(Direction::Up),
            "down.sql" => Ok(Direction::Down),
            _ => Err(self.misnamed(entry, folder, file)),
        }
    }

    fn misnamed(&self, entry: &Entry, folder: &str, file: &str) -> Diagnostic {
        let stem = native::direction(file).0.to_ascii_lowercase();
        match nearest(&stem, ["up", "down"]) {
            Some(meant) => misnamed(entry, self.pattern(), &format!("{folder}/{meant}.sql")),
            None => unnamed(entry, self.pattern())
                .help("move its SQL to `up.sql`, or the file out of the directory"),
        }
    }
}

fn in_order_of_texts(entry: &Entry, digits: &str) -> Result<i64, Diagnostic> {
    let width = if digits.len() < DATE { 0 } else { LONGEST_TIME };
    let version = version(entry, &format!("{digits:0<width$}"))?;
    let is_long = (SECOND + 1..=LONGEST_TIME).contains(&digits.len());
    Ok(version + i64::from(is_long))
}

fn folder(entry: &Entry) -> &str {
    entry.path.split_once('/').map_or("", |(folder, _)| folder)
}

/// The version and the name of a folder; diesel does without the name.
fn split(folder: &str) -> Option<(&str, &str)> {
    let (version, name) = folder.split_once('_').unwrap_or((folder, ""));
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_version.then_some((version, name))
}

#[cfg(test)]
mod tests;
