//! `rungs.toml`: which dialects a directory is checked for, which placeholders it has, and what the project
//! makes of what is found.
//!
//! Of the dialects the first of these that says something decides, and nothing is ever guessed:
//! 1. the request, which is the argument of the macro or of the command line;
//! 2. `dialect` in `rungs.toml`, beside the migrations or else beside `Cargo.toml`;
//! 3. the only database that the caller has adapters for;
//! 4. the only grammar that is compiled in, for a caller that says nothing about databases.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::compile::Request;
use crate::diagnostic::{Diagnostic, Diagnostics, Kind, Level};
use crate::dialect::{Dialect, Server, UnknownDialect};
use crate::directory::Reader;
use crate::kinds::{self, BAD_CONFIG, UNKNOWN_DIALECT};
use crate::levels::Levels;
use crate::nearest::nearest;
use crate::paths::{Location, Place};
use crate::placeholder::{self, Declared, Placeholder};
use crate::settings;
use crate::source::SourceFile;

const FILE: &str = "rungs.toml";
const DIALECT: &str = "dialect";
const LEVELS: &str = "levels";
const SINCE: &str = "since";
/// Where the command line finds the database, which is nothing to a build.
const DATABASE: &str = "database";
/// The sets that the command line works with, each with a directory of its own.
const SETS: &str = "sets";
/// What stands for parts of names that are given at run time.
const PLACEHOLDERS: &str = "placeholders";
/// What others create.
const EXTERNAL: &str = "external";
/// The file with the schema that is wanted.
const SCHEMA_FILE: &str = "schema-file";
/// All keys.
const KNOWN: [&str; 8] = [
    DIALECT,
    LEVELS,
    SINCE,
    EXTERNAL,
    DATABASE,
    SETS,
    PLACEHOLDERS,
    SCHEMA_FILE,
];
const EXPECTED: &str = "the name of a dialect or a list of names";
const LEVEL: &str = "`\"allow\"`, `\"warn\"` or `\"deny\"`";

/// What the request and the file say together.
#[derive(Debug)]
pub(crate) struct Config {
    /// The dialects to check for, in the order they were asked for; none when that is unclear, which
    /// has then been reported.
    pub(crate) dialects: Vec<Dialect>,
    /// The servers that MySQL is meant for, if not for either.
    pub(crate) servers: Vec<Server>,
    /// What stands for parts of names.
    pub(crate) placeholders: Vec<Placeholder>,
    /// What is made of what is found.
    pub(crate) levels: Levels,
    /// Names of what others create, such as `auth.*`.
    pub(crate) external: Vec<String>,
    /// The file with the schema that is wanted.
    pub(crate) wanted: Place,
}

/// What is asked for, as far as it was compiled in.
#[derive(Debug, Default)]
struct Chosen {
    dialects: Vec<Dialect>,
    servers: Vec<Server>,
}

pub(crate) fn read(
    request: &Request,
    location: &Location,
    reader: &mut Reader,
    diagnostics: &mut Diagnostics,
) -> Config {
    let mut wrong = Diagnostics::default();
    let file = file(request, location, reader, &mut wrong);
    let table = file.as_ref().and_then(|file| {
        let table = settings::read(file, &KNOWN, &mut wrong)?;
        Some((file, table))
    });
    let written = table.as_ref().and_then(|(file, table)| {
        let value = table.get(DIALECT)?;
        Some(written(file, value, &mut wrong))
    });
    let mut placeholders = asked_placeholders(request, location, diagnostics);
    if let Some((file, table)) = table.as_ref().filter(|_| request.placeholders.is_empty()) {
        placeholders = written_placeholders(file, table, &mut wrong);
    }
    // A file with an error may mean anything, so nothing weaker may decide.
    let is_open = written.is_none() && !wrong.has_errors();
    diagnostics.extend(wrong);
    let mut levels = Levels::default();
    let mut external = Vec::new();
    let mut wanted = None;
    if let Some((file, table)) = &table {
        written_levels(file, table, &mut levels, diagnostics);
        external = written_external(file, table, diagnostics);
        wanted = written_schema_file(request, location, file, table, diagnostics);
    }
    for (kind, level) in &request.levels {
        levels.choose(kind, *level);
    }
    if let Some(version) = request.since {
        levels.begin_at(version);
    }
    let Chosen { dialects, servers } = if !request.dialects.is_empty() {
        compiled_in(Asked::by_request(request, location), diagnostics)
    } else if is_open {
        Chosen {
            dialects: the_only_one(request, location, diagnostics),
            servers: Vec::new(),
        }
    } else {
        compiled_in(written.unwrap_or_default(), diagnostics)
    };
    Config {
        dialects,
        servers,
        placeholders,
        levels,
        external,
        wanted: wanted.unwrap_or_else(|| beside(request, location)),
    }
}

