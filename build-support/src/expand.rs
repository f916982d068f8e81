//! What a call of `migrations!` becomes, as text.

use std::path::{Path, PathBuf};

use crate::cache::{self, Verdict};
use crate::compile::{self, Request};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::directory::Reader;
use crate::emit;
use crate::kinds::NOT_WATCHED;
use crate::render::{Look, frame};

/// What a call of `migrations!` becomes.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// An expression of type `Migrations`; on errors one without migrations, so that the errors
    /// are the only ones that are seen.
    pub table: String,
    /// Constants of type `Version`, named after the migrations.
    pub versions: String,
    /// Errors with their code frames, for `compile_error!`.
    pub errors: Vec<String>,
    /// Warnings with their code frames.
    pub warnings: Vec<String>,
    /// Absolute paths of the files that the compiler must track; none when cargo watches the directory.
    pub tracked: Vec<PathBuf>,
}

/// Checks a directory for the macro.
///
/// `kept` is where the verdict may be kept, as [`watch`](fn@crate::watch) provides it; without it the
/// directory is not watched.
pub fn expand(request: &Request, kept: Option<&Path>) -> Expansion {
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let sources = compile::read(request, &mut reader, &mut diagnostics);
    let key = sources
        .as_ref()
        .map(cache::key)
        .filter(|_| diagnostics.is_empty());
    let slot = kept.zip(key.as_deref());
    if let Some(verdict) = slot.and_then(|(path, key)| cache::load(path, key)) {
        return Expansion::of(verdict, &[], Vec::new());
    }
    let table = sources.map(|sources| compile::check(sources, &mut diagnostics));
    let verdict = Verdict {
        // Names stay known when statements are wrong, so that uses of them are no errors as well.
        versions: table.as_ref().map(emit::versions).unwrap_or_default(),
        table: match table.filter(|_| !diagnostics.has_errors()) {
            Some(table) => emit::table(&table),
            None => emit::EMPTY.to_owned(),
        },
    };
    if let Some((path, key)) = slot.filter(|_| diagnostics.is_empty()) {
        cache::store(path, key, &verdict);
    }
    if kept.is_none() {
        diagnostics.push(not_watched(&request.directory));
    }
    let tracked = if kept.is_some() {
        Vec::new()
    } else {
        reader.into_watched()
    };
    Expansion::of(verdict, &diagnostics.into_sorted(), tracked)
}

impl Expansion {
    fn of(verdict: Verdict, diagnostics: &[Diagnostic], tracked: Vec<PathBuf>) -> Self {
        let Verdict { table, versions } = verdict;
        let frames = |severity| {
            let chosen = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.kind.severity == severity);
            chosen
                .map(|diagnostic| frame(diagnostic, Look::Compiler))
                .collect()
        };
        Self {
            table,
            versions,
            errors: frames(Severity::Error),
            warnings: frames(Severity::Warning),
            tracked,
        }
    }
}

fn not_watched(directory: &str) -> Diagnostic {
    let message =
        format!("new files in `{directory}` will not be noticed: `build.rs` does not watch it");
    let version = env!("CARGO_PKG_VERSION");
    Diagnostic::new(&NOT_WATCHED, message).help(format!(
        "add to build.rs: `fn main() {{ rungs_build::watch({directory:?}); }}`, and to Cargo.toml, below \
         `[build-dependencies]`: `rungs-build = {{ version = \"{version}\", default-features = false }}`"
    ))
}
