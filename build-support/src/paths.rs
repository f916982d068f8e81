//! Where the migrations are: the path in the macro call becomes a directory.

use std::path::{Component, Path, PathBuf};

use toml::de::DeTable;

use crate::compile::Request;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory;
use crate::kinds::BAD_PATH;

/// A directory of migrations.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// The directory itself.
    pub(crate) path: PathBuf,
    /// How its path is written in messages: as given, with `/` on every system.
    pub(crate) shown: String,
}

impl Location {
    /// How the path of something inside the directory is written in messages.
    pub(crate) fn show(&self, below: &str) -> String {
        match self.shown.as_str() {
            "." => below.to_owned(),
            shown => format!("{}/{below}", shown.trim_end_matches('/')),
        }
    }

    /// What to do where there is no migration yet.
    pub(crate) fn first_migration(&self) -> String {
        let command = match self.shown.trim_end_matches('/') {
            "migrations" => "rungs new create_users".to_owned(),
            shown => format!("rungs new create_users --dir {shown}"),
        };
        let file = self.show("0001_create_users.up.sql");
        format!("write the first migration, `{file}`, or let `{command}` do it")
    }
}

/// A file that is neither in the directory nor must be there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The file itself.
    pub(crate) path: PathBuf,
    /// How its path is written in messages.
    pub(crate) shown: String,
}

impl Place {
    /// A file below a directory.
    pub(crate) fn below(directory: &Path, package: &Path, file: &str) -> Self {
        let path = directory.join(file);
        // Outside of the package it is shown in full.
        let shown = path.strip_prefix(package).unwrap_or(&path);
        let shown = shown.to_string_lossy();
        let shown = shown.replace(std::path::MAIN_SEPARATOR, "/");
        let shown = shown.trim_start_matches("./").to_owned();
        Self { path, shown }
    }
}

/// Finds the directory that a request means; it may not exist.
///
/// Unless the request says [`anywhere`](Request::anywhere), the path must be one that means the same
/// on every machine: relative, with `/`, and inside the workspace.
pub(crate) fn locate(request: &Request, diagnostics: &mut Diagnostics) -> Option<Location> {
    if let Some(problem) = problem(request) {
        diagnostics.push(problem);
        return None;
    }
    let shown = request.directory.replace(std::path::MAIN_SEPARATOR, "/");
    Some(Location {
        path: request.package.join(&request.directory),
        shown: shown.trim_start_matches("./").to_owned(),
    })
}

fn problem(request: &Request) -> Option<Diagnostic> {
    if request.directory.is_empty() {
        return Some(
            bad_path("the path of the migrations is empty")
                .help("write `migrations!(\"migrations\")`"),
        );
    }
    if request.anywhere {
        return None;
    }
    let package = normalised(&request.package);
    absolute(&request.directory, &package)
        .or_else(|| backslash(&request.directory))
        .or_else(|| outside(&request.directory, &package))
}

fn absolute(directory: &str, package: &Path) -> Option<Diagnostic> {
    let mut letters = directory.chars();
    let has_drive = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next() == Some(':');
    if !has_drive && !directory.starts_with(['/', '\\']) && !Path::new(directory).is_absolute() {
        return None;
    }
    let inside = normalised(Path::new(directory));
    let help = match inside.strip_prefix(package).ok().and_then(Path::to_str) {
        Some(relative) if !relative.is_empty() => format!("write `{relative}`"),
        _ => "write the path from the directory of `Cargo.toml`, such as `migrations`".to_owned(),
    };
    let message = format!("the path `{directory}` is absolute, so it exists on this machine only");
    Some(bad_path(message).help(help))
}

fn backslash(directory: &str) -> Option<Diagnostic> {
    let slashed = directory.replace('\\', "/");
    (slashed != directory).then(|| {
        bad_path(format!("the path `{directory}` is written with `\\`"))
            .help(format!("write `{slashed}`, which works on every system"))
    })
}

