//! The name of a migration in its directory.

use std::fs;
use std::io;
use std::path::Path;

use super::Scheme;

/// Where version, name and direction stand in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
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
pub(super) struct Name {
    pub(super) layout: Layout,
    /// The version as it is written, with the dashes of a date if there are any.
    pub(super) version: String,
    is_down: bool,
    /// The name of the file in the directory; empty for one that is not there.
    pub(super) file: String,
}

pub(super) fn names(directory: &Path) -> io::Result<Vec<Name>> {
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
    pub(super) fn of_directory(name: &str, is_down: bool) -> Option<Self> {
        Self::numbered(name, Layout::Directory, is_down)
    }

    pub(super) fn of_file(name: &str) -> Option<Self> {
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

    pub(super) fn number(&self) -> Option<i64> {
        self.version.replace('-', "").parse().ok()
    }

    /// The `U` files of refinery have no `V` of their version: they are ways up.
    pub(super) fn undoes_one_of(&self, names: &[Self]) -> bool {
        let mut ups = names.iter().filter(|name| !name.is_down);
        self.is_down && ups.any(|up| up.number() == self.number())
    }

    pub(super) fn scheme(&self) -> Scheme {
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
pub(super) fn fraction(version: &str) -> Option<u32> {
    let digits = version.replace('-', "");
    let fraction = u32::try_from(digits.len()).ok()?.checked_sub(14)?;
    let is_padded = digits.starts_with('0') && digits.contains(|digit| digit != '0');
    (!is_padded).then_some(fraction)
}

/// Writes a number with the zeros and dashes of a pattern, as far as it fits into it.
pub(super) fn write_like(pattern: &str, number: i64) -> String {
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
