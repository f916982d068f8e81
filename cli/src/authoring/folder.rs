//! How a directory names its migrations, so that the next one fits in.
//!
//! This reads names to continue them, no more. Whether they are right is for `rungs check` to say.

mod name;
mod sections;

use std::io;
use std::path::Path;

use self::name::{Layout, Name, fraction, names, write_like};
pub(crate) use self::sections::Sections;
use self::sections::sections;
use crate::error::CommandError;

/// What a directory does so far.
#[derive(Debug)]
pub(crate) struct Folder {
    /// The migration with the highest version.
    newest: Option<Name>,
    /// Whether its migrations have a way back; true while there are none.
    pub(crate) has_down: bool,
    /// The lines that divide its files, when each holds both directions.
    pub(crate) sections: Option<Sections>,
}

/// Where versions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// The next number.
    Sequence,
    /// The time of day.
    Timestamp,
}

/// Reads the names in a directory.
pub(crate) fn read(directory: &Path) -> Result<Folder, CommandError> {
    let names = names(directory).map_err(|source| {
        let missing = source.kind() == io::ErrorKind::NotFound;
        let error = CommandError::io("read", directory, source);
        if !missing {
            return error;
        }
        error.help(format!("run `rungs init {}` first", directory.display()))
    })?;
    let has_down = names.is_empty() || names.iter().any(|name| name.undoes_one_of(&names));
    let sections = names.iter().find_map(|name| sections(directory, name));
    let has_down = has_down || sections.is_some();
    let newest = names.into_iter().max_by_key(Name::number);
    Ok(Folder {
        newest,
        has_down,
        sections,
    })
}

impl Folder {
    /// The next version, written like the newest; nothing when the numbers are used up.
    ///
    /// `now` is `YYYYMMDDHHMMSS`. A clock that is behind does not make a version that sorts before
    /// the newest.
    pub(crate) fn next(&self, scheme: Option<Scheme>, now: i64) -> Option<String> {
        let newest = self.newest.as_ref();
        let written = newest.map_or("0000", |name| name.version.as_str());
        let after = newest.map_or(Some(0), Name::number)?.checked_add(1)?;
        let scheme = scheme.or_else(|| newest.map(Name::scheme));
        let version = match scheme.unwrap_or(Scheme::Sequence) {
            Scheme::Sequence => after,
            Scheme::Timestamp => {
                let unit = 10_i64.checked_pow(fraction(written).unwrap_or(0))?;
                now.checked_mul(unit)?.max(after)
            }
        };
        Some(write_like(written, version))
    }

    /// Whether this is the version of the newest migration.
    pub(crate) fn ends_with(&self, version: i64) -> bool {
        self.newest.as_ref().and_then(Name::number) == Some(version)
    }

    /// The paths of a migration inside the directory: the way up and the way back.
    pub(crate) fn file_names(
        &self,
        version: &str,
        name: &str,
        with_down: bool,
    ) -> (String, Option<String>) {
        let newest = self.newest.as_ref();
        let layout = newest.map_or(Layout::Pair, |newest| newest.layout);
        let stem = format!("{version}_{name}");
        let (up, down) = match layout {
            Layout::Single if !with_down || self.sections.is_some() => {
                return (format!("{stem}.sql"), None);
            }
            Layout::Prisma => return (format!("{stem}/migration.sql"), None),
            Layout::Single | Layout::Pair => (format!("{stem}.up.sql"), format!("{stem}.down.sql")),
            Layout::Directory => (format!("{stem}/up.sql"), format!("{stem}/down.sql")),
            Layout::Prefixed => (
                format!("V{version}__{name}.sql"),
                format!("U{version}__{name}.sql"),
            ),
        };
        (up, with_down.then_some(down))
    }
}

/// The name of a file or directory with another version; nothing when it is no name of a migration.
pub(crate) fn renumber(name: &str, version: &str) -> Option<String> {
    if let Some((_, rest)) = name.split_once("__")
        && name.starts_with(['V', 'U'])
    {
        return Some(format!("{}{version}__{rest}", &name[..1]));
    }
    let old = Name::of_file(name).or_else(|| Name::of_directory(name, false))?;
    let rest = name.strip_prefix(old.version.as_str())?;
    Some(format!("{version}{rest}"))
}

