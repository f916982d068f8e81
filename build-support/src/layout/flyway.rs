//! Flyway and refinery: `V<version>__<name>.sql` and `U<version>__<name>.sql`.
//!
//! The two tools mean different things by `U`. Flyway's undoes the `V` of the same version;
//! refinery's is a migration of its own that may be applied out of order. They are told apart by
//! the directory: Flyway's undo has a `V` of its version, refinery's cannot have one, because
//! refinery rejects two migrations of one version. So
//! - when every `U` has its `V`, all of them are ways back;
//! - when none has, all of them are ordinary migrations, in the order of their versions; whether
//!   one may be applied after a later one is for the policy of the run to say;
//! - when only some have, the directory is ambiguous, and that is an error;
//! - a `U` without a `V` that has the name of a `V` is an undo with a wrong number, not a migration.

use std::collections::BTreeMap;

use super::Layout;
use super::name::{Direction, Named, dotted, leading_digits, misnamed, nameless, version, words};
use super::native;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::{MISSING_UP, MIXED_LAYOUTS};

mod conf;

pub(super) struct Flyway;

impl Layout for Flyway {
    fn pattern(&self) -> &'static str {
        "`V<version>__<name>.sql` or `U<version>__<name>.sql`"
    }

    fn claims(&self, path: &str) -> bool {
        let number = path.strip_prefix(['V', 'v', 'U', 'u']);
        number.is_some_and(|number| !leading_digits(number).is_empty()) && !path.contains('/')
    }

    fn path(&self, version: &str, name: &str, direction: Direction) -> String {
        match direction {
            Direction::Up => format!("V{version}__{name}.sql"),
            Direction::Down => format!("U{version}__{name}.sql"),
        }
    }

    fn names<'a>(&self, entries: &'a [Entry], diagnostics: &mut Diagnostics) -> Vec<Named<'a>> {
        let claimed = entries
            .iter()
            .filter(|entry| self.claims(&entry.path) && !entry.is_sidecar());
        let files: Vec<&Entry> = claimed.collect();
        let undo = Undo::new(&files);
        if let Some(problem) = undo.ambiguity() {
            diagnostics.push(problem);
            return Vec::new();
        }
        let mut names: Vec<Named<'_>> = files
            .into_iter()
            .filter_map(|entry| diagnostics.ok(self.name(entry, &undo)))
            .collect();
        conf::apply(&mut names, entries, diagnostics);
        names
    }
}

impl Flyway {
    fn name<'a>(&self, entry: &'a Entry, undo: &Undo<'_>) -> Result<Named<'a>, Diagnostic> {
        let parts = Parts::of(&entry.path);
        if let Some(written) = parts.dotted() {
            return Err(dotted(entry, written));
        }
        let name = parts.name();
        let (letter, digits) = (parts.letter(), parts.digits);
        if name.is_empty() {
            let example = format!("{letter}{digits}__create_users.sql");
            return Err(nameless(entry, &example));
        }
        let meant = format!("{letter}{digits}__{name}.sql");
        if meant != entry.path {
            let meant = match native::direction(&entry.path) {
                (_, Some(direction)) => self.path(digits, &name, direction),
                _ => meant,
            };
            return Err(misnamed(entry, self.pattern(), &meant));
        }
        let version = version(entry, digits)?;
        let undone = parts.is_undo.then(|| undo.undone(version)).flatten();
        if parts.is_undo && undone.is_none() {
            undo.namesake(&name)
                .map_or(Ok(()), |up| Err(misnumbered(entry, up)))?;
        }
        Ok(Named {
            entry,
            version,
            digits: digits.to_owned(),
            direction: undone.map_or(Direction::Up, |_| Direction::Down),
            // Flyway lets an undo have a name of its own.
            name: undone.map_or(name, |up| Parts::of(&up.path).name()),
            no_transaction: false,
        })
    }
}

