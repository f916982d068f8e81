//! The pipeline: one line a pass.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::layout::{self, MigrationFiles};
use crate::script::Script;
use crate::source::SourceFile;
use crate::sql;
use crate::table::{Migration, Table};

/// What to compile.
#[derive(Clone, Debug)]
pub struct Request {
    /// The directory of the package: where `Cargo.toml` is.
    pub package: PathBuf,
    /// The directory of the migrations, relative to the package.
    pub directory: String,
    /// The dialects asked for by the caller; without any, `rungs.toml` and the enabled grammars decide.
    pub dialects: Vec<Dialect>,
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
    let dialects = request.dialects.clone();
    let directory = request.package.join(Path::new(&request.directory));
    let folder = layout::read(&directory, &request.directory, &mut diagnostics);
    let migrations = folder
        .migrations
        .iter()
        .map(|files| migration(files, &dialects, &mut diagnostics))
        .collect();
    let table = (!diagnostics.has_errors()).then_some(Table {
        dialects,
        migrations,
    });
    Output {
        table,
        diagnostics: diagnostics.into_sorted(),
        watched: folder.watched,
    }
}

/// Checks one file on its own, whatever its name.
pub fn check_file(file: &Arc<SourceFile>, dialects: &[Dialect]) -> (Script, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let script = sql::script(file, dialects, &mut diagnostics);
    (script, diagnostics.into_sorted())
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
