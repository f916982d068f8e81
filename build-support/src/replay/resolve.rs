//! From a name in a statement to what it means.

use super::Replay;
use crate::catalog::{Key, Name, Object, Space, Table};
use crate::change::Target;
use crate::dialect::Dialect;
use crate::nearest::nearest;

/// What a name leads to.
pub(super) enum Found {
    /// To this object.
    Here(Key),
    /// To nothing, for certain.
    Nowhere,
    /// Perhaps to something.
    Unknown,
}

/// The histories of other tools.
const HISTORIES: [&str; 7] = [
    "__diesel_schema_migrations",
    "_sqlx_migrations",
    "refinery_schema_history",
    "flyway_schema_history",
    "schema_migrations",
    "goose_db_version",
    "_prisma_migrations",
];

impl Replay<'_> {
    /// Where names without a schema are looked up unless the script says otherwise.
    pub(super) fn default_path(&self) -> Vec<Name> {
        let schema = match self.dialect {
            Dialect::Postgres => "public",
            Dialect::Sqlite => "main",
            Dialect::Mysql => "",
        };
        vec![Name::exact(schema.to_owned())]
    }

    /// The key under which something is made; none when its schema is not known.
    pub(super) fn key(&self, space: Space, target: &Target, is_temporary: bool) -> Option<Key> {
        if matches!(space, Space::Schema | Space::Extension) {
            let schema = Name::exact(String::new());
            return Some(Key::new(space, schema, target.name.clone()));
        }
        let schema = if is_temporary {
            Name::exact("temp".to_owned())
        } else if let Some(schema) = target.schema_name() {
            schema.clone()
        } else {
            self.search_path.as_ref()?.first()?.clone()
        };
        Some(Key::new(space, schema, target.name.clone()))
    }

    pub(super) fn find(&self, space: Space, target: &Target) -> Found {
        if self.is_foreign(target) {
            return Found::Unknown;
        }
        let temporary = Name::exact("temp".to_owned());
        let schemas = match (target.schema_name(), &self.search_path) {
            _ if matches!(space, Space::Schema | Space::Extension) => {
                vec![Name::exact(String::new())]
            }
            (Some(schema), _) => vec![schema.clone()],
            (None, Some(path)) => std::iter::once(temporary)
                .chain(path.iter().cloned())
                .collect(),
            (None, None) => return Found::Unknown,
        };
        let mut is_absent = true;
        for schema in schemas {
            let key = Key::new(space, schema, target.name.clone());
            if self.store.get(&key).is_some() {
                return Found::Here(key);
            }
            is_absent &= self.store.is_absent(&key);
        }
        // A variable such as `$user` in the path can be any schema.
        let path = self.search_path.iter().flatten();
        let is_variable =
            target.schema.is_none() && path.clone().any(|it| it.as_str().starts_with('$'));
        let is_certain = is_absent
            && !is_variable
            && !self.ground.has_unknown_extension
            && !self.ground.has_baseline
            && !self.is_schema_unknown(target)
            && !self.may_be_another(space, target);
        if is_certain {
            Found::Nowhere
        } else {
            Found::Unknown
        }
    }

    /// Whether the name is that of the server, of rungs or of others.
    pub(super) fn is_foreign(&self, target: &Target) -> bool {
        self.is_of_server(target) || self.is_external(target)
    }

    /// Whether the name is that of the server, or the history of rungs or of another tool.
    pub(super) fn is_of_server(&self, target: &Target) -> bool {
        let name = target.name.key().to_lowercase();
        let schema = schema_of(target);
        let schema = &*schema;
        let of_server: &[&str] = match self.dialect {
            Dialect::Postgres => &["pg_catalog", "information_schema", "pg_temp", "pg_toast"],
            Dialect::Mysql => &["mysql", "information_schema", "performance_schema", "sys"],
            Dialect::Sqlite => &["temp"],
        };
        let is_of_server = of_server.contains(&schema)
            || match self.dialect {
                Dialect::Postgres => schema.is_empty() && name.starts_with("pg_"),
                Dialect::Sqlite => name.starts_with("sqlite_") || name.starts_with("pragma_"),
                // Another database.
                Dialect::Mysql => !schema.is_empty() || name == "dual",
            };
        let is_history = HISTORIES.contains(&&*name) || name.starts_with("rungs_");
        is_of_server || is_history
    }

    /// Whether `rungs.toml` says that others create it.
    fn is_external(&self, target: &Target) -> bool {
        let mut patterns = self.external.iter();
        patterns.any(|pattern| self.is_meant_by(pattern, target))
    }

    /// Whether `rungs.toml` says so with more than that others may create anything.
    pub(super) fn is_named_external(&self, target: &Target) -> bool {
        let mut named = self.external.iter().filter(|pattern| *pattern != "*");
        named.any(|pattern| self.is_meant_by(pattern, target))
    }

    fn is_meant_by(&self, pattern: &str, target: &Target) -> bool {
        let (schema, name) = (&*schema_of(target), &*target.name.key().to_lowercase());
        let matches = |pattern: &str, text: &str| match pattern.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => pattern == text,
        };
        let default = self.default_path().first().map(ToString::to_string);
        let in_default = schema.is_empty() || default.as_deref() == Some(schema);
        let pattern = pattern.to_lowercase();
        match pattern.split_once('.') {
            Some((in_schema, pattern)) => {
                let is_inside = matches(in_schema, schema)
                    || (in_default && default.as_deref() == Some(in_schema));
                is_inside && matches(pattern, name)
            }
            None => in_default && matches(&pattern, name),
        }
    }

    /// Whether the schema itself is one that nobody here creates: then what is in it is not known.
    pub(super) fn is_schema_unknown(&self, target: &Target) -> bool {
        let Some(schema) = target.schema_name() else {
            return false;
        };
        let is_default = self.default_path().contains(schema);
        let key = Key::new(Space::Schema, Name::exact(String::new()), schema.clone());
        !is_default && self.store.get(&key).is_none()
    }

    /// Whether a name is another one for some values of its placeholders.
    fn may_be_another(&self, space: Space, target: &Target) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let without = |name: &Name| {
            let words = self.words.iter();
            words.fold(name.key().to_owned(), |name, (word, _)| {
                name.replace(&word.to_lowercase(), "")
            })
        };
        let bare = without(&target.name);
        let mut names = self.store.all(space).map(|(key, _)| &key.name);
        names.any(|name| without(name) == bare)
    }

    /// The table that is meant, if it is one and all about it is known. A missing one is reported.
    pub(super) fn table(&mut self, target: &Target) -> Option<(Key, Table)> {
        let key = self.relation(target)?;
        match self.store.get(&key).map(|object| &**object) {
            Some(Object::Table(table)) => Some((key, table.clone())),
            _ => None,
        }
    }

    /// The table, view or the like that is meant. A missing one is reported.
    pub(super) fn relation(&mut self, target: &Target) -> Option<Key> {
        match self.find(Space::Relation, target) {
            Found::Here(key) => Some(key),
            Found::Unknown => {
                self.suspect(Space::Relation, target);
                None
            }
            Found::Nowhere => {
                self.unknown_table(target);
                None
            }
        }
    }

    /// Whether all columns of a table are known.
    pub(super) fn is_known(&self, key: &Key, table: &Table) -> bool {
        !table.is_partial && self.store.is_certain(key)
    }

    /// Whether all columns of a table are known that the statement may just be making.
    pub(super) fn is_known_in_statement(&self, key: &Key, table: &Table) -> bool {
        let is_new = self.store.get(key).is_none();
        !table.is_partial && (is_new || self.store.is_certain(key))
    }

    /// Whether it is certain that a table, which the statement may just be making, has nothing of a
    /// name but what is known.
    pub(super) fn is_name_known(&self, key: &Key, table: &Table, name: &Name) -> bool {
        let is_new = self.store.get(key).is_none();
        !table.is_partial && (is_new || self.store.is_word_certain(key, name))
    }

    /// The relation with nearly this name.
    pub(super) fn similar(&self, space: Space, target: &Target) -> Option<String> {
        let schema = target.schema_name().cloned();
        let schema = schema.or_else(|| self.search_path.as_ref()?.first().cloned())?;
        let names: Vec<&str> = self
            .store
            .names(space, &schema)
            .map(|key| key.name.as_str())
            .collect();
        nearest(target.name.as_str(), names).map(str::to_owned)
    }
}

/// In lower case; empty where none is named.
fn schema_of(target: &Target) -> String {
    let schema = target.schema_name();
    schema.map_or_else(String::new, |schema| schema.key().to_lowercase())
}
