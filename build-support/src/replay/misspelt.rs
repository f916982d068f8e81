//! Names that may be those of others, but are more probably misspelt.
//!
//! After something that cannot be followed, or where others make things, a name that is not known is no
//! mistake for certain. It is told all the same when it is one letter away from a name that is there
//! and nothing in the history speaks of it.

use std::ops::Range;
use std::sync::Arc;

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Origin, Space, Table};
use crate::change::{Doubt, Mention, Target};
use crate::diagnostic::Diagnostic;
use crate::kinds;
use crate::nearest::slip;

/// So many letters has a name that others hardly have but for one letter.
const ENOUGH: usize = 5;
/// So many when there is nothing of that name, for certain.
const ENOUGH_OF_NONE: usize = 3;

impl Replay<'_> {
    /// Something that may be there under its name.
    pub(super) fn suspect(&mut self, space: Space, target: &Target) {
        if self.is_of_server(target) || self.suspect_schema(target) {
            return;
        }
        let schemas = match (target.schema_name(), &self.search_path) {
            (Some(schema), _) => vec![schema.clone()],
            (None, Some(path)) => path.clone(),
            (None, None) => return,
        };
        let keys = schemas
            .iter()
            .flat_map(|schema| self.store.names(space, schema));
        let known: Vec<&Key> = keys.collect();
        let meant = slip(
            target.name.as_str(),
            ENOUGH,
            known.iter().copied().map(bare),
        );
        let Some(key) = known.iter().find(|key| Some(bare(key)) == meant) else {
            return;
        };
        let object = self.store.get(key);
        let origin = object.and_then(|object| self.origin_of(object, &key.name));
        let meant = bare(key).to_owned();
        let place = self.origin(&target.at);
        self.misspelt(target.name.as_str(), &place, &meant, origin.as_ref());
    }

    /// A schema that none of the migrations makes; whether it was told.
    pub(super) fn suspect_schema(&mut self, target: &Target) -> bool {
        let Some(schema) = target.schema.clone() else {
            return false;
        };
        if self.is_of_server(target) || !self.is_schema_unknown(target) {
            return false;
        }
        let made = self.store.all(Space::Schema);
        let default = self.default_path();
        let mut known: Vec<(&Name, Option<&Origin>)> = made
            .map(|(key, object)| (&key.name, object.origin()))
            .collect();
        known.extend(default.iter().map(|name| (name, None)));
        let names = known.iter().map(|(name, _)| name.as_str());
        let Some(meant) = slip(schema.name.as_str(), ENOUGH, names).map(str::to_owned) else {
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
        let meant = slip(column.name.as_str(), ENOUGH, known);
        let meant = columns().find(|it| Some(it.name.as_str()) == meant);
        if let Some(meant) = meant {
            let place = self.origin(&column.at);
            let (name, origin) = (meant.name.as_str(), Some(&meant.origin));
            self.misspelt(column.name.as_str(), &place, name, origin);
        }
    }

    /// What a program needs that may not run, or only after something that nobody can know.
    pub(super) fn suspect_needed(&mut self, program: &Doubt) {
        for (table, columns) in &program.needed {
            let relations: Vec<(&Key, &Object)> = self.store.all(Space::Relation).collect();
            let is_it = |key: &Key| key.name.key().eq_ignore_ascii_case(table);
            let meant: Vec<&Object> = relations
                .iter()
                .filter(|(key, _)| is_it(key))
                .map(|(_, object)| *object)
                .collect();
            let mut found = Vec::new();
            if meant.is_empty() {
                let names = relations.iter().map(|(key, _)| key.name.as_str());
                let name = Name::exact(table.clone());
                let target = Mention { name, at: 0..0 }.into();
                let is_absent = matches!(self.find(Space::Relation, &target), Found::Nowhere);
                let shortest = if is_absent { ENOUGH_OF_NONE } else { ENOUGH };
                found.extend(slip(table, shortest, names).map(|meant| (table, meant.to_owned())));
            }
            for column in columns {
                let names = meant.iter().flat_map(|object| columns_of(object));
                found.extend(slip(column, ENOUGH, names).map(|meant| (column, meant.to_owned())));
            }
            for (word, meant) in found {
                if !program.given_names.contains(word)
                    && let Some(place) = self.place_in_program(word, program)
                {
                    self.misspelt(word, &place, &meant, None);
                }
            }
        }
    }

    /// Where a word of a program stands: in the script, or where one of its routines was made.
    fn place_in_program(&self, word: &str, program: &Doubt) -> Option<Origin> {
        let routines = program.calls.iter().flat_map(|call| self.routines_of(call));
        let origins = routines.filter_map(|key| self.store.get(key)?.origin());
        let files = std::iter::once(&self.file).chain(origins.map(|origin| &origin.file));
        files.into_iter().find_map(|file| {
            let range = position(&file.text, word)?;
            let file = Arc::clone(file);
            Some(Origin { file, range })
        })
    }

    /// Tells of it unless something speaks of that name elsewhere.
    fn misspelt(&mut self, name: &str, place: &Origin, meant: &str, origin: Option<&Origin>) {
        let word = name.to_lowercase();
        if self.store.has_heard(&word) {
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

fn columns_of(object: &Object) -> impl Iterator<Item = &str> {
    let columns = match object {
        Object::Table(table) => table.columns.as_slice(),
        _ => &[],
    };
    columns.iter().map(|column| column.name.as_str())
}

/// Where a word stands in a text, in any case.
fn position(text: &str, word: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = lower.match_indices(word).map(|(at, _)| at..at + word.len());
    found.find(|at| {
        let before = lower[..at.start].chars().next_back();
        let after = lower[at.end..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The name of a routine without its arguments.
fn bare(key: &Key) -> &str {
    key.name.as_str().split('(').next().unwrap_or_default()
}

/// The names of an object and its parts, in lower case.
pub(super) fn names_of<'o>(key: &'o Key, object: &'o Object) -> Vec<String> {
    let mut names = vec![bare(key)];
    names.extend(key.name.as_str().split('.'));
    if let Object::Table(table) = object {
        names.extend(table.columns.iter().map(|it| it.name.as_str()));
        names.extend(table.indexes.iter().map(|it| it.name.as_str()));
        let constraints = table.constraints.iter();
        names.extend(constraints.filter_map(|it| it.name.as_ref().map(Name::as_str)));
    }
    names.into_iter().map(str::to_lowercase).collect()
}
