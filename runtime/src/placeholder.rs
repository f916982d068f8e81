//! Values of placeholders: what `{{prefix}}` in a migration stands for in this run.
//!
//! The table keeps the files as they are written, and so do checksums and positions. A record of it that
//! belongs to a run knows the values, and gives each text with them in it.

mod error;

pub use error::PlaceholderError;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::connection::Database;

const OPEN: &str = "{{";
/// What a value is made of. It means the same in any case of letters, with quotes and without, and in
/// every database.
const EXPECTED: &str = "lower-case letters, digits and underscores, 63 at most";

/// What a table says about its placeholders: a line for each, such as `prefix` or `prefix=app_` with a
/// default, an empty line, a line for each name that has one in it.
#[derive(Clone, Copy)]
pub(crate) struct Declared(&'static str);

/// The values of all placeholders of a set.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Values {
    /// A placeholder as it is written, and what it stands for.
    pairs: Vec<(String, String)>,
    /// `prefix=app_,tenant=a`.
    text: String,
}

impl Declared {
    pub(crate) const fn new(lines: &'static str) -> Self {
        Self(lines)
    }

    /// Name and default of each.
    pub(crate) fn placeholders(self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        let lines = self.0.lines().take_while(|line| !line.is_empty());
        lines.map(|line| match line.split_once('=') {
            Some((name, default)) => (name, Some(default)),
            None => (line, None),
        })
    }

    /// The names in the migrations that have a placeholder in them, as they are written.
    fn names(self) -> impl Iterator<Item = &'static str> {
        let lines = self.0.lines().skip_while(|line| !line.is_empty());
        lines.skip(1)
    }

    /// The values for a run, of those that are given and of defaults; none where nothing is declared.
    pub(crate) fn values(
        self,
        given: &BTreeMap<String, String>,
        database: Database,
    ) -> Result<Option<&'static Values>, PlaceholderError> {
        let names: Vec<&str> = self.placeholders().map(|(name, _)| name).collect();
        if let Some(unknown) = given.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(PlaceholderError::Unknown {
                name: unknown.clone(),
                declared: names.into_iter().map(str::to_owned).collect(),
            });
        }
        let mut pairs = Vec::new();
        for (name, default) in self.placeholders() {
            let value = given.get(name).map(String::as_str).or(default);
            let Some(value) = value else {
                return Err(PlaceholderError::Missing {
                    name: name.to_owned(),
                });
            };
            if !is_value(value) {
                return Err(PlaceholderError::Invalid {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    expected: EXPECTED,
                });
            }
            pairs.push((name, value));
        }
        if pairs.is_empty() {
            return Ok(None);
        }
        let values = keep(&pairs);
        self.names()
            .try_for_each(|name| values.check(name, database))?;
        Ok(Some(values))
    }

    /// What tells the history of these values from that of others; empty where there are defaults only.
    pub(crate) fn suffix(self, given: &BTreeMap<String, String>) -> String {
        let others = self.placeholders().filter_map(|(name, default)| {
            let value = given
                .get(name)
                .filter(|value| Some(value.as_str()) != default)?;
            Some(format!(" {name}={value}"))
        });
        let mut others: Vec<String> = others.collect();
        // In whichever order they are declared.
        others.sort();
        others.concat()
    }
}

impl Values {
    /// Reads what [`text`](Self::text) gives; none when it is something else.
    pub(crate) fn read(text: &str) -> Option<&'static Self> {
        let pairs = text.split(',').map(|pair| pair.split_once('='));
        let pairs: Vec<_> = pairs.collect::<Option<_>>()?;
        let are_valid = pairs
            .iter()
            .all(|(name, value)| is_value(name) && is_value(value));
        are_valid.then(|| keep(&pairs))
    }

    /// The values in one word.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// A text with the values in it.
    pub(crate) fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut applied = String::new();
        let mut at = 0;
        for (start, end, value) in self.places(text) {
            applied.push_str(text.get(at..start).unwrap_or_default());
            applied.push_str(value);
            at = end;
        }
        if at == 0 {
            return Cow::Borrowed(text);
        }
        applied.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(applied)
    }

    /// What is written before an offset of the text with the values in it; within a value that is what
    /// stands before the placeholder.
    pub(crate) fn written_before<'t>(&self, text: &'t str, offset: usize) -> &'t str {
        // How much longer the text with values is so far.
        let (mut longer, mut shorter) = (0, 0);
        for (start, end, value) in self.places(text) {
            let applied = start + longer - shorter;
            if offset < applied {
                break;
            }
            if offset < applied + value.len() {
                return text.get(..start).unwrap_or_default();
            }
            longer += value.len();
            shorter += end - start;
        }
        text.get(..(offset + shorter).saturating_sub(longer))
            .unwrap_or_default()
    }

    /// Start and end of each placeholder in a text, and its value.
    fn places<'v>(&'v self, text: &str) -> Vec<(usize, usize, &'v str)> {
        let mut places = Vec::new();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(OPEN)) {
            let start = at + found;
            let rest = text.get(start..).unwrap_or_default();
            let mut pairs = self.pairs.iter();
            // One may begin at the second brace, as in `{{{prefix}}`.
            at = start + 1;
            if let Some((written, value)) = pairs.find(|(written, _)| rest.starts_with(written)) {
                at = start + written.len();
                places.push((start, at, value.as_str()));
            }
        }
        places
    }

    /// Whether a name with the values in it is one that the database takes, whole.
    fn check(&self, written: &str, database: Database) -> Result<(), PlaceholderError> {
        let quotes = ['"', '`', '[', ']'];
        let name = self.apply(written);
        let inner = name.trim_matches(quotes);
        let longest = match database {
            Database::Mysql => 64,
            Database::Postgres => 63,
            Database::Sqlite => usize::MAX,
        };
        let begins_with_digit = inner.starts_with(|first: char| first.is_ascii_digit());
        let expected = if inner.is_empty() {
            "a name must not be empty"
        } else if begins_with_digit && !name.starts_with(quotes) {
            "without quotes a name must not begin with a digit"
        } else if database == Database::Postgres && inner.len() > longest {
            "PostgreSQL cuts names at 63 bytes"
        } else if inner.chars().count() > longest {
            "MySQL takes names of 64 characters at most"
        } else {
            return Ok(());
        };
        Err(PlaceholderError::BadName {
            written: written.to_owned(),
            name: inner.to_owned(),
            expected,
        })
    }
}