/// `[levels]`, a table of ids and words, and `since`, a version.
fn written_levels(
    file: &Arc<SourceFile>,
    table: &DeTable<'_>,
    levels: &mut Levels,
    diagnostics: &mut Diagnostics,
) {
    if let Some(value) = table.get(LEVELS) {
        let Some(by_id) = value.get_ref().as_table() else {
            diagnostics.push(settings::wrong_type(file, value, "a table of checks"));
            return;
        };
        for (id, word) in by_id {
            match level(file, id, word) {
                Ok((kind, level)) => levels.choose(kind, level),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
    if let Some(value) = table.get(SINCE) {
        let number = value.get_ref().as_integer().map(DeInteger::as_str);
        match number.and_then(|number| number.parse().ok()) {
            Some(version) => levels.begin_at(version),
            None => diagnostics.push(settings::wrong_type(file, value, "a version")),
        }
    }
}

fn level(
    file: &Arc<SourceFile>,
    id: &Spanned<Cow<'_, str>>,
    word: &Spanned<DeValue<'_>>,
) -> Result<(&'static Kind, Level), Diagnostic> {
    let kind = kinds::adjustable(id.get_ref()).map_err(|refusal| {
        Diagnostic::new(&BAD_CONFIG, refusal.to_string())
            .at(file, id.span(), "")
            .help(refusal.help())
    })?;
    let name = word
        .get_ref()
        .as_str()
        .ok_or_else(|| settings::wrong_type(file, word, LEVEL))?;
    let level = Level::from_name(name).ok_or_else(|| {
        Diagnostic::new(&BAD_CONFIG, format!("there is no level `{name}`"))
            .at(file, word.span(), "")
            .help(format!("write {LEVEL}"))
    })?;
    Ok((kind, level))
}

/// A dialect and where it is asked for.
struct Asked {
    dialect: Dialect,
    servers: Vec<Server>,
    not_compiled_in: Diagnostic,
}

impl Asked {
    fn new(dialect: Dialect) -> Self {
        let message = format!("the grammar of {} is not compiled in", dialect.title());
        let diagnostic = Diagnostic::new(&UNKNOWN_DIALECT, message)
            .help(format!("enable it: `cargo add rungs --features {dialect}`"));
        Self {
            dialect,
            servers: Vec::new(),
            not_compiled_in: diagnostic,
        }
    }

    fn by_request(request: &Request, location: &Location) -> Vec<Self> {
        let asked = request.dialects.iter().copied().map(Self::new);
        asked
            .map(|asked| Self {
                not_compiled_in: asked.not_compiled_in.in_path(&location.shown),
                servers: request.servers.clone(),
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
            servers: Server::named(word).into_iter().collect(),
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

/// What the file says about dialects; words that name none are reported.
fn written(
    file: &Arc<SourceFile>,
    value: &Spanned<DeValue<'_>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Asked> {
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
    asked.filter_map(|asked| diagnostics.ok(asked)).collect()
}

/// The placeholders that the caller declares.
fn asked_placeholders(
    request: &Request,
    location: &Location,
    diagnostics: &mut Diagnostics,
) -> Vec<Placeholder> {
    let asked = request.placeholders.iter();
    let asked = asked.map(|text| (text.as_str(), Declared::Call(location.shown.clone())));
    placeholder::read(asked, diagnostics)
}

/// The placeholders that the file declares.
fn written_placeholders(
    file: &Arc<SourceFile>,
    table: &DeTable<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Placeholder> {
    let expected = "a list of names, such as [\"prefix\"]";
    let values = list_of_names(file, table, PLACEHOLDERS, expected, diagnostics);
    let written = values.into_iter().map(|(name, span)| {
        let declared = Declared::File(Arc::clone(file), span);
        (name, declared)
    });
    placeholder::read(written, diagnostics)
}

/// `schema.sql` beside the directory of the migrations, in which it would count as one of them.
fn beside(request: &Request, location: &Location) -> Place {
    const NAME: &str = "schema.sql";
    match (location.path.file_name(), location.path.parent()) {
        (Some(_), Some(parent)) => Place::below(parent, &request.package, NAME),
        // The directory is `.` or the like.
        _ => Place::below(&location.path.join(".."), &request.package, NAME),
    }
}

/// A path from where `rungs.toml` is.
fn written_schema_file(
    request: &Request,
    location: &Location,
    file: &Arc<SourceFile>,
    table: &DeTable<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Place> {
    let value = table.get(SCHEMA_FILE)?;
    let Some(path) = value.get_ref().as_str() else {
        let expected = "the path of a file, such as \"schema.sql\"";
        diagnostics.push(settings::wrong_type(file, value, expected));
        return None;
    };
    let is_beside = file.path == location.show(FILE);
    let directory = if is_beside {
        &location.path
    } else {
        &request.package
    };
    Some(Place::below(directory, &request.package, path))
}

/// Names of what others create, such as `["auth.*", "spatial_ref_sys"]`.
fn written_external(
    file: &Arc<SourceFile>,
    table: &DeTable<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let expected = "a list of names, as in `[\"auth.*\"]`";
    let values = list_of_names(file, table, EXTERNAL, expected, diagnostics);
    values
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The texts below a key and where they stand; what is none is reported.
fn list_of_names<'t>(
    file: &Arc<SourceFile>,
    table: &'t DeTable<'_>,
    key: &str,
    expected: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<(&'t str, Range<usize>)> {
    let Some(value) = table.get(key) else {
        return Vec::new();
    };
    let Some(list) = value.get_ref().as_array() else {
        diagnostics.push(settings::wrong_type(file, value, expected));
        return Vec::new();
    };
    let names = list.iter().map(|item| match item.get_ref().as_str() {
        Some(name) => Ok((name, item.span())),
        None => Err(settings::wrong_type(file, item, expected)),
    });
    names.filter_map(|name| diagnostics.ok(name)).collect()
}

fn unknown_word(unknown: &UnknownDialect) -> Diagnostic {
    let names = Dialect::ALL.map(Dialect::name);
    let diagnostic = Diagnostic::new(&BAD_CONFIG, unknown.to_string());
    match nearest(&unknown.0.to_ascii_lowercase(), names) {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        None => diagnostic.help("write `dialect = \"sqlite\"`, or another of them"),
    }
}

fn compiled_in(asked: Vec<Asked>, diagnostics: &mut Diagnostics) -> Chosen {
    let mut chosen = Chosen::default();
    for asked in asked {
        for server in asked.servers {
            if !chosen.servers.contains(&server) {
                chosen.servers.push(server);
            }
        }
        if !asked.dialect.is_enabled() {
            diagnostics.push(asked.not_compiled_in);
        } else if !chosen.dialects.contains(&asked.dialect) {
            chosen.dialects.push(asked.dialect);
        }
    }
    chosen
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