/// A file name taken apart, forgiving slips.
struct Parts<'a> {
    is_undo: bool,
    /// All after the letter, without the ending.
    number: &'a str,
    digits: &'a str,
}

impl<'a> Parts<'a> {
    fn of(path: &'a str) -> Self {
        let (stem, _) = native::direction(path);
        let number = stem.get(1..).unwrap_or_default();
        Self {
            is_undo: stem.starts_with(['U', 'u']),
            number,
            digits: leading_digits(number),
        }
    }

    fn version(&self) -> Option<i64> {
        self.digits.parse().ok()
    }

    fn letter(&self) -> char {
        if self.is_undo { 'U' } else { 'V' }
    }

    /// refinery reads names of letters, digits and `_` only, and skips other files.
    fn name(&self) -> String {
        let rest = &self.number[self.digits.len()..];
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        match rest.strip_prefix("__") {
            Some(name) if name.chars().all(is_word) => name.to_owned(),
            _ => words(rest),
        }
    }

    /// The version, when it has parts: `1.2__` or, in Flyway's other spelling, `1_2__`.
    fn dotted(&self) -> Option<&'a str> {
        let separated = self.number.split_once("__").map(|(written, _)| written);
        let written = separated.or_else(|| self.number.split('_').next())?;
        let is_number = |part: &str| !part.is_empty() && part == leading_digits(part);
        let parts = written.split(['.', '_']);
        (written != self.digits && parts.into_iter().all(is_number)).then_some(written)
    }
}

/// Which migrations the `U` files of a directory undo.
struct Undo<'a> {
    ups: BTreeMap<i64, &'a Entry>,
    undos: BTreeMap<i64, &'a Entry>,
}

impl<'a> Undo<'a> {
    fn new(files: &[&'a Entry]) -> Self {
        let (mut ups, mut undos) = (BTreeMap::new(), BTreeMap::new());
        for &file in files {
            let parts = Parts::of(&file.path);
            let side = if parts.is_undo { &mut undos } else { &mut ups };
            side.extend(parts.version().map(|version| (version, file)));
        }
        Self { ups, undos }
    }

    /// The migration that an undo of this version undoes.
    fn undone(&self, version: i64) -> Option<&'a Entry> {
        self.ups.get(&version).copied()
    }

    /// The migration with this name.
    fn namesake(&self, name: &str) -> Option<&'a Entry> {
        let mut ups = self.ups.values().copied();
        ups.find(|up| Parts::of(&up.path).name() == name)
    }

    fn ambiguity(&self) -> Option<Diagnostic> {
        let is_lone = |version: &i64, entry: &Entry| {
            let name = Parts::of(&entry.path).name();
            self.undone(*version).is_none() && self.namesake(&name).is_none()
        };
        let lone = self
            .undos
            .iter()
            .find(|(version, entry)| is_lone(version, entry));
        let paired = self
            .undos
            .iter()
            .find(|(version, _)| self.ups.contains_key(version));
        let ((_, lone), (_, paired)) = lone.zip(paired)?;
        let message = format!(
            "`{}` undoes a migration as for Flyway, `{}` has none to undo and is one itself as for refinery",
            paired.path, lone.path
        );
        Some(
            lone.diagnostic(&MIXED_LAYOUTS, message)
                .at(&paired.file, 0..0, "the undo")
                .help(format!(
                    "rename `{0}` to `V{1}` if it is a migration; give it the version of its `V` if it is an undo",
                    lone.path,
                    &lone.path[1..]
                )),
        )
    }
}

fn misnumbered(entry: &Entry, up: &Entry) -> Diagnostic {
    let message = format!(
        "`{}` has the name of `{}` but another version",
        entry.path, up.path
    );
    let meant = up.path.replacen('V', "U", 1);
    entry
        .diagnostic(&MISSING_UP, message)
        .help(format!("rename it to `{meant}` if it undoes `{}`", up.path))
}

#[cfg(test)]
mod tests;
