//! For tests: a package written as text, and what reading it gives as text.
#![expect(
    clippy::disallowed_methods,
    reason = "tests write the files that are read"
)]

use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use crate::compile::{self, Request};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::directory::Reader;
use crate::layout::{self, MigrationFiles};
use crate::{config, paths};

/// Reads `migrations` of a package and says what came of it, one line each.
///
/// Each line of the listing is a path below `migrations`, or below the package if it begins with
/// `/`: `path` is a file with a statement in it, `path: text` one with other text (`\n` and `\xE9`
/// are replaced), `path/` an empty folder, `path -> target` a link.
pub(crate) fn read(listing: &str) -> String {
    read_as(listing, request("migrations"))
}

/// A request for a directory of the package, which is the root of the listing, for SQLite.
pub(crate) fn request(directory: &str) -> Request {
    Request {
        directory: directory.to_owned(),
        databases: vec![Dialect::Sqlite],
        ..Request::default()
    }
}

/// The same for any request; its package is relative to the root of the listing.
pub(crate) fn read_as(listing: &str, request: Request) -> String {
    let (migrations, _, diagnostics) = run(listing, request);
    migrations + &diagnostics
}

/// The dialects that the migrations are checked for.
pub(crate) fn dialects(listing: &str, request: Request) -> String {
    let (_, dialects, diagnostics) = run(&format!("1_a.sql\n{listing}"), request);
    let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
    format!("[{}]\n{diagnostics}", names.join(", "))
}

/// What is reported about the directory, with the severity of each.
pub(crate) fn compile(listing: &str) -> String {
    let root = tempfile::tempdir().unwrap();
    write_all(root.path(), listing);
    let output = compile::compile(&Request {
        package: root.path().to_owned(),
        ..request("migrations")
    });
    let mut reported = String::new();
    for diagnostic in &output.diagnostics {
        reported += diagnostic.severity.name();
        reported.push(' ');
        report(&mut reported, diagnostic);
    }
    reported
}

fn run(listing: &str, request: Request) -> (String, Vec<Dialect>, String) {
    let root = tempfile::tempdir().unwrap();
    write_all(root.path(), listing);
    let request = Request {
        package: root.path().join(&request.package),
        ..request
    };
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let (mut migrations, mut dialects) = (String::new(), Vec::new());
    if let Some(location) = paths::locate(&request, &mut diagnostics) {
        dialects = config::read(&request, &location, &mut reader, &mut diagnostics).dialects;
        for files in layout::read(&location, &mut reader, &mut diagnostics) {
            show(&mut migrations, &files);
        }
    }
    let watched = reader.into_watched();
    assert!(watched.iter().all(|path| path.is_absolute()));
    let mut reported = String::new();
    for diagnostic in diagnostics.into_sorted() {
        report(&mut reported, &diagnostic);
    }
    (migrations, dialects, reported)
}

fn write_all(root: &Path, listing: &str) {
    let lines = listing.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty()) {
        write(root, line).unwrap();
    }
}

fn write(root: &Path, line: &str) -> io::Result<()> {
    let line = line
        .strip_prefix('/')
        .map_or_else(|| format!("migrations/{line}"), str::to_owned);
    if line.ends_with('/') {
        return fs::create_dir_all(root.join(line));
    }
    if let Some((path, target)) = line.split_once(" -> ") {
        return link(target, &root.join(path));
    }
    let (path, text) = line.split_once(": ").unwrap_or((&line, "SELECT 1;"));
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    fs::write(path, bytes(text))
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn link(_target: &str, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// `\n` and `\xE9` to what they mean.
fn bytes(text: &str) -> Vec<u8> {
    let text = text.replace("\\n", "\n");
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (byte, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(byte, 16).unwrap());
        bytes.extend(rest.bytes());
    }
    bytes
}

fn show(output: &mut String, files: &MigrationFiles) {
    let paths = std::iter::once(&files.up).chain(&files.down);
    let paths = paths.map(|file| file.path.trim_start_matches("migrations/"));
    let paths = paths.collect::<Vec<_>>().join(", ");
    let note = if files.no_transaction {
        " (no transaction)"
    } else {
        ""
    };
    writeln!(output, "{} {}: {paths}{note}", files.version, files.name).unwrap();
}

fn report(output: &mut String, diagnostic: &Diagnostic) {
    let place = diagnostic.path().unwrap_or("the call");
    let position = diagnostic
        .position()
        .map(|at| format!(":{}:{}", at.line, at.column));
    let id = diagnostic.kind.id;
    let position = position.unwrap_or_default();
    writeln!(output, "{place}{position}: {} [{id}]", diagnostic.message).unwrap();
    for label in diagnostic
        .labels
        .iter()
        .filter(|label| !label.text.is_empty())
    {
        let at = label.file.position(label.range.start);
        let path = &label.file.path;
        writeln!(output, "  {path}:{}:{}: {}", at.line, at.column, label.text).unwrap();
    }
    if let Some(help) = &diagnostic.help {
        writeln!(output, "  help: {help}").unwrap();
    }
}
