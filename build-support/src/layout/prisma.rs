//! Prisma: `<version>_<name>/migration.sql`, which has no way back.
//!
//! Version 0 is that of `0_init`, which Prisma proposes for what was there before the first migration.

use super::Layout;
use super::name::{Direction, Named, leading_digits, next_version, unnamed, version, words};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;

pub(super) struct Prisma;

/// What each folder holds.
pub(super) const FILE: &str = "migration.sql";

impl Layout for Prisma {
    fn pattern(&self) -> &'static str {
        "`<version>_<name>/migration.sql`"
    }

    fn claims(&self, path: &str) -> bool {
        path.split_once('/').is_some_and(|(_, file)| file == FILE)
    }

    fn path(&self, version: &str, name: &str, _direction: Direction) -> String {
        format!("{version}_{name}/{FILE}")
    }

    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>> {
        let free = next_version(entries.iter().map(|entry| entry.path.as_str()));
        let claimed = entries.iter().filter(|entry| self.claims(&entry.path));
        claimed
            .filter_map(|entry| diagnostics.ok(self.name(entry, &free)))
            .collect()
    }
}

impl Prisma {
    fn name<'a>(&self, entry: &'a Entry, free: &str) -> Result<Named<'a>, Diagnostic> {
        let folder = entry.path.split('/').next().unwrap_or_default();
        let digits = leading_digits(folder);
        let Some(name) = folder
            .get(digits.len()..)
            .and_then(|rest| rest.strip_prefix('_'))
        else {
            let meant = if digits.is_empty() { free } else { digits };
            let name = words(folder.get(digits.len()..).unwrap_or_default());
            let help = format!("rename the folder to `{meant}_{name}`");
            return Err(unnamed(entry, self.pattern()).help(help));
        };
        if digits.is_empty() {
            let help = format!("rename the folder to `{free}_{}`", words(name));
            return Err(unnamed(entry, self.pattern()).help(help));
        }
        let is_baseline = digits.bytes().all(|digit| digit == b'0');
        Ok(Named {
            entry,
            version: if is_baseline {
                0
            } else {
                version(entry, digits)?
            },
            digits: digits.to_owned(),
            name: name.to_owned(),
            direction: Direction::Up,
            no_transaction: false,
        })
    }
}

#[cfg(test)]
mod tests;
