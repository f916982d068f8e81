//! What a call of `migrations!` becomes, as text.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cache::{self, Verdict};
use crate::compile::{self, Request};
use crate::diagnostic::{Diagnostic, Diagnostics, Kind, Level, Severity};
use crate::dialect::{Dialect, Server};
use crate::directory::Reader;
use crate::emit;
use crate::kinds::NOT_WATCHED;
use crate::render::{self, Look};
use crate::watch::watch_variable;

/// A call of `migrations!`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The directory of the migrations, relative to the package.
    pub directory: String,
    /// The dialects that its arguments name.
    pub dialects: Vec<Dialect>,
    /// The levels that its arguments choose.
    pub levels: Vec<(&'static Kind, Level)>,
    /// The version from which its arguments check.
    pub since: Option<i64>,
    /// The servers that they name, of those that read MySQL.
    pub servers: Vec<Server>,
    /// The databases that the runtime was built for.
    pub databases: Vec<Dialect>,
    /// The placeholders that its arguments declare.
    pub placeholders: Vec<String>,
}

/// What a call of `migrations!` becomes.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// The end of a block: items, and an expression of type `Migrations`. On errors it has no
    /// migrations, so that the errors are the only ones that are seen.
    pub table: String,
    /// Constants of type `Version`, named after the migrations.
    pub versions: String,
    /// Errors with their code frames, for `compile_error!`.
    pub errors: Vec<String>,
    /// Warnings with their code frames.
    pub warnings: Vec<String>,
}

/// Checks a directory for the macro, which can read environment variables.
pub fn expand(call: Call, variable: impl Fn(&str) -> Option<OsString>) -> Expansion {
    let path = |name: &str| variable(name).map(PathBuf::from);
    let kept = path(&watch_variable(&call.directory)).zip(path("OUT_DIR"));
    let kept = kept.map(|(name, folder)| folder.join(name));
    let request = Request {
        package: path("CARGO_MANIFEST_DIR").unwrap_or_default(),
        directory: call.directory,
        dialects: call.dialects,
        servers: call.servers,
        databases: call.databases,
        levels: call.levels,
        since: call.since,
        placeholders: call.placeholders,
        anywhere: false,
    };
    checked(&request, kept.as_deref())
}

fn checked(request: &Request, kept: Option<&Path>) -> Expansion {
    let mut diagnostics = Diagnostics::default();
    let mut reader = Reader::default();
    let sources = compile::read(request, &mut reader, &mut diagnostics);
    let key = sources
        .as_ref()
        .map(cache::key)
        .filter(|_| diagnostics.is_empty());
    let slot = kept.zip(key.as_deref());
    if let Some(verdict) = slot.and_then(|(path, key)| cache::load(path, key)) {
        return Expansion::of(verdict, &[], &[]);
    }
    let table = sources.map(|sources| compile::check(sources, &mut diagnostics));
    let verdict = Verdict {
        // Names stay known when something is wrong, so that uses of them are no errors as well.
        versions: table.as_ref().map(emit::versions).unwrap_or_default(),
        table: match table.filter(|_| !diagnostics.has_errors()) {
            Some(table) => emit::table(&table),
            None => emit::EMPTY.to_owned(),
        },
    };
    if let Some((path, key)) = slot.filter(|_| diagnostics.is_empty()) {
        cache::store(path, key, &verdict);
    }
    // What does not compile is compiled again anyway, whatever changes.
    if kept.is_none() && !diagnostics.has_errors() {
        diagnostics.push(not_watched(&request.directory));
    }
    let tracked = if kept.is_some() || diagnostics.has_errors() {
        Vec::new()
    } else {
        reader.into_watched()
    };
    Expansion::of(verdict, &diagnostics.into_sorted(), &tracked)
}

impl Expansion {
    /// Cargo watches the directory, or else the compiler must track each file.
    fn of(verdict: Verdict, diagnostics: &[Diagnostic], tracked: &[PathBuf]) -> Self {
        let Verdict { table, versions } = verdict;
        let frames = |severity| {
            let chosen = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == severity);
            render::frames(chosen, Look::Compiler)
        };
        Self {
            table: emit::tracking(tracked) + &emit::constant(&table),
            versions,
            errors: frames(Severity::Error),
            warnings: frames(Severity::Warning),
        }
    }

    /// Without migrations and messages, because something else is wrong with the call: what that would
    /// have changed is not known, so what was found is not certain.
    pub fn refused(self) -> Self {
        Self {
            table: emit::constant(emit::EMPTY),
            versions: self.versions,
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

fn not_watched(directory: &str) -> Diagnostic {
    let message =
        format!("new files in `{directory}` will not be noticed: `build.rs` does not watch it");
    let version = env!("CARGO_PKG_VERSION");
    Diagnostic::new(&NOT_WATCHED, message).help(format!(
        "write into build.rs, beside Cargo.toml,\n    \
         fn main() {{ rungs_build::watch({directory:?}); }}\n\
         and into Cargo.toml\n    \
         [build-dependencies]\n    \
         rungs-build = {{ version = \"{version}\", default-features = false }}"
    ))
}
