//! graphile-migrate: `committed/<version>.sql` or `committed/<version>-<message>.sql`, chained by
//! their headers, and `current.sql`, which is no migration yet.

use super::name::{Direction, Named};
use super::native::Native;
use super::{Layout, MigrationFiles};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::{BAD_DIRECTIVE, UNSUPPORTED_FILE};

pub(super) struct Graphile;

const FOLDER: &str = "committed/";

impl Layout for Graphile {
    fn pattern(&self) -> &'static str {
        "`committed/<version>-<message>.sql`"
    }

    fn claims(&self, path: &str) -> bool {
        is_current(path)
            || path
                .strip_prefix(FOLDER)
                .is_some_and(|name| Native.claims(name))
    }

    fn path(&self, version: &str, name: &str, _direction: Direction) -> String {
        format!("{FOLDER}{version}-{}.sql", name.replace('_', "-"))
    }

    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>> {
        let current = entries.iter().filter(|entry| is_current(&entry.path));
        diagnostics.extend(
            current
                .filter(|entry| has_code(&entry.file.text))
                .map(uncommitted),
        );
        let committed = entries
            .iter()
            .filter_map(|entry| Some((entry, entry.path.strip_prefix(FOLDER)?)));
        committed
            .filter_map(|(entry, path)| diagnostics.ok(Native.name(entry, path, true)))
            .collect()
    }
}

fn is_current(path: &str) -> bool {
    path == "current.sql" || path.starts_with("current/")
}

fn has_code(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    lines
        .into_iter()
        .any(|line| !line.is_empty() && !line.starts_with("--"))
}

fn uncommitted(entry: &Entry) -> Diagnostic {
    let message = format!(
        "`{}` has not been committed, so it has no version",
        entry.path
    );
    entry
        .diagnostic(&UNSUPPORTED_FILE, message)
        .help("run `graphile-migrate commit`, or name the folder `committed` instead of this one")
}

/// Whether a file says where it stands in the chain.
pub(super) fn is_committed(entry: &Entry) -> bool {
    header(&entry.file.text, "Previous").is_some()
}

/// What a file says about itself in its first lines.
fn header<'a>(text: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.strip_prefix("--!")?.trim();
        let value = said
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(':'));
        if let Some(value) = value {
            return Some((start, value.trim()));
        }
        start += line.len();
    }
    None
}

/// Reports the first file that does not follow the one before it.
pub(super) fn verify(migrations: &[MigrationFiles], diagnostics: &mut Diagnostics) {
    let mut last: Option<&MigrationFiles> = None;
    for migration in migrations {
        let Some((start, previous)) = header(&migration.up.text, "Previous") else {
            return;
        };
        let expected = last.and_then(|last| header(&last.up.text, "Hash"));
        let expected = expected.map_or("-", |(_, hash)| hash);
        if previous != expected {
            let range = start..start + "--! Previous: ".len() + previous.len();
            let message = match last {
                Some(last) => format!(
                    "this does not follow `{}`, whose hash is {expected}",
                    last.up.path
                ),
                None => "this is not the first migration, but none stands before it".to_owned(),
            };
            let diagnostic = Diagnostic::new(&BAD_DIRECTIVE, message)
                .at(&migration.up, range, "")
                .help("restore the file that is missing or was edited; after a merge run `graphile-migrate uncommit` and `commit` again");
            diagnostics.push(diagnostic);
            return;
        }
        last = Some(migration);
    }
}

#[cfg(test)]
mod tests;
