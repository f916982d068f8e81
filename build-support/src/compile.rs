//! The pipeline: one line a pass.

use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::{Catalog, Difference};
use crate::config;
use crate::diagnostic::{Diagnostic, Diagnostics, Kind, Level};
use crate::dialect::{Dialect, Server};
use crate::directory::Reader;
use crate::kinds::IRREVERSIBLE_WITH_DOWN;
use crate::layout::{self, MigrationFiles};
use crate::levels::Levels;
use crate::paths::Place;
use crate::placeholder::{self, Placeholder};
use crate::replay::History;
use crate::script::Script;
use crate::source::SourceFile;
use crate::table::{Migration, Table};
use crate::{paths, replaces, replay, sql};

/// What to compile.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory of the package: where `Cargo.toml` is.
    pub package: PathBuf,
    /// The directory of the migrations, relative to the package.
    pub directory: String,
    /// The dialects asked for by the caller; without any, `rungs.toml` and the enabled grammars decide.
    pub dialects: Vec<Dialect>,
    /// The servers that MySQL is meant for, if not for whatever reads it: with `dialects` only.
    pub servers: Vec<Server>,
    /// The databases that the caller has adapters for; when nothing else says which dialect to check
    /// for and there is one, it decides. Empty stands for the grammars that are compiled in.
    pub databases: Vec<Dialect>,
    /// The levels asked for by the caller, of kinds that have one; the last choice of a kind counts.
    pub levels: Vec<(&'static Kind, Level)>,
    /// The first version whose migrations are checked beyond what is always an error.
    pub since: Option<i64>,
    /// The placeholders that the caller declares, as `prefix` or with a default as `prefix=app_`; without
    /// any, `rungs.toml` decides.
    pub placeholders: Vec<String>,
    /// Whether the directory may be any on this machine, as on a command line; otherwise it must be
    /// inside the workspace, so that it is the same for everybody who builds.
    pub anywhere: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Output {
    /// What could be made out; with errors it may lack statements or whole migrations.
    pub table: Option<Table>,
    /// What was found, by file and position.
    pub diagnostics: Vec<Diagnostic>,
    /// Absolute paths whose change can change the outcome.
    pub watched: Vec<PathBuf>,
}

/// What was read and is still to be checked; without dialects, only for its names.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) dialects: Vec<Dialect>,
    /// See [`Request::servers`].
    pub(crate) servers: Vec<Server>,
    pub(crate) levels: Levels,
    pub(crate) placeholders: Vec<Placeholder>,
    /// See [`Config::external`].
    pub(crate) external: Vec<String>,
    /// The file with the schema that is wanted, which need not be there.
    pub(crate) wanted: Place,
    pub(crate) migrations: Vec<MigrationFiles>,
}

/// Reads and checks a directory of migrations.
pub fn compile(request: &Request) -> Output {
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let sources = read(request, &mut reader, &mut diagnostics);
    Output {
        table: sources
            .filter(|sources| !sources.dialects.is_empty())
            .map(|sources| check(sources, &mut diagnostics)),
        diagnostics: diagnostics.into_sorted(),
        watched: reader.into_watched(),
    }
}

/// The schema that a directory of migrations makes, as its first dialect has it, up to a version.
///
/// Without errors only: nothing when the migrations cannot be read.
pub fn schema(request: &Request, at: Option<i64>) -> (Option<Catalog>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let sources = read(request, &mut Reader::default(), &mut diagnostics);
    let catalog = sources
        .filter(|sources| !sources.dialects.is_empty())
        .and_then(|sources| {
            let external = sources.external.clone();
            let table = check(sources, &mut diagnostics);
            let dialect = *table.dialects.first()?;
            Some(replay::catalog(&table, &external, dialect, at))
        });
    (catalog, diagnostics.into_sorted())
}

