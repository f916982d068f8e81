//! Names that may be those of others, but are more probably misspelt.
//!
//! After something that cannot be followed, or where others make things, a name that is not known is no
//! mistake for certain. It is told all the same when it is one letter away from a name that is there
//! and nothing in the history speaks of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Replay;
use super::resolve::Found;
use super::store::{bare, find_word};
use crate::catalog::{Key, Name, Object, Origin, Space, Table};
use crate::change::{Doubt, Mention, Target};
use crate::diagnostic::Diagnostic;
use crate::kinds;
use crate::nearest::slip;

/// The shortest names that are compared: among fewer letters one makes another word.
const SHORTEST: usize = 5;
/// The shortest where there is nothing of that name, for certain.
const SHORTEST_IF_ABSENT: usize = 2;
/// The shortest routines: nobody knows the names of all that a server has.
const SHORTEST_ROUTINE: usize = 8;

impl Replay<'_> {
    /// Something that may be there under its name.
    pub(super) fn suspect(&mut self, space: Space, target: &Target) {
        if self.is_others(target) || self.suspect_schema(target) {
            return;
        }
        let shortest = match space {
            Space::Routine => SHORTEST_ROUTINE,
            _ => SHORTEST,
        };
        let schemas = match (target.schema_name(), &self.search_path) {
            (Some(schema), _) => vec![schema.clone()],
            (None, Some(path)) => path.clone(),
            (None, None) => return,
        };
        let keys = schemas
            .iter()
            .flat_map(|schema| self.store.names(space, schema));
        let known: Vec<&Key> = keys.collect();
        let names: Vec<&str> = known
            .iter()
            .map(|key| bare(key.space, key.name.as_str()))
            .collect();
        let meant = slip(target.name.as_str(), shortest, names.iter().copied());
        let at = names.iter().position(|name| Some(*name) == meant);
        let Some((key, meant)) = at.and_then(|at| Some((known.get(at)?, *names.get(at)?))) else {
            return;
        };
        let object = self.store.get(key);
        let origin = object.and_then(|object| self.origin_of(object, &key.name));
        let place = self.origin(&target.at);
        let meant = meant.to_owned();
        self.misspelt(target.name.as_str(), &place, &meant, origin.as_ref());
    }

    /// A schema that none of the migrations makes; whether it was told.
    pub(super) fn suspect_schema(&mut self, target: &Target) -> bool {
        let Some(schema) = target.schema.clone() else {
            return false;
        };
        if self.is_others(target) || !self.is_schema_unknown(target) {
            return false;
        }
        let made = self.store.all(Space::Schema);
        let default = self.default_path();
        let mut known: Vec<(&Name, Option<&Origin>)> = made
            .map(|(key, object)| (&key.name, object.origin()))
            .collect();
        known.extend(default.iter().map(|name| (name, None)));
        let names = known.iter().map(|(name, _)| name.as_str());
        let Some(meant) = slip(schema.name.as_str(), SHORTEST, names).map(str::to_owned) else {
            return false;
        };
        let origin = known.iter().find(|(name, _)| name.as_str() == meant);
        let origin = origin.and_then(|(_, origin)| origin.cloned());
        let place = self.origin(&schema.at);
        self.misspelt(schema.name.as_str(), &place, &meant, origin.as_ref());
        true
    }

    /// A column that one of these tables may have.
    pub(super) fn suspect_column(&mut self, column: &Mention, tables: &[&Table]) {
        let columns = || tables.iter().flat_map(|table| &table.columns);
        let known = columns().map(|it| it.name.as_str());
        let meant = slip(column.name.as_str(), SHORTEST, known);
        let meant = columns().find(|it| Some(it.name.as_str()) == meant);
        if let Some(meant) = meant {
            let place = self.origin(&column.at);
            let (name, origin) = (meant.name.as_str(), Some(&meant.origin));
            self.misspelt(column.name.as_str(), &place, name, origin);
        }
    }

    /// Whether it is said who makes it, or known.
    fn is_others(&self, target: &Target) -> bool {
        self.is_of_server(target) || self.is_named_external(target)
    }

    /// What a program needs that may not run, or only after something that nobody can know.
    pub(super) fn suspect_needed(&mut self, program: &Doubt) {
        for ((schema, name), columns) in &program.needed {
            let mention = |name: &String| Mention {
                name: Name::of(name, self.dialect),
                at: 0..0,
            };
            let target = Target {
                schema: schema.as_ref().map(mention),
                ..mention(name).into()
            };
            if self.is_others(&target) || self.is_schema_unknown(&target) {
                continue;
            }
            let found: Vec<(&String, String)> = match self.find(Space::Relation, &target) {
                Found::Here(key) => self.nearly_columns(&key, columns),
                Found::Nowhere => self.nearly(&target, SHORTEST_IF_ABSENT, name),
                Found::Unknown => self.nearly(&target, SHORTEST, name),
            };
            for (word, meant) in found {
                let is_defined = |name: &str| program.defined.contains(&name.to_lowercase());
                // A string may be a question whether it is there.
                if !is_defined(word)
                    && !program.asked.contains(word)
                    && !is_defined(&meant)
                    && let Some(place) = self.place_in_program(word, program)
                {
                    self.misspelt(word, &place, &meant, None);
                }
            }
        }
    }

    /// Columns of a program that a table has but for a letter, and those of the table.
    fn nearly_columns<'n>(
        &self,
        key: &Key,
        columns: &'n BTreeSet<String>,
    ) -> Vec<(&'n String, String)> {
        let Some(Object::Table(table)) = self.store.get(key).map(|it| &**it) else {
            return Vec::new();
        };
        let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
        let is_known = self.is_known(key, table);
        let shortest = if is_known {
            SHORTEST_IF_ABSENT
        } else {
            SHORTEST
        };
        let meant = |column| slip(column, shortest, names.iter().copied());
        let absent = columns.iter().filter(|column| {
            let mut known = names.iter();
            !known.any(|name| name.eq_ignore_ascii_case(column))
        });
        absent
            .filter_map(|column| Some((column, meant(column)?.to_owned())))
            .collect()
    }

    /// The relation whose name a table of a program has but for a letter; none if there is one of that
    /// name in another schema.
    fn nearly<'n>(
        &self,
        target: &Target,
        shortest: usize,
        name: &'n String,
    ) -> Vec<(&'n String, String)> {
        let all = self.store.all(Space::Relation);
        let meant = all.filter(|(key, _)| target.schema_name().is_none_or(|it| *it == key.schema));
        let names: Vec<&str> = meant.map(|(key, _)| key.name.as_str()).collect();
        let is_there = names.iter().any(|it| it.eq_ignore_ascii_case(name));
        let meant = slip(name, shortest, names).filter(|_| !is_there);
        meant
            .map(|meant| (name, meant.to_owned()))
            .into_iter()
            .collect()
    }

    /// Where a word of a program stands: in the statement, or where one of its routines was made.
    fn place_in_program(&self, word: &str, program: &Doubt) -> Option<Origin> {
        let routines = program.calls.iter().flat_map(|call| self.routines_of(call));
        let origins = routines.filter_map(|key| self.store.get(key)?.origin());
        let places = origins.map(|origin| (&origin.file, origin.range.start));
        let mut places = std::iter::once((&self.file, self.statement_start)).chain(places);
        places.find_map(|(file, start)| {
            let text = file.text.get(start..)?.to_ascii_lowercase();
            let found = find_word(&text, word)?;
            Some(Origin {
                file: Arc::clone(file),
                range: start + found.start..start + found.end,
            })
        })
    }

    /// Tells of it unless something speaks of that name elsewhere.
    fn misspelt(&mut self, name: &str, place: &Origin, meant: &str, origin: Option<&Origin>) {
        let word = name.to_lowercase();
        if self.is_silent || self.store.has_heard(&word) {
            return;
        }
        let message = format!("`{name}` is probably misspelt");
        let label = "nothing here has this name";
        let diagnostic = Diagnostic::new(&kinds::MISSPELT_NAME, message);
        let diagnostic = diagnostic.at(&place.file, place.range.clone(), label);
        let diagnostic = Self::made(diagnostic, origin, "a similar name");
        self.push(diagnostic.help(format!("did you mean `{meant}`?")));
        // It is said once.
        self.store.doubt(&word);
    }
}