/// A value is kept for as long as the program runs, once: everything about migrations is static, and a
/// program has few prefixes.
fn keep(pairs: &[(&str, &str)]) -> &'static Values {
    static KEPT: Mutex<BTreeMap<String, &Values>> = Mutex::new(BTreeMap::new());
    let words: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let text = words.join(",");
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.entry(text.clone()).or_insert_with(|| {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (format!("{{{{{name}}}}}"), (*value).to_owned()));
        let pairs = pairs.collect();
        Box::leak(Box::new(Values { pairs, text }))
    })
}

/// Whether a text can be the value of a placeholder.
pub(crate) fn is_value(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= 63 && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(
        lines: &'static str,
        given: &[(&str, &str)],
        database: Database,
    ) -> Result<String, String> {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let given: BTreeMap<_, _> = given.collect();
        let declared = Declared::new(lines);
        match declared.values(&given, database) {
            Ok(values) => Ok(values.map_or_else(String::new, |it| it.text().to_owned())
                + &declared.suffix(&given)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn values_come_from_the_caller_or_from_defaults() {
        let lines = "prefix\ntenant=a\n\n{{prefix}}users";
        let sqlite = |given: &[(&str, &str)]| declared(lines, given, Database::Sqlite);
        assert_eq!(
            sqlite(&[("prefix", "x_")]).unwrap(),
            "prefix=x_,tenant=a prefix=x_"
        );
        assert_eq!(
            sqlite(&[("prefix", ""), ("tenant", "a")]).unwrap(),
            "prefix=,tenant=a prefix="
        );
        assert_eq!(
            sqlite(&[("tenant", "b"), ("prefix", "y")]).unwrap(),
            "prefix=y,tenant=b prefix=y tenant=b"
        );
        assert_eq!(
            sqlite(&[]).unwrap_err(),
            "the placeholder `prefix` has no value"
        );
        assert_eq!(
            sqlite(&[("prefx", "x")]).unwrap_err(),
            "there is no placeholder `prefx`"
        );
        assert_eq!(declared("", &[], Database::Sqlite).unwrap(), "");
    }

    #[test]
    fn what_is_no_part_of_a_name_is_refused() {
        let long = "x".repeat(200);
        for hostile in [
            "App",
            "a.b",
            "a b",
            "a'b",
            "a\"b",
            "a`b",
            "a;b",
            "a\0b",
            "a\n",
            "é",
            "$a",
            "a-b",
            "{{prefix}}",
            &long,
        ] {
            let refused = declared("prefix", &[("prefix", hostile)], Database::Sqlite).unwrap_err();
            assert!(
                refused.ends_with("cannot be the placeholder `prefix`"),
                "{refused}"
            );
        }
    }

    #[test]
    fn names_with_values_are_names() {
        let check = |name: &'static str, value: &str, database| {
            let lines: &'static str = format!("p\n\n{name}").leak();
            declared(lines, &[("p", value)], database)
        };
        let bad = |name, value, database| check(name, value, database).unwrap_err();
        assert_eq!(
            bad("{{p}}", "", Database::Sqlite),
            "`{{p}}` would be the name ``"
        );
        assert_eq!(
            bad("\"{{p}}\"", "", Database::Sqlite),
            "`\"{{p}}\"` would be the name ``"
        );
        assert_eq!(
            bad("{{p}}2fa", "", Database::Mysql),
            "`{{p}}2fa` would be the name `2fa`"
        );
        assert!(check("\"{{p}}2fa\"", "", Database::Postgres).is_ok());
        let half = "x".repeat(31);
        assert!(check("{{p}}_{{p}}", &half, Database::Postgres).is_ok());
        assert!(check("{{p}}__{{p}}", &half, Database::Postgres).is_err());
        assert!(check("{{p}}__{{p}}", &half, Database::Mysql).is_ok());
        assert!(check("{{p}}___{{p}}", &half, Database::Mysql).is_err());
        assert!(check("{{p}}____{{p}}", &half, Database::Sqlite).is_ok());
    }

    #[test]
    fn offsets_lead_back_to_what_is_written() {
        let values = Values::read("p=long_prefix_,s=").unwrap();
        let text = "é {{p}}a {{s}}ü {{p}} {{x}} {{{p}} z";
        let applied = values.apply(text);
        assert_eq!(
            applied,
            "é long_prefix_a ü long_prefix_ {{x}} {long_prefix_ z"
        );
        for (offset, character) in applied.char_indices() {
            let written = values.written_before(text, offset);
            if !"long_prefix_".contains(character) {
                assert!(
                    text[written.len()..].starts_with(character),
                    "{offset} {written}"
                );
            }
        }
        assert_eq!(
            values.written_before(text, applied.find("refix").unwrap()),
            "é "
        );
        assert_eq!(values.written_before(text, applied.len()), text);
        assert_eq!(values.apply("nothing {{here"), "nothing {{here");
    }
}
