//! Declared placeholders: `{{prefix}}` in a file stands for a part of a name that is given at run time.
//!
//! A declaration is `prefix`, or `prefix=app_` with the value that it has when none is given.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds::{BAD_PLACEHOLDER, MISSING_PLACEHOLDER, UNUSED_PLACEHOLDER};
use crate::script::Script;
use crate::source::SourceFile;
use crate::table::Migration;

/// A declared placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Its name, which stands in double braces.
    pub name: String,
    /// The value that it has when none is given.
    pub default: Option<String>,
    declared: Declared,
}

/// Where a placeholder is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// In `rungs.toml`.
    File(Arc<SourceFile>, Range<usize>),
    /// By the caller, for the migrations of this directory.
    Call(String),
}

/// What a file says about names, as far as placeholders are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Names with a placeholder in them, with their quotes, as they are written.
    pub(crate) templates: Vec<String>,
    /// The placeholders that stand in it.
    pub(crate) used: Vec<String>,
    /// Names that the file creates where all of a database share them.
    pub(crate) created: Vec<Created>,
}

/// A name that a file creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Created {
    /// Where it stands.
    pub(crate) range: Range<usize>,
    /// What it is, in lower case.
    pub(crate) what: &'static str,
    /// The placeholders that are a part of it.
    pub(crate) parts: Vec<String>,
    /// Whether something else keeps it apart from that of others: the schema before it has a
    /// placeholder, or it may be there already. Nor is it judged when what was meant to keep it apart is
    /// reported as wrong.
    pub(crate) is_apart: bool,
}

impl Placeholder {
    /// Reads a declaration.
    pub(crate) fn read(text: &str, declared: Declared) -> Result<Self, Diagnostic> {
        let (name, default) = match text.split_once('=') {
            Some((name, default)) => (name, Some(default)),
            None => (text, None),
        };
        if !is_name(name) {
            let message = format!("`{name}` is no name for a placeholder");
            return Err(declared.at(Diagnostic::new(&BAD_PLACEHOLDER, message)).help(
                "write lower-case letters, digits and underscores, as in `prefix`, or `prefix=app_` with a default",
            ));
        }
        if let Some(default) = default.filter(|default| !is_value(default)) {
            let message = format!("`{default}` is no value for the placeholder `{name}`");
            return Err(declared
                .at(Diagnostic::new(&BAD_PLACEHOLDER, message))
                .help(
                    "write lower-case letters, digits and underscores: it becomes a part of names",
                ));
        }
        Ok(Self {
            name: name.to_owned(),
            default: default.map(str::to_owned),
            declared,
        })
    }

    /// As it stands in a file.
    pub(crate) fn written(&self) -> String {
        format!("{{{{{}}}}}", self.name)
    }

    /// As it is declared.
    pub(crate) fn declaration(&self) -> String {
        match &self.default {
            Some(default) => format!("{}={default}", self.name),
            None => self.name.clone(),
        }
    }
}

impl Declared {
    fn at(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self {
            Self::File(file, range) => diagnostic.at(file, range.clone(), ""),
            Self::Call(directory) => diagnostic.in_path(directory),
        }
    }
}

/// Reads declarations, each of which needs a name of its own.
pub(crate) fn read<'a>(
    written: impl IntoIterator<Item = (&'a str, Declared)>,
    diagnostics: &mut Diagnostics,
) -> Vec<Placeholder> {
    let mut placeholders: Vec<Placeholder> = Vec::new();
    for (text, declared) in written {
        let Some(read) = diagnostics.ok(Placeholder::read(text, declared)) else {
            continue;
        };
        if placeholders.iter().any(|other| other.name == read.name) {
            let message = format!("the placeholder `{}` is declared twice", read.name);
            let diagnostic = read.declared.at(Diagnostic::new(&BAD_PLACEHOLDER, message));
            diagnostics.push(diagnostic.help("keep one of the declarations"));
        } else {
            placeholders.push(read);
        }
    }
    placeholders
}

/// Judges the migrations as a whole: whether each placeholder is used, and whether one that is a part
/// of names was forgotten in some.
pub(crate) fn check(
    placeholders: &[Placeholder],
    migrations: &[Migration],
    diagnostics: &mut Diagnostics,
) {
    // What is wrong with a file may be what hides the use.
    if !diagnostics.has_errors() {
        let unused = placeholders.iter().filter(|it| !is_used(it, migrations));
        diagnostics.extend(unused.map(unused_placeholder));
    }
    for placeholder in placeholders {
        forgotten(placeholder, migrations, diagnostics);
    }
}

fn scripts(migration: &Migration) -> impl Iterator<Item = &Script> {
    std::iter::once(&migration.up).chain(&migration.down)
}

fn is_used(placeholder: &Placeholder, migrations: &[Migration]) -> bool {
    let mut names = migrations.iter().flat_map(scripts);
    names.any(|script| script.names.used.contains(&placeholder.name))
}

fn unused_placeholder(placeholder: &Placeholder) -> Diagnostic {
    let message = format!("the placeholder `{}` is never used", placeholder.name);
    let diagnostic = Diagnostic::new(&UNUSED_PLACEHOLDER, message);
    placeholder.declared.at(diagnostic).help(format!(
        "write `{}` where its value belongs, or remove the declaration",
        placeholder.written()
    ))
}

/// From the first migration on that creates a name with the placeholder: what is older may be from the
/// time before there was one, and cannot be edited.
fn forgotten(placeholder: &Placeholder, migrations: &[Migration], diagnostics: &mut Diagnostics) {
    let has = |created: &Created| created.parts.contains(&placeholder.name);
    let since = migrations
        .iter()
        .skip_while(|it| !it.up.names.created.iter().any(has));
    for migration in since {
        let ups = migration.up.names.created.iter();
        for created in ups.filter(|created| created.parts.is_empty() && !created.is_apart) {
            let file = &migration.up.file;
            let message = format!(
                "the name of this {} lacks the placeholder `{}`",
                created.what, placeholder.name
            );
            let written = placeholder.written();
            diagnostics.push(
                Diagnostic::new(&MISSING_PLACEHOLDER, message)
                    .at(file, created.range.clone(), "other names have it")
                    .help(format!(
                        "write `{written}{}`, so that a second set of values has a name of its own",
                        file.slice(created.range.clone())
                            .trim_matches(['"', '`', '[', ']'])
                    )),
            );
        }
    }
}

/// Lower-case letters, digits and underscores, and no digit at the start.
pub(crate) fn is_name(text: &str) -> bool {
    is_value(text) && text.starts_with(|first: char| !first.is_ascii_digit())
}

/// Lower-case letters, digits and underscores; the runtime demands the same.
fn is_value(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.bytes().all(is_part)
}
