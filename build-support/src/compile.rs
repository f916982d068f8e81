//! The pipeline: one line a pass.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::directory::Reader;
use crate::layout::{self, MigrationFiles};
use crate::table::{Migration, Table};
use crate::{config, paths, sql};

/// What to compile.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory of the package: where `Cargo.toml` is.
    pub package: PathBuf,
    /// The directory of the migrations, relative to the package.
    pub directory: String,
    /// The dialects asked for by the caller; without any, `rungs.toml` and the enabled grammars decide.
    pub dialects: Vec<Dialect>,
    /// The databases that the caller has adapters for; when nothing else says which dialect to check
    /// for and there is one, it decides. Empty stands for the grammars that are compiled in.
    pub databases: Vec<Dialect>,
    /// Whether the directory may be any on this machine, as on a command line; otherwise it must be
    /// inside the workspace, so that it is the same for everybody who builds.
    pub anywhere: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Output {
    /// The table; only without errors.
    pub table: Option<Table>,
    /// What was found, by file and position.
    pub diagnostics: Vec<Diagnostic>,
    /// Absolute paths whose change can change the outcome.
    pub watched: Vec<PathBuf>,
}

/// Reads and checks a directory of migrations.
pub fn compile(request: &Request) -> Output {
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let table = table(request, &mut reader, &mut diagnostics);
    Output {
        table: table.filter(|_| !diagnostics.has_errors()),
        diagnostics: diagnostics.into_sorted(),
        watched: reader.into_watched(),
    }
}

fn table(request: &Request, reader: &mut Reader, diagnostics: &mut Diagnostics) -> Option<Table> {
    let location = paths::locate(request, diagnostics)?;
    let dialects = config::dialects(request, &location, reader, diagnostics);
    let files = layout::read(&location, reader, diagnostics);
    if dialects.is_empty() {
        return None;
    }
    let migrations = files
        .iter()
        .map(|files| migration(files, &dialects, diagnostics))
        .collect();
    Some(Table {
        dialects,
        migrations,
    })
}

fn migration(
    files: &MigrationFiles,
    dialects: &[Dialect],
    diagnostics: &mut Diagnostics,
) -> Migration {
    let mut up = sql::script(&files.up, dialects, diagnostics);
    let mut down = files
        .down
        .as_ref()
        .map(|down| sql::script(down, dialects, diagnostics));
    for script in std::iter::once(&mut up).chain(&mut down) {
        script.directives.no_transaction |= files.no_transaction;
    }
    Migration {
        version: files.version,
        name: files.name.clone(),
        up,
        down,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn all_that_was_read_is_watched() {
        let package = tempfile::tempdir().unwrap();
        let read = [
            "1_a/metadata.toml",
            "1_a/up.sql",
            "2_b/up.sql",
            "rungs.toml",
        ];
        for path in read.into_iter().chain(["README.md", "1_a/up.sql~"]) {
            let path = package.path().join("migrations").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, [0xFF]).unwrap();
        }
        let mut output = compile(&Request {
            package: package.path().to_owned(),
            directory: "migrations".to_owned(),
            ..Request::default()
        });
        output.watched.sort();
        let expected = read.map(|path| package.path().join("migrations").join(path));
        assert_eq!(output.watched, expected);
        assert!(output.table.is_none());
        assert_eq!(output.diagnostics.len(), read.len(), "each is not UTF-8");
    }
}
