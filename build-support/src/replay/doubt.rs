//! What is no longer certain after something that cannot be followed.

use std::collections::BTreeSet;

use super::Replay;
use super::routine::bare_name;
use super::store::find_word;
use crate::catalog::{Column, Index, Name, Object, Space};
use crate::change::{Doubt, GIVEN, Given, SOUGHT};

/// What runs a program or has a condition.
pub(super) const PROGRAMS: [Space; 3] = [Space::Routine, Space::Trigger, Space::Policy];
/// Where anything may mention something else.
const ALL: [Space; 4] = [
    Space::Relation,
    Space::Routine,
    Space::Trigger,
    Space::Policy,
];

impl Replay<'_> {
    /// Doubts what a statement may have done, with the routines that it calls.
    pub(super) fn doubt(&mut self, doubt: &Doubt) {
        let mut all = doubt.clone();
        self.follow(&doubt.calls, &mut all, &mut BTreeSet::new());
        self.suspect_needed(&all);
        if self.calls_one_that_sets_path(&all) {
            self.search_path = None;
        }
        // What a routine made here does with what is found out at run time can be anything.
        let is_made = |call: &String| self.is_made_here(call);
        let is_open = all.open_calls.iter().any(is_made);
        all.is_everything |= is_open && all.given != Given::Nothing;
        if doubt.calls.iter().any(|call| !self.is_known_call(call)) {
            all.given = Given::Whole;
        }
        self.doubt_given(&mut all);
        if is_open {
            all.arguments.clear();
        }
        self.doubt_parts(&all);
        if all.is_everything {
            self.store.doubt_all();
        }
        if all.has_triggers {
            self.store.doubt_triggers();
        }
        if all.has_dropped {
            self.store.doubt_presence();
        }
        for name in &all.names {
            self.store.doubt(name);
        }
        for (table, words) in &all.within {
            for word in words {
                self.store.doubt_within(table, word);
            }
        }
    }

    /// What `CASCADE` may take along with something of this name, besides what is known to need it.
    pub(super) fn doubt_cascade(&mut self, space: Space, name: &Name) {
        match space {
            // What an extension brought can be used anywhere.
            Space::Extension => self.store.doubt_presence(),
            Space::Trigger | Space::Policy => {}
            Space::Routine => self.doubt_mentioning(&Name::exact(bare_name(name)), &ALL),
            Space::Schema => {
                self.doubt_mentioning(name, &ALL);
                self.doubt_extensions();
            }
            _ => self.doubt_mentioning(name, &ALL),
        }
    }

    /// Whether a routine that was made here may set the search path.
    fn calls_one_that_sets_path(&self, program: &Doubt) -> bool {
        let mut routines = program.calls.iter().flat_map(|call| self.routines_of(call));
        routines.any(|key| match self.store.get(key).map(|it| &**it) {
            Some(Object::Other(routine)) => routine.definition.contains("search_path"),
            _ => false,
        })
    }

    /// An extension is in a schema, and goes with it.
    fn doubt_extensions(&mut self) {
        let all = self.store.all(Space::Extension);
        let names: Vec<String> = all.map(|(key, _)| key.name.key().to_lowercase()).collect();
        for name in names {
            self.store.doubt(&name);
        }
    }

    /// What may need what has this name, or may have lost a part with it.
    pub(super) fn doubt_mentioning(&mut self, name: &Name, spaces: &[Space]) {
        let mut doubtful = Vec::new();
        for space in spaces {
            let those = self.store.all(*space);
            for (key, object) in those.filter(|(key, it)| key.name != *name && needs(it, name)) {
                doubtful.push(key.name.clone());
                if let Object::Table(table) = object {
                    doubtful.extend(table.indexes.iter().map(|index| index.name.clone()));
                }
            }
        }
        for name in doubtful {
            self.store.doubt(name.key());
        }
    }

    /// What is done with what the arguments name.
    fn doubt_given(&mut self, all: &mut Doubt) {
        match &all.given {
            Given::Nothing => {}
            Given::Within(words) => {
                for table in &all.arguments {
                    for word in words.iter().chain(&all.arguments) {
                        self.store.doubt_within(table, word);
                    }
                }
                for table in all.within.keys() {
                    for word in &all.arguments {
                        self.store.doubt_within(table, word);
                    }
                }
            }
            Given::Whole => all.names.extend(all.arguments.iter().cloned()),
        }
    }

    /// What has names of which parts are known.
    fn doubt_parts(&mut self, all: &Doubt) {
        for name in &all.changed {
            for name in with_arguments(name, &all.arguments) {
                self.store.doubt_like(&parts_of(&name));
            }
        }
        for name in all.made.iter().chain(&all.changed) {
            for name in with_arguments(name, &all.arguments) {
                self.store.doubt_absence(parts_of(&name));
            }
        }
    }
}

/// Whether an object mentions a name where it may mean something else that it cannot be without.
fn needs(object: &Object, name: &Name) -> bool {
    let word = name.as_str();
    let text = |text: &Option<String>| text.as_ref().is_some_and(|it| mentions(it, word));
    let in_column = |column: &Column| {
        mentions(&column.data_type, word) || text(&column.default) || text(&column.generated)
    };
    let in_index = |index: &Index| {
        let mut parts = index.parts.iter().chain(&index.predicate);
        parts.any(|part| part.words.contains(name))
    };
    match object {
        Object::View(view) => mentions(&view.query, word),
        Object::Table(table) => {
            let mut rules = table.constraints.iter().map(|it| &it.rule);
            table.columns.iter().any(in_column)
                || table.indexes.iter().any(in_index)
                || rules.any(|rule| rule.uses(name))
        }
        Object::Other(other) => mentions(heading(&other.definition), word),
        Object::Index(_) | Object::Type(_) => false,
    }
}

/// A definition up to a body that is a string: what that mentions is needed by nothing.
fn heading(definition: &str) -> &str {
    let ends = [" as $", " as '"];
    let end = ends.iter().filter_map(|end| definition.find(end)).min();
    definition
        .get(..end.unwrap_or(definition.len()))
        .unwrap_or(definition)
}

/// Whether a name stands in a text as a word of its own.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    find_word(&text.to_lowercase(), &name.to_lowercase()).is_some()
}

/// A name that a routine makes, with each of its arguments in it.
fn with_arguments(name: &str, arguments: &BTreeSet<String>) -> Vec<String> {
    if !name.contains(GIVEN) || arguments.is_empty() {
        return vec![name.replace(GIVEN, SOUGHT)];
    }
    let with = |argument: &String| name.replace(GIVEN, argument);
    arguments.iter().map(with).collect()
}

/// A name without what nobody can know of it.
fn parts_of(name: &str) -> Vec<String> {
    name.split(SOUGHT).map(str::to_owned).collect()
}
