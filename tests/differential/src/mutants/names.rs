//! Names of what there is, and how they are misspelt.

use std::collections::BTreeSet;

use rungs_build::catalog::{Catalog, Name, Object, Space, Table};

use super::random::Random;
use super::words::is_part;

/// Names in lower case, without those of one letter.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: BTreeSet<String>,
    /// What can be the type of a column: tables are types as well.
    types: BTreeSet<String>,
    routines: BTreeSet<String>,
}

impl Names {
    /// Adds what is in a catalog.
    pub(super) fn add(&mut self, catalog: &Catalog) {
        for (key, object) in &catalog.objects {
            // The name of a routine has its arguments behind it.
            let name = key.name.as_str();
            let name = name.split('(').next().unwrap_or_default();
            insert(&mut self.all, name);
            match key.space {
                Space::Type | Space::Relation => insert(&mut self.types, name),
                Space::Routine => insert(&mut self.routines, name),
                _ => {}
            }
            if let Object::Table(table) = &**object {
                for name in names_in(table) {
                    insert(&mut self.all, name);
                }
            }
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.all.contains(&word.to_lowercase())
    }

    pub(super) fn has_type(&self, word: &str) -> bool {
        self.types.contains(&word.to_lowercase())
    }

    pub(super) fn has_routine(&self, word: &str) -> bool {
        self.routines.contains(&word.to_lowercase())
    }

    /// The word with a letter more or less, so that it is no other name.
    pub(super) fn misspell(&self, word: &str, random: &mut Random) -> String {
        loop {
            let mut letters: Vec<char> = word.chars().collect();
            let at = random.below(letters.len());
            match random.below(3) {
                0 => letters.insert(at, 'x'),
                1 if letters.len() > 2 && at > 0 => drop(letters.remove(at)),
                _ => letters.push('q'),
            }
            let misspelt: String = letters.into_iter().collect();
            let is_name = misspelt.starts_with(|it: char| it.is_alphabetic() || it == '_');
            if is_name && !self.has(&misspelt) {
                return misspelt;
            }
        }
    }
}

/// That of a trigger has its table before it.
fn insert(names: &mut BTreeSet<String>, name: &str) {
    let words = name.split(|it| !is_part(it)).filter(|it| it.len() > 1);
    names.extend(words.map(str::to_lowercase));
}

fn names_in(table: &Table) -> impl Iterator<Item = &str> {
    let columns = table.columns.iter().map(|it| &it.name);
    let indexes = table.indexes.iter().map(|it| &it.name);
    let constraints = table.constraints.iter().filter_map(|it| it.name.as_ref());
    let names = columns.chain(indexes).chain(constraints);
    names.map(Name::as_str)
}