/// The name in the directory of the migrations that the path of a script leads to: its file, or the
/// directory that it has for itself.
pub(crate) fn entry(path: &Path) -> Option<&str> {
    let file = path.file_name()?.to_str()?;
    if file == "up.sql" || file == "down.sql" {
        return path.parent()?.file_name()?.to_str();
    }
    Some(file)
}

/// The version of a file or directory, as it is written and as a number.
pub(crate) fn version(name: &str) -> Option<(String, i64)> {
    let name = Name::of_file(name).or_else(|| Name::of_directory(name, false))?;
    let number = name.number()?;
    Some((name.version, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 20_250_630_120_000;

    /// The migration after the given one.
    fn after(name: &str, scheme: Option<Scheme>) -> String {
        let newest = match name.strip_suffix('/') {
            Some(name) => Name::of_directory(name, false),
            None => Name::of_file(name),
        };
        let folder = Folder {
            newest: Some(newest.unwrap()),
            has_down: false,
            sections: None,
        };
        let version = folder.next(scheme, NOW).unwrap();
        folder.file_names(&version, "x", false).0
    }

    #[test]
    fn numbers_go_on() {
        for (newest, next) in [
            ("0009_a.up.sql", "0010_x.up.sql"),
            ("9_a.up.sql", "10_x.up.sql"),
            ("0009_a.sql", "0010_x.sql"),
            ("99-a.sql", "100_x.sql"),
            ("0001.sql", "0002_x.sql"),
            ("01_a/", "02_x/up.sql"),
            ("V9__a.sql", "V10__x.sql"),
            ("V1.2__a.sql", "V2__x.sql"),
            ("0000000000000009_a.sql", "0000000000000010_x.sql"),
        ] {
            assert_eq!(after(newest, None), next);
        }
    }

    #[test]
    fn timestamps_go_on() {
        for (newest, next) in [
            ("20240131235959_a.up.sql", "20250630120000_x.up.sql"),
            ("20240131235959123_a.sql", "20250630120000000_x.sql"),
            ("2024-01-31-235959_a/", "2025-06-30-120000_x/up.sql"),
            (
                "2024-01-31-235959-0000_a/",
                "2025-06-30-120000-0000_x/up.sql",
            ),
            (
                "00000000000000_diesel_initial_setup/",
                "20250630120000_x/up.sql",
            ),
        ] {
            assert_eq!(after(newest, None), next);
        }
    }

    #[test]
    fn a_clock_that_is_behind_does_not_reorder() {
        assert_eq!(after("20990101000000_a.sql", None), "20990101000001_x.sql");
    }

    #[test]
    fn names_keep_all_but_the_version() {
        for (name, renumbered) in [
            ("0009_a.up.sql", "0012_a.up.sql"),
            ("9-a.down.sql", "0012-a.down.sql"),
            ("2024-01-31-235959_a", "0012_a"),
            ("V1.2__a.sql", "V0012__a.sql"),
            ("U1__a__b.sql", "U0012__a__b.sql"),
        ] {
            assert_eq!(renumber(name, "0012").as_deref(), Some(renumbered));
        }
        assert_eq!(renumber("README.md", "0012"), None);
    }

    #[test]
    fn the_scheme_can_be_changed() {
        let timestamp = Some(Scheme::Timestamp);
        assert_eq!(after("0001_a.sql", timestamp), "20250630120000_x.sql");
        let sequence = Some(Scheme::Sequence);
        assert_eq!(
            after("20240131235959_a.sql", sequence),
            "20240131235960_x.sql"
        );
    }

    #[test]
    fn other_names_are_not_migrations() {
        for name in [
            "README.md",
            "seed.sql",
            "V__a.sql",
            "Users.sql",
            "_a.sql",
            ".sql",
            "-_a.sql",
        ] {
            assert!(Name::of_file(name).is_none(), "{name}");
        }
    }

    #[test]
    fn the_last_number_is_the_last() {
        let newest = Name::of_file("9223372036854775807_a.sql");
        let folder = Folder {
            newest,
            has_down: false,
            sections: None,
        };
        assert_eq!(folder.next(None, NOW), None);
    }
}
