//! A directory without the files that keep everything from being replayed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use rungs_build::kinds::EMPTY_FILE;
use rungs_build::{Diagnostic, Dialect, Level, Output, Request, Table, compile};

/// Reads a copy of a directory; how many files are mistakes by their names or versions and left out.
pub(crate) fn read(
    directory: &Path,
    dialect: Dialect,
) -> Result<(Table, Vec<Diagnostic>, usize), String> {
    let mut left_out = 0;
    loop {
        let Output {
            table, diagnostics, ..
        } = compile(&request(directory, dialect));
        let in_the_way = diagnostics.iter().filter(|it| is_in_the_way(it));
        let paths: BTreeSet<&str> = in_the_way.filter_map(Diagnostic::path).collect();
        if paths.is_empty() {
            let table = table.ok_or("the directory cannot be read")?;
            return Ok((table, diagnostics, left_out));
        }
        left_out += paths.len();
        for path in paths {
            remove(Path::new(path)).map_err(|error| format!("{path}: {error}"))?;
        }
    }
}

/// What is read.
pub(crate) fn request(directory: &Path, dialect: Dialect) -> Request {
    Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: vec![dialect],
        levels: vec![(&EMPTY_FILE, Level::Allow)],
        anywhere: true,
        ..Request::default()
    }
}

/// Whether nothing is replayed for the name or the version of a file.
fn is_in_the_way(found: &Diagnostic) -> bool {
    const KINDS: [&str; 6] = [
        "bad-name",
        "bad-version",
        "duplicate-version",
        "missing-up",
        "mixed-layouts",
        "unsupported-file",
    ];
    KINDS.contains(&found.kind.id)
}

pub(crate) fn copy_of(from: &Path, to: &Path) -> io::Result<PathBuf> {
    let copy = to.join(from.file_name().unwrap_or_default());
    fs::create_dir(&copy)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.is_dir() {
            copy_of(&path, &copy)?;
        } else if let Some(name) = path.file_name() {
            fs::copy(&path, copy.join(name))?;
        }
    }
    Ok(copy)
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
