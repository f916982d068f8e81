//! The pass that looks whether what a migration replaces fits to the other files.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds;
use crate::script::{Replaces, Script};
use crate::source::SourceFile;
use crate::table::Migration;

/// Reports lists that do not end at their own version, and files that a list leaves no place for.
pub(crate) fn check(migrations: &[Migration], diagnostics: &mut Diagnostics) {
    for migration in migrations {
        diagnostics.extend(migration.down.as_ref().and_then(on_the_way_down));
        let Script { file, replaces, .. } = &migration.up;
        let Some(replaces) = replaces else { continue };
        if replaces.versions.last() == Some(&migration.version) {
            diagnostics.extend(in_the_way(migration, replaces, migrations));
        } else {
            diagnostics.push(other_version(file, migration.version, replaces));
        }
    }
}

fn on_the_way_down(down: &Script) -> Option<Diagnostic> {
    let replaces = down.replaces.as_ref()?;
    let message = "directive `replaces` has no effect in a down script";
    let diagnostic = Diagnostic::new(&kinds::MISPLACED_DIRECTIVE, message)
        .at(&down.file, replaces.range.clone(), "on the way down")
        .help("write it into the up script, which is what is recorded as applied");
    Some(diagnostic)
}

fn other_version(file: &Arc<SourceFile>, version: i64, replaces: &Replaces) -> Diagnostic {
    let message = format!("the versions that this replaces do not end with {version}, its own");
    Diagnostic::new(&kinds::BAD_DIRECTIVE, message)
        .at(file, replaces.range.clone(), format!("the last must be {version}"))
        .help("give the file the version of the last migration that it was made of, so that databases which are there stay in order")
}

/// The files from the first replaced version up to this one: there must be none.
fn in_the_way<'a>(
    migration: &'a Migration,
    replaces: &'a Replaces,
    migrations: &'a [Migration],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let first = replaces.versions.first().copied();
    let others = migrations
        .iter()
        .filter(move |other| Some(other.version) >= first && other.version < migration.version);
    others.map(move |other| {
        let is_part = replaces.versions.contains(&other.version);
        let file = &migration.up.file;
        let (message, help) = if is_part {
            (
                format!("migration {} is replaced by `{}` and still there", other.version, file.path),
                format!("move `{}` out of the directory, with its down script", other.up.file.path),
            )
        } else {
            (
                format!("migration {} stands between those that `{}` replaces", other.version, file.path),
                format!(
                    "add {} to the list if its statements are in the file; else give `{}` a version after {}",
                    other.version, other.up.file.path, migration.version
                ),
            )
        };
        let label = if is_part { "listed here" } else { "not listed here" };
        Diagnostic::new(&kinds::REPLACED_FILE, message)
            .at(file, replaces.range.clone(), label)
            .help(help)
    })
}
