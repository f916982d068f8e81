//! Names that may be those of others, but are more probably misspelt.
//!
//! After something that cannot be followed, or where others make things, a name that is not known is no
//! mistake for certain. It is told all the same when it is one letter away from a name that is there
//! and nothing in the history speaks of it.

use super::Replay;
use crate::catalog::{Key, Name, Object, Origin, Space, Table};
use crate::change::{Mention, Target};
use crate::kinds;
use crate::nearest::slip;

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
        let meant = slip(target.name.as_str(), known.iter().copied().map(bare));
        let Some(key) = known.iter().find(|key| Some(bare(key)) == meant) else {
            return;
        };
        let object = self.store.get(key);
        let origin = object.and_then(|object| self.origin_of(object, &key.name));
        let meant = bare(key).to_owned();
        self.misspelt(&target.mention(), &meant, origin.as_ref());
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
        let Some(meant) = slip(schema.name.as_str(), names).map(str::to_owned) else {
            return false;
        };
        let origin = known.iter().find(|(name, _)| name.as_str() == meant);
        let origin = origin.and_then(|(_, origin)| origin.cloned());
        self.misspelt(&schema, &meant, origin.as_ref());
        true
    }

    /// A column that one of these tables may have.
    pub(super) fn suspect_column(&mut self, column: &Mention, tables: &[&Table]) {
        let columns = || tables.iter().flat_map(|table| &table.columns);
        let known = columns().map(|it| it.name.as_str());
        let meant = slip(column.name.as_str(), known);
        let meant = columns().find(|it| Some(it.name.as_str()) == meant);
        if let Some(meant) = meant {
            self.misspelt(column, meant.name.as_str(), Some(&meant.origin));
        }
    }

    /// Tells of it unless something speaks of that name elsewhere.
    fn misspelt(&mut self, name: &Mention, meant: &str, origin: Option<&Origin>) {
        let word = name.name.key().to_lowercase();
        if self.store.has_heard(&word) {
            return;
        }
        let message = format!("`{}` is probably misspelt", name.name);
        let label = "nothing here has this name";
        let diagnostic = self.diagnostic(&kinds::MISSPELT_NAME, message, &name.at, label);
        let diagnostic = Self::made(diagnostic, origin, "a similar name");
        self.push(diagnostic.help(format!("did you mean `{meant}`?")));
        // It is said once.
        self.store.doubt(&word);
    }
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
