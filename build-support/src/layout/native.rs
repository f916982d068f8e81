//! `<version>_<name>.up.sql` with an optional `<version>_<name>.down.sql`, or `<version>_<name>.sql`.
//!
//! This is our own layout, sqlx's and golang-migrate's. The name may be empty, as golang-migrate
//! allows, but its `_` may not be missing.
//!
//! Names are read leniently and then compared with how they should be written. What differs is an
//! error rather than accepted: sqlx and golang-migrate skip a file called `1_users.SQL`, so in a
//! project that comes from them no database has ever run it.

use super::name::{Direction, Named, dotted, leading_digits, misnamed, nameless, version, words};
use super::{Layout, atlas, graphile, sections};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::nearest::distance;

pub(super) struct Native;

impl Layout for Native {
    fn pattern(&self) -> &'static str {
        "`<version>_<name>.up.sql`, `.down.sql` or `.sql`"
    }

    fn claims(&self, path: &str) -> bool {
        !path.contains('/') && path.starts_with(|letter: char| letter.is_ascii_digit())
    }

    fn path(&self, version: &str, name: &str, direction: Direction) -> String {
        path(version, name, Some(direction))
    }

    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>> {
        let claimed = entries
            .iter()
            .filter(|entry| self.claims(&entry.path) && !entry.is_sidecar());
        let is_atlas = atlas::is_used(entries);
        claimed
            .filter_map(|entry| {
                let is_lenient =
                    is_atlas || graphile::is_committed(entry) || sections::Tool::dashes(entry);
                diagnostics.ok(self.name(entry, &entry.path, is_lenient))
            })
            .collect()
    }
}

impl Native {
    /// Reads the path of an entry. Tools that write `1-users.sql` or `1.sql` themselves may do so.
    pub(super) fn name<'a>(
        &self,
        entry: &'a Entry,
        written: &'a str,
        is_lenient: bool,
    ) -> Result<Named<'a>, Diagnostic> {
        let (stem, direction) = direction(written);
        let digits = leading_digits(stem);
        if is_lenient
            && let Some(name) = lenient(stem, digits)
                .filter(|_| direction.is_none() && written.strip_suffix(".sql").is_some())
        {
            return Ok(Named {
                entry,
                version: version(entry, digits)?,
                digits: digits.to_owned(),
                name,
                direction: Direction::Up,
                no_transaction: false,
            });
        }
        let rest = &stem[digits.len()..];
        // `20240131-120000` is one number too: without its second half it would not be unique.
        let number = stem.replace('-', "");
        if number == leading_digits(&number) {
            return Err(nameless(entry, &path(&number, "create_users", direction)));
        }
        if let Some(written) = parts(stem) {
            return Err(dotted(entry, written));
        }
        let name = rest
            .strip_prefix('_')
            .map_or_else(|| words(rest), str::to_owned);
        let meant = path(digits, &name, direction);
        if meant != written {
            return Err(misnamed(entry, self.pattern(), &meant));
        }
        Ok(Named {
            entry,
            version: version(entry, digits)?,
            digits: digits.to_owned(),
            name,
            direction: direction.unwrap_or(Direction::Up),
            no_transaction: false,
        })
    }
}

/// The name after a dash, or none at all.
fn lenient(stem: &str, digits: &str) -> Option<String> {
    let rest = stem.get(digits.len()..)?;
    let name = if rest.is_empty() {
        rest
    } else {
        rest.strip_prefix('-')?
    };
    Some(words(name))
}

fn path(version: &str, name: &str, direction: Option<Direction>) -> String {
    let ending = match direction {
        Some(Direction::Up) => ".up.sql",
        Some(Direction::Down) => ".down.sql",
        None => ".sql",
    };
    format!("{version}_{name}{ending}")
}

/// A version that consists of several numbers.
fn parts(stem: &str) -> Option<&str> {
    let (written, _) = stem.split_once('_')?;
    let is_part = |part: &str| !part.is_empty() && part == leading_digits(part);
    let mut parts = written.split(['.', '-']);
    (parts.clone().count() > 1 && parts.all(is_part)).then_some(written)
}

/// Takes the endings off a file name and reads the direction, forgiving slips.
pub(super) fn direction(path: &str) -> (&str, Option<Direction>) {
    let stem = match path.rsplit_once('.') {
        Some((stem, ending)) if is_sql(ending) => stem,
        _ => path,
    };
    let ending = stem.rsplit_once('.');
    match ending.map(|(stem, ending)| (stem, ending.to_ascii_lowercase())) {
        Some((stem, ending)) if matches!(ending.as_str(), "up" | "ups") => {
            (stem, Some(Direction::Up))
        }
        Some((stem, ending)) if is_down(&ending) => (stem, Some(Direction::Down)),
        _ => (stem, None),
    }
}

fn is_sql(ending: &str) -> bool {
    let ending = ending.to_ascii_lowercase();
    ending.ends_with("sql") || distance(&ending, "sql") == 1
}

fn is_down(ending: &str) -> bool {
    matches!(ending, "undo" | "revert" | "rollback" | "dn" | "dwon")
        || distance(ending, "down") <= 1
}

#[cfg(test)]
mod tests;
