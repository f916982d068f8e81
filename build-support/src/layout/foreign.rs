//! Files of other tools that look like migrations of ours or stand where ours would, but would not
//! do what their authors mean: Flyway's callbacks have no version, goose's may be written in Go.

use std::collections::BTreeMap;
use std::ops::Range;

use super::name::{Direction, next_version, words};
use super::{LAYOUTS, Layout, flyway, native};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::UNSUPPORTED_FILE;

/// Takes out the files that are not supported, and says so once for each reason.
pub(super) fn remove(entries: &mut Vec<Entry>, diagnostics: &mut Diagnostics) {
    let free = next_version(entries.iter().map(|entry| entry.path.as_str()));
    let mut reasons: BTreeMap<&'static str, (Reason, usize)> = BTreeMap::new();
    entries.retain(|entry| match Reason::of(entry, &free) {
        Some(reason) => {
            let (_, count) = reasons.entry(reason.what).or_insert((reason, 0));
            *count += 1;
            false
        }
        None => true,
    });
    for (reason, count) in reasons.into_values() {
        diagnostics.push(reason.diagnostic(count));
    }
}

/// Why a file is not supported.
struct Reason {
    what: &'static str,
    entry: Entry,
    range: Range<usize>,
    help: String,
}

impl Reason {
    fn of(entry: &Entry, free: &str) -> Option<Self> {
        if entry.is_sidecar() {
            return None;
        }
        let by_path = subfolder(&entry.path)
            .or_else(|| flyway(&entry.path, free))
            .or_else(|| refinery(&entry.path))
            .or_else(|| goose(&entry.path));
        let (what, range, help) = match by_path {
            Some((what, help)) => (what, 0..0, help),
            None => annotation(entry)?,
        };
        Some(Self {
            what,
            entry: entry.clone(),
            range,
            help,
        })
    }

    fn diagnostic(self, count: usize) -> Diagnostic {
        let path = &self.entry.path;
        let others = match count - 1 {
            0 => String::new(),
            1 => " (and 1 more file)".to_owned(),
            more => format!(" (and {more} more files)"),
        };
        let message = format!("`{path}` is {}, which is not supported{others}", self.what);
        Diagnostic::new(&UNSUPPORTED_FILE, message)
            .at(&self.entry.file, self.range, "")
            .help(self.help)
    }
}

fn subfolder(path: &str) -> Option<(&'static str, String)> {
    let (folder, name) = path.rsplit_once('/')?;
    let help = format!(
        "move it up to `{name}` or out of the directory, or name the folder `{folder}` in a call of its own"
    );
    let is_claimed = LAYOUTS.iter().any(|layout| layout.claims(path));
    (!is_claimed).then_some(("in a subfolder", help))
}

fn flyway(path: &str, free: &str) -> Option<(&'static str, String)> {
    let stem = path.strip_suffix(".sql")?;
    let as_migration = |name: &str| flyway::Flyway.path(free, &words(name), Direction::Up);
    if let Some(name) = stem.strip_prefix("R__") {
        let meant = as_migration(name);
        let help =
            format!("rename it to `{meant}`, and write a new migration for each later change");
        return Some(("a repeatable migration of Flyway", help));
    }
    if let Some(number) = stem.strip_prefix('B').filter(|rest| is_numbered(rest)) {
        let help = format!(
            "rename it to `V{number}.sql` if no migration comes before it; otherwise remove it"
        );
        return Some(("a baseline of Flyway", help));
    }
    let event = stem.split("__").next().unwrap_or_default();
    let after = event
        .strip_prefix("before")
        .or_else(|| event.strip_prefix("after"))?;
    after
        .starts_with(|first: char| first.is_ascii_uppercase())
        .then(|| {
            let meant = as_migration(stem);
            let help = format!("rename it to `{meant}` if it is to run once, or move it elsewhere");
            ("a callback of Flyway", help)
        })
}

fn is_numbered(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_digit())
}

fn refinery(path: &str) -> Option<(&'static str, String)> {
    let stem = path.strip_suffix(".rs")?;
    Some((
        "a migration of refinery in Rust",
        format!("write its SQL to `{stem}.sql`"),
    ))
}

fn goose(path: &str) -> Option<(&'static str, String)> {
    let stem = path.strip_suffix(".go")?;
    Some((
        "a migration of goose in Go",
        format!("write its SQL to `{stem}.sql`, or call a function of the application from it"),
    ))
}

/// Comments that change what a file is, by tool, in lower case and without dashes.
const ANNOTATIONS: [(&str, &str); 4] = [
    ("liquibase formatted sql", "a changelog of Liquibase"),
    (
        "atlas:txtar",
        "an archive of Atlas, with several files in one",
    ),
    ("atlas:checkpoint", "a checkpoint of Atlas"),
    (
        "atlas:delimiter",
        "a file of Atlas with a delimiter of its own",
    ),
];

fn annotation(entry: &Entry) -> Option<(&'static str, Range<usize>, String)> {
    if [".up.sql", ".down.sql", "/up.sql", "/down.sql"]
        .iter()
        .any(|end| entry.path.ends_with(end))
    {
        // Has one direction already; the comment is left over from splitting the file.
        return None;
    }
    let mut start = 0;
    for line in entry.file.text.split_inclusive('\n') {
        if let Some(what) = annotated(line) {
            let (stem, _) = native::direction(&entry.path);
            let help = match what {
                _ if what.starts_with("a checkpoint") => {
                    "remove it, or move it elsewhere".to_owned()
                }
                _ if what.ends_with("of its own") => "end its statements with `;`".to_owned(),
                _ => format!("split it into `{stem}.up.sql` and `{stem}.down.sql`"),
            };
            return Some((what, start..start + line.trim_end().len(), help));
        }
        start += line.len();
    }
    None
}

fn annotated(line: &str) -> Option<&'static str> {
    let comment = line.trim_start().strip_prefix("--")?;
    let words = comment
        .trim_start_matches('-')
        .trim_start()
        .to_ascii_lowercase();
    let found = ANNOTATIONS
        .iter()
        .find(|(annotation, _)| words.starts_with(annotation));
    found.map(|(_, what)| *what)
}

#[cfg(test)]
mod tests;