fn outside(directory: &str, package: &Path) -> Option<Diagnostic> {
    let path = normalised(&package.join(directory));
    if path.starts_with(package) {
        return None;
    }
    match workspace(package) {
        Some(root) if path.starts_with(&root) => None,
        Some(_) => Some(bad_path(format!(
            "the path `{directory}` leaves the workspace"
        ))),
        None => Some(bad_path(format!(
            "the path `{directory}` leaves the package, which is in no workspace"
        ))),
    }
    .map(|problem| {
        problem.help(
            "a checkout or a published crate would not contain it: move the migrations inside",
        )
    })
}

/// The nearest directory upwards whose `Cargo.toml` has a `[workspace]`.
fn workspace(package: &Path) -> Option<PathBuf> {
    let is_root = |directory: &&Path| {
        let manifest = directory::peek(&directory.join("Cargo.toml"));
        manifest.is_some_and(|text| {
            DeTable::parse(&text).is_ok_and(|table| table.get_ref().contains_key("workspace"))
        })
    };
    package.ancestors().find(is_root).map(Path::to_owned)
}

/// Takes `.` and `..` out of a path, without asking the file system.
fn normalised(path: &Path) -> PathBuf {
    let mut normalised = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normalised.pop();
            }
            other => normalised.push(other),
        }
    }
    normalised
}

fn bad_path(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&BAD_PATH, message)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::fixture::{read_as, request};

    /// Reads a directory of the package `app`.
    fn from_app(listing: &str, directory: &str) -> String {
        let request = Request {
            package: PathBuf::from("app"),
            ..request(directory)
        };
        read_as(listing, request)
    }

    #[test]
    fn paths_start_at_the_package() {
        assert_snapshot!(from_app("/app/db/migrations/1_a.sql", "db/migrations/"), @"1 a: db/migrations/1_a.sql");
        assert_snapshot!(from_app("/app/1_a.sql", "."), @"1 a: 1_a.sql");
        assert_snapshot!(from_app("/app/src/\n/app/db/1_a.sql", "./src/../db"), @"1 a: src/../db/1_a.sql");
    }

    #[test]
    fn the_workspace_may_hold_them() {
        let listing = "/db/1_a.sql\n/Cargo.toml: [workspace]\n/app/Cargo.toml: [package]";
        assert_snapshot!(from_app(listing, "../db"), @"1 a: ../db/1_a.sql");
        assert_snapshot!(from_app(listing, "../../db"), @"
    the call: the path `../../db` leaves the workspace [bad-path]
      help: a checkout or a published crate would not contain it: move the migrations inside
    ");
        assert_snapshot!(from_app("/db/1_a.sql\n/app/Cargo.toml: [package]", "../db"), @"
    the call: the path `../db` leaves the package, which is in no workspace [bad-path]
      help: a checkout or a published crate would not contain it: move the migrations inside
    ");
    }

    #[test]
    fn a_command_line_may_name_any_directory() {
        let anywhere = Request {
            package: PathBuf::from("app"),
            anywhere: true,
            ..request("../db")
        };
        assert_snapshot!(read_as("/app/\n/db/1_a.sql", anywhere), @"1 a: ../db/1_a.sql");
    }

    #[test]
    fn paths_are_the_same_on_every_machine() {
        assert_snapshot!(from_app("", ""), @r#"
    the call: the path of the migrations is empty [bad-path]
      help: write `migrations!("migrations")`
    "#);
        assert_snapshot!(from_app("", "/srv/migrations"), @"
    the call: the path `/srv/migrations` is absolute, so it exists on this machine only [bad-path]
      help: write the path from the directory of `Cargo.toml`, such as `migrations`
    ");
        assert_snapshot!(from_app("", r"C:\srv\migrations"), @r"
    the call: the path `C:\srv\migrations` is absolute, so it exists on this machine only [bad-path]
      help: write the path from the directory of `Cargo.toml`, such as `migrations`
    ");
        assert_snapshot!(from_app("", r"db\migrations"), @r"
    the call: the path `db\migrations` is written with `\` [bad-path]
      help: write `db/migrations`, which works on every system
    ");
    }

    #[test]
    fn an_absolute_path_inside_the_package_is_told_its_relative_form() {
        let request = Request {
            package: PathBuf::from("/app"),
            ..request("/app/db/migrations")
        };
        assert_snapshot!(read_as("", request), @"
    the call: the path `/app/db/migrations` is absolute, so it exists on this machine only [bad-path]
      help: write `db/migrations`
    ");
    }
}
