//! Files of the same version make a migration.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name::{Direction, Named, next_version};
use super::{Layout, MigrationFiles};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds::{BAD_NAME, DUPLICATE_VERSION, MISSING_UP};

/// Pairs the ways up and down; a migration with a file that could not be read is left out.
pub(super) fn migrations(
    names: &[Named<'_>],
    layout: &dyn Layout,
    diagnostics: &mut Diagnostics,
) -> Vec<MigrationFiles> {
    let mut versions: BTreeMap<i64, Vec<&Named<'_>>> = BTreeMap::new();
    for name in names {
        versions.entry(name.version).or_default().push(name);
    }
    versions
        .values()
        .filter_map(|files| diagnostics.ok(pair(files, names, layout)).flatten())
        .collect()
}

/// The migration that the files of one version make.
fn pair<'a>(
    files: &[&'a Named<'a>],
    names: &'a [Named<'a>],
    layout: &dyn Layout,
) -> Result<Option<MigrationFiles>, Diagnostic> {
    let (ups, downs): (Vec<&Named<'_>>, Vec<&Named<'_>>) = files
        .iter()
        .partition(|file| file.direction == Direction::Up);
    match (ups.as_slice(), downs.as_slice()) {
        ([], []) => Ok(None),
        ([up], []) => Ok(migration(up, None)),
        ([up], [down]) if up.name == down.name => Ok(migration(up, Some(down))),
        ([up], [down]) => Err(renamed(up, down, layout)),
        ([first, second, ..], _) | (_, [first, second, ..]) => {
            Err(duplicate(first, second, names, layout))
        }
        ([], [down]) => Err(without_up(down, names, layout)),
    }
}

fn migration(up: &Named<'_>, down: Option<&Named<'_>>) -> Option<MigrationFiles> {
    let mut files = std::iter::once(up).chain(down);
    files
        .clone()
        .all(|file| file.entry.is_whole)
        .then(|| MigrationFiles {
            version: up.version,
            name: up.name.clone(),
            up: Arc::clone(&up.entry.file),
            down: down.map(|down| Arc::clone(&down.entry.file)),
            no_transaction: files.any(|file| file.no_transaction),
        })
}

fn renamed(up: &Named<'_>, down: &Named<'_>, layout: &dyn Layout) -> Diagnostic {
    let message = format!(
        "`{}` has the version of `{}` but another name",
        down.entry.path, up.entry.path
    );
    let meant = layout.path(&down.digits, &up.name, Direction::Down);
    down.entry
        .diagnostic(&BAD_NAME, message)
        .help(format!("rename it to `{meant}`"))
}

fn duplicate(
    first: &Named<'_>,
    second: &Named<'_>,
    names: &[Named<'_>],
    layout: &dyn Layout,
) -> Diagnostic {
    let (path, other) = (&second.entry.path, &first.entry.path);
    let help = if first.name == second.name {
        "remove one of them".to_owned()
    } else if let Some(name) = two_directions(&first.name, &second.name) {
        let meant = |direction| layout.path(&first.digits, name, direction);
        let (up, down) = (meant(Direction::Up), meant(Direction::Down));
        format!("rename them to `{up}` and `{down}` if they are the two ways of one migration")
    } else {
        let free = next_version(names.iter().map(|name| name.digits.as_str()));
        let meant = path.replacen(&second.digits, &free, 1);
        format!("renumber the one that no database has run yet, for instance to `{meant}`")
    };
    let message = format!(
        "`{path}` and `{other}` have the same version, {}",
        first.version
    );
    second
        .entry
        .diagnostic(&DUPLICATE_VERSION, message)
        .at(&first.entry.file, 0..0, "the other one")
        .help(help)
}

/// What `<name>_up` and `<name>_down` have in common.
fn two_directions<'a>(first: &'a str, second: &'a str) -> Option<&'a str> {
    let (up, down) = if first.ends_with("_up") {
        (first, second)
    } else {
        (second, first)
    };
    let name = up.strip_suffix("_up")?;
    (down.strip_suffix("_down") == Some(name)).then_some(name)
}

fn without_up(down: &Named<'_>, names: &[Named<'_>], layout: &dyn Layout) -> Diagnostic {
    let path = &down.entry.path;
    let expected = layout.path(&down.digits, &down.name, Direction::Up);
    let namesake = names
        .iter()
        .find(|name| name.direction == Direction::Up && name.name == down.name);
    let help = match namesake {
        Some(up) => {
            let meant = layout.path(&up.digits, &up.name, Direction::Down);
            format!("rename it to `{meant}` if it undoes `{}`", up.entry.path)
        }
        None => format!("write `{expected}`, or remove `{path}`"),
    };
    down.entry
        .diagnostic(
            &MISSING_UP,
            format!("`{path}` undoes a migration that does not exist"),
        )
        .help(help)
}
