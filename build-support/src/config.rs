//! `rungs.toml`, and which dialects a directory is checked for.
//!
//! The first of these that says something decides, and nothing is ever guessed:
//! 1. the request, which is the argument of the macro or of the command line;
//! 2. `dialect` in `rungs.toml`, beside the migrations or else beside `Cargo.toml`;
//! 3. the only database that the caller has adapters for;
//! 4. the only grammar that is compiled in, for a caller that says nothing about databases.

use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use crate::compile::Request;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::{Dialect, UnknownDialect};
use crate::directory::Reader;
use crate::kinds::{BAD_CONFIG, UNKNOWN_DIALECT};
use crate::nearest::nearest;
use crate::paths::Location;
use crate::settings;
use crate::source::SourceFile;

const FILE: &str = "rungs.toml";
const KEY: &str = "dialect";
/// Where the command line finds the database, which is nothing to a build.
const DATABASE: &str = "database";
const EXPECTED: &str = "the name of a dialect or a list of names";

/// The dialects to check for, in the order they were asked for; none when that is unclear, which
/// has then been reported.
pub(crate) fn dialects(
    request: &Request,
    location: &Location,
    reader: &mut Reader,
    diagnostics: &mut Diagnostics,
) -> Vec<Dialect> {
    let mut wrong = Diagnostics::default();
    let file = file(request, location, reader, &mut wrong);
    let written = file.and_then(|file| written(&file, &mut wrong));
    // A file with an error may mean anything, so nothing weaker may decide.
    let is_open = written.is_none() && !wrong.has_errors();
    diagnostics.extend(wrong);
    if !request.dialects.is_empty() {
        compiled_in(Asked::by_request(request, location), diagnostics)
    } else if is_open {
        the_only_one(request, location, diagnostics)
    } else {
        compiled_in(written.unwrap_or_default(), diagnostics)
    }
}

/// A dialect and where it is asked for.
struct Asked {
    dialect: Dialect,
    not_compiled_in: Diagnostic,
}

impl Asked {
    fn new(dialect: Dialect) -> Self {
        let message = format!("the grammar of {} is not compiled in", dialect.title());
        let diagnostic = Diagnostic::new(&UNKNOWN_DIALECT, message)
            .help(format!("enable it: `cargo add rungs --features {dialect}`"));
        Self {
            dialect,
            not_compiled_in: diagnostic,
        }
    }

    fn by_request(request: &Request, location: &Location) -> Vec<Self> {
        let asked = request.dialects.iter().copied().map(Self::new);
        asked
            .map(|asked| Self {
                not_compiled_in: asked.not_compiled_in.in_path(&location.shown),
                ..asked
            })
            .collect()
    }

    fn by_file(file: &Arc<SourceFile>, value: &Spanned<DeValue<'_>>) -> Result<Self, Diagnostic> {
        let Some(word) = value.get_ref().as_str() else {
            return Err(settings::wrong_type(file, value, EXPECTED));
        };
        let asked = word
            .parse()
            .map(Self::new)
            .map_err(|unknown| unknown_word(&unknown).at(file, value.span(), ""))?;
        Ok(Self {
            not_compiled_in: asked.not_compiled_in.at(file, value.span(), ""),
            ..asked
        })
    }
}

fn file(
    request: &Request,
    location: &Location,
    reader: &mut Reader,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<SourceFile>> {
    let beside = location.path.join(FILE);
    reader
        .optional(&beside, &location.show(FILE), diagnostics)
        .or_else(|| reader.optional(&request.package.join(FILE), FILE, diagnostics))
}

/// What the file says about dialects, if anything; words that name none are reported.
fn written(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Vec<Asked>> {
    let table = settings::read(file, &[KEY, DATABASE], diagnostics)?;
    let value = table.get(KEY)?;
    let values: Vec<&Spanned<DeValue<'_>>> = match value.get_ref().as_array() {
        Some(list) => list.iter().collect(),
        None => vec![value],
    };
    if values.is_empty() {
        diagnostics.push(
            Diagnostic::new(&BAD_CONFIG, "the list of dialects is empty")
                .at(file, value.span(), "")
                .help("name a dialect, or remove the key"),
        );
    }
    let asked = values.into_iter().map(|value| Asked::by_file(file, value));
    Some(asked.filter_map(|asked| diagnostics.ok(asked)).collect())
}

fn unknown_word(unknown: &UnknownDialect) -> Diagnostic {
    let names = Dialect::ALL.map(Dialect::name);
    let diagnostic = Diagnostic::new(&BAD_CONFIG, unknown.to_string());
    match nearest(&unknown.0.to_ascii_lowercase(), names) {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        None => diagnostic.help("write `dialect = \"sqlite\"`, or another of them"),
    }
}

fn compiled_in(asked: Vec<Asked>, diagnostics: &mut Diagnostics) -> Vec<Dialect> {
    let mut dialects = Vec::new();
    for asked in asked {
        if !asked.dialect.is_enabled() {
            diagnostics.push(asked.not_compiled_in);
        } else if !dialects.contains(&asked.dialect) {
            dialects.push(asked.dialect);
        }
    }
    dialects
}

fn list(dialects: &[Dialect]) -> String {
    let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
    names.join(", ")
}

fn the_only_one(
    request: &Request,
    location: &Location,
    diagnostics: &mut Diagnostics,
) -> Vec<Dialect> {
    let candidates = if request.databases.is_empty() {
        Dialect::enabled()
    } else {
        request.databases.clone()
    };
    let help = match candidates.as_slice() {
        [_] => return candidates,
        [] => "enable one: `cargo add rungs --features sqlite` (or `postgres`, `mysql`)".to_owned(),
        [first, ..] if request.anywhere => {
            format!(
                "add `--dialect {first}`, or write `dialect = \"{first}\"` into `{FILE}`; there is {}",
                list(&candidates)
            )
        }
        [first, ..] => format!(
            "write `migrations!(\"{}\", dialect = {first})`, or `dialect = \"{first}\"` in `{FILE}`, \
             or enable the adapters of one database only (enabled: {})",
            location.shown,
            list(&candidates)
        ),
    };
    let message = format!(
        "it is not said which SQL dialect `{}` is written in",
        location.shown
    );
    diagnostics.push(
        Diagnostic::new(&UNKNOWN_DIALECT, message)
            .help(help)
            .in_path(&location.shown),
    );
    Vec::new()
}

#[cfg(test)]
mod tests;