/// How a database differs from the schema that a directory of migrations makes, up to a version.
///
/// Nothing when the migrations cannot be read.
pub fn drift(
    request: &Request,
    at: Option<i64>,
    real: &Catalog,
) -> (Option<Vec<Difference>>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let sources = read(request, &mut Reader::default(), &mut diagnostics);
    let differences = sources
        .filter(|sources| !sources.dialects.is_empty())
        .and_then(|sources| {
            let external = sources.external.clone();
            let table = check(sources, &mut diagnostics);
            if diagnostics.has_errors() {
                return None;
            }
            let mut history = History::new(*table.dialects.first()?, &external);
            let is_meant = |migration: &&Migration| at.is_none_or(|at| migration.version <= at);
            for migration in table.migrations.iter().filter(is_meant) {
                history.apply(&migration.up);
            }
            Some(history.differences(real))
        });
    (differences, diagnostics.into_sorted())
}

/// Checks one file on its own, whatever its name; these placeholders may stand in it.
pub fn check_file(
    file: &Arc<SourceFile>,
    placeholders: &[Placeholder],
    dialects: &[Dialect],
) -> (Script, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let script = sql::script(file, placeholders, dialects, &[], &mut diagnostics);
    // One file is no history.
    diagnostics.not_looked_for(replay::KINDS);
    Levels::default().settle(&mut diagnostics, &[]);
    (script, diagnostics.into_sorted())
}

/// The passes that look at files: where, for which dialects, which files make up which migration.
pub(crate) fn read(
    request: &Request,
    reader: &mut Reader,
    diagnostics: &mut Diagnostics,
) -> Option<Sources> {
    let location = paths::locate(request, diagnostics)?;
    let config = config::read(request, &location, reader, diagnostics);
    let migrations = layout::read(&location, reader, diagnostics);
    Some(Sources {
        dialects: config.dialects,
        servers: config.servers,
        levels: config.levels,
        placeholders: config.placeholders,
        external: config.external,
        wanted: config.wanted,
        migrations,
    })
}

/// The passes that look into files.
pub(crate) fn check(sources: Sources, diagnostics: &mut Diagnostics) -> Table {
    let Sources {
        dialects,
        servers,
        placeholders,
        levels,
        external,
        wanted: _,
        migrations: files,
    } = sources;
    let is_complete = !diagnostics.has_errors();
    let migrations: Vec<Migration> = files
        .iter()
        .map(|files| migration(files, &placeholders, &dialects, &servers, diagnostics))
        .collect();
    let mut in_the_way = Diagnostics::default();
    replaces::check(&migrations, &mut in_the_way);
    placeholder::check(&placeholders, &migrations, diagnostics);
    let texts = files.iter().flat_map(MigrationFiles::texts);
    let words = sql::placeholder_words(texts, &placeholders);
    let table = Table {
        dialects,
        placeholders,
        migrations,
    };
    // Without some of the files, or with some too many, the others would seem wrong.
    let is_whole = is_complete && !in_the_way.has_errors();
    diagnostics.extend(in_the_way);
    match words.filter(|_| is_whole) {
        Some(words) => replay::check(&table, &external, &words, diagnostics),
        None => diagnostics.not_looked_for(replay::KINDS),
    }
    levels.settle(diagnostics, &files);
    table
}

fn migration(
    files: &MigrationFiles,
    placeholders: &[Placeholder],
    dialects: &[Dialect],
    servers: &[Server],
    diagnostics: &mut Diagnostics,
) -> Migration {
    let mut script = |file| {
        let mut script = sql::script(file, placeholders, dialects, servers, diagnostics);
        script.directives.no_transaction |= files.no_transaction;
        script
    };
    let up = script(&files.up);
    let down = files.down.as_ref().map(script);
    if let Some(down) = down.as_ref().filter(|_| up.directives.irreversible) {
        diagnostics.push(irreversible_with_down(&up, down));
    }
    Migration {
        version: files.version,
        name: files.name.clone(),
        up,
        down,
    }
}

fn irreversible_with_down(up: &Script, down: &Script) -> Diagnostic {
    let message = format!(
        "`{}` is marked irreversible but has a way down",
        up.file.path
    );
    Diagnostic::new(&IRREVERSIBLE_WITH_DOWN, message)
        .at(&down.file, 0..0, "this would never run")
        .help("delete this file, or the directive `-- rungs: irreversible`")
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests write the files that are read"
)]
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
        assert_eq!(output.diagnostics.len(), read.len(), "each is not UTF-8");
    }
}
