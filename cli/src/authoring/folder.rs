//! How a directory names its migrations, so that the next one fits in.
//!
//! This reads names to continue them, no more. Whether they are right is for `rungs check` to say.

use std::fs;
use std::io;
use std::path::Path;

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

/// How a tool divides a file into its directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sections {
    /// Begins the way up; tern has no such line.
    pub(crate) up: &'static str,
    /// Begins the way back.
    pub(crate) down: &'static str,
}

/// goose, dbmate, sql-migrate and tern.
const SECTIONS: [Sections; 4] = [
    Sections {
        up: "-- +goose Up",
        down: "-- +goose Down",
    },
    Sections {
        up: "-- migrate:up",
        down: "-- migrate:down",
    },
    Sections {
        up: "-- +migrate Up",
        down: "-- +migrate Down",
    },
    Sections {
        up: "",
        down: "---- create above / drop below ----",
    },
];

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

/// The lines that divide a file, if it is divided.
fn sections(directory: &Path, name: &Name) -> Option<Sections> {
    if name.layout != Layout::Single {
        return None;
    }
    // What cannot be read is for `rungs check` to report.
    let text = fs::read_to_string(directory.join(&name.file)).ok()?;
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim().to_lowercase())
        .collect();
    let has = |mark: &str| {
        !mark.is_empty()
            && lines
                .iter()
                .any(|line| line.starts_with(&mark.to_lowercase()))
    };
    SECTIONS
        .into_iter()
        .find(|sections| has(sections.up) || has(sections.down))
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

/// Where version, name and direction stand in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// `0001_name.up.sql`, `0001_name.down.sql`
    Pair,
    /// `0001_name.sql`
    Single,
    /// `0001_name/up.sql`, `0001_name/down.sql`
    Directory,
    /// `V1__name.sql`, `U1__name.sql`
    Prefixed,
    /// `0001_name/migration.sql`
    Prisma,
}

/// A name that was understood.
#[derive(Debug)]
struct Name {
    layout: Layout,
    /// The version as it is written, with the dashes of a date if there are any.
    version: String,
    is_down: bool,
    /// The name of the file in the directory; empty for one that is not there.
    file: String,
}

fn names(directory: &Path) -> io::Result<Vec<Name>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if entry.path().is_dir() {
            for (file, is_down) in [("up.sql", false), ("down.sql", true)] {
                if entry.path().join(file).exists() {
                    names.extend(Name::of_directory(&name, is_down));
                }
            }
            if entry.path().join("migration.sql").exists() {
                names.extend(Name::numbered(&name, Layout::Prisma, false));
            }
        } else {
            names.extend(Name::of_file(&name).map(|parsed| Name {
                file: name.clone(),
                ..parsed
            }));
        }
    }
    Ok(names)
}

impl Name {
    fn of_directory(name: &str, is_down: bool) -> Option<Self> {
        Self::numbered(name, Layout::Directory, is_down)
    }

    fn of_file(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".sql")?;
        if let Some(stem) = stem.strip_suffix(".up") {
            return Self::numbered(stem, Layout::Pair, false);
        }
        if let Some(stem) = stem.strip_suffix(".down") {
            return Self::numbered(stem, Layout::Pair, true);
        }
        if stem.starts_with(['V', 'U']) {
            let (version, _) = stem[1..].split_once("__")?;
            let is_down = stem.starts_with('U');
            return Self::new(leading_digits(version), Layout::Prefixed, is_down);
        }
        Self::numbered(stem, Layout::Single, false)
    }

    /// `0001_name` or `2024-01-31-235959_name`
    fn numbered(stem: &str, layout: Layout, is_down: bool) -> Option<Self> {
        let is_date = |text: &str| {
            text.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_digit())
        };
        match stem.split_once('_') {
            Some((version, _)) if is_date(version) => Self::new(version, layout, is_down),
            _ => Self::new(leading_digits(stem), layout, is_down),
        }
    }

    fn new(version: &str, layout: Layout, is_down: bool) -> Option<Self> {
        let name = Self {
            layout,
            version: version.to_owned(),
            is_down,
            file: String::new(),
        };
        name.number().is_some().then_some(name)
    }

    fn number(&self) -> Option<i64> {
        self.version.replace('-', "").parse().ok()
    }

    /// The `U` files of refinery have no `V` of their version: they are ways up.
    fn undoes_one_of(&self, names: &[Self]) -> bool {
        let mut ups = names.iter().filter(|name| !name.is_down);
        self.is_down && ups.any(|up| up.number() == self.number())
    }

    fn scheme(&self) -> Scheme {
        match fraction(&self.version) {
            Some(_) => Scheme::Timestamp,
            None => Scheme::Sequence,
        }
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    &text[..end.unwrap_or(text.len())]
}

/// How many digits a timestamp has after its seconds; nothing for other numbers.
///
/// A number with fourteen digits or more is `YYYYMMDDHHMMSS` and perhaps a fraction, unless it is
/// padded. All zeros is what diesel calls its initial setup, before the first timestamp.
fn fraction(version: &str) -> Option<u32> {
    let digits = version.replace('-', "");
    let fraction = u32::try_from(digits.len()).ok()?.checked_sub(14)?;
    let is_padded = digits.starts_with('0') && digits.contains(|digit| digit != '0');
    (!is_padded).then_some(fraction)
}

/// Writes a number with the zeros and dashes of a pattern, as far as it fits into it.
fn write_like(pattern: &str, number: i64) -> String {
    let slots = pattern.replace('-', "").len();
    let digits = format!("{number:0slots$}");
    if digits.len() > slots {
        return digits;
    }
    let mut digits = digits.chars();
    let fill = |letter| match letter {
        '-' => Some('-'),
        _ => digits.next(),
    };
    pattern.chars().filter_map(fill).collect()
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
