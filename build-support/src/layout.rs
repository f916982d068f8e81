//! File names to versions, names and directions: which files make up which migration.
//!
//! A directory is in one layout, and every `.sql` file in it must fit: a file that other tools
//! skip in silence is an error here, with the name it should have.

pub(crate) mod atlas;
mod diesel;
mod flyway;
mod foreign;
mod graphile;
mod name;
mod native;
#[cfg(test)]
mod pages;
mod pair;
mod prisma;
mod sections;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::{Entry, Reader};
use crate::kinds::{EMPTY_DIRECTORY, MIXED_LAYOUTS};
use crate::paths::Location;
use crate::source::SourceFile;
use name::{Direction, Named, words};

/// The files of one migration.
#[derive(Clone, Debug)]
pub(crate) struct MigrationFiles {
    /// The number in the file name.
    pub(crate) version: i64,
    /// The name in the file name.
    pub(crate) name: String,
    /// The way up.
    pub(crate) up: Arc<SourceFile>,
    /// The way back.
    pub(crate) down: Option<Arc<SourceFile>>,
    /// Set when a file beside the SQL (diesel's `metadata.toml`, Flyway's `.conf`) turns the transaction off.
    pub(crate) no_transaction: bool,
}

impl MigrationFiles {
    /// The texts of its files.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.up)
            .chain(&self.down)
            .map(|file| file.text.as_str())
    }
}

/// A way to name the files of migrations.
trait Layout {
    /// How a file is named, in words.
    fn pattern(&self) -> &'static str;

    /// Whether a path below the directory is written this way, or was meant to be.
    fn claims(&self, path: &str) -> bool;

    /// The path of a file, below the directory.
    fn path(&self, version: &str, name: &str, direction: Direction) -> String;

    /// Reads the names of the entries it claims; those that do not fit are reported and left out.
    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>>;
}

static LAYOUTS: [&(dyn Layout + Sync); 5] = [
    &native::Native,
    &diesel::Diesel,
    &flyway::Flyway,
    &prisma::Prisma,
    &graphile::Graphile,
];

/// Reads the migrations of a directory, by ascending version.
pub(crate) fn read(
    location: &Location,
    reader: &mut Reader,
    diagnostics: &mut Diagnostics,
) -> Vec<MigrationFiles> {
    let Some(mut entries) = reader.directory(location, diagnostics) else {
        return Vec::new();
    };
    if entries.iter().all(Entry::is_sidecar) {
        diagnostics.push(empty(location));
    }
    foreign::remove(&mut entries, diagnostics);
    let Some(layout) = layout_of(&entries, diagnostics) else {
        return Vec::new();
    };
    for entry in entries.iter().filter(|entry| is_stray(entry, layout)) {
        diagnostics.push(stray(entry, layout, &entries));
    }
    atlas::verify(&entries, diagnostics);
    let tool = sections::tool_of(&entries, diagnostics);
    let names = layout.names(&entries, diagnostics);
    let migrations = pair::migrations(&names, layout, diagnostics);
    graphile::verify(&migrations, diagnostics);
    match tool {
        Some(tool) => sections::divide(migrations, tool, diagnostics),
        None => migrations,
    }
}

fn empty(location: &Location) -> Diagnostic {
    let message = format!("there are no migrations in `{}`", location.shown);
    Diagnostic::new(&EMPTY_DIRECTORY, message)
        .help(location.first_migration())
        .in_path(&location.shown)
}

/// The one layout of a directory; the native one for a directory that has no sign of any.
fn layout_of(entries: &[Entry], diagnostics: &mut Diagnostics) -> Option<&'static dyn Layout> {
    let mut claims: Vec<(&'static dyn Layout, usize, &Entry)> = Vec::new();
    for layout in LAYOUTS {
        let files = entries.iter().filter(|entry| !entry.is_sidecar());
        let mut claimed = files.filter(|entry| layout.claims(&entry.path));
        if let Some(first) = claimed.next() {
            claims.push((layout, claimed.count(), first));
        }
    }
    claims.sort_by_key(|(_, more, _)| *more);
    match claims.as_slice() {
        [] => Some(&native::Native),
        [(layout, ..)] => Some(*layout),
        [(odd, _, entry), .., (usual, _, other)] => {
            diagnostics.push(mixed(entry, *odd, other, *usual));
            None
        }
    }
}

fn mixed(entry: &Entry, odd: &dyn Layout, other: &Entry, usual: &dyn Layout) -> Diagnostic {
    let message = format!(
        "two layouts in one directory: `{}` is named {}, `{}` is named {}",
        entry.path,
        odd.pattern(),
        other.path,
        usual.pattern()
    );
    entry
        .diagnostic(&MIXED_LAYOUTS, message)
        .at(&other.file, 0..0, "the other layout")
        .help("rename the files of one layout, or keep them in a directory of their own")
}

fn is_stray(entry: &Entry, layout: &dyn Layout) -> bool {
    !layout.claims(&entry.path) && !entry.is_sidecar()
}

/// A file whose name has no version.
fn stray(entry: &Entry, layout: &dyn Layout, entries: &[Entry]) -> Diagnostic {
    let (stem, direction) = native::direction(&entry.path);
    let version = name::next_version(entries.iter().map(|entry| entry.path.as_str()));
    let mut meant = layout.path(
        &version,
        &words(stem.trim_start_matches("V__")),
        direction.unwrap_or(Direction::Up),
    );
    let is_plain = |entry: &Entry| !entry.path.ends_with(".up.sql");
    if entries.len() > 1 && entries.iter().all(is_plain) {
        meant = meant.replace(".up.sql", ".sql");
    }
    name::unnamed(entry, layout.pattern()).help(format!(
        "rename it to `{meant}` if it is a migration, or move it elsewhere"
    ))
}
