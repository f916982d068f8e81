//! Types, sequences, routines, triggers and the like.

use super::Replay;
use super::resolve::Found;
use crate::catalog::{Key, Name, Object, Other, Space, Type, TypeKind};
use crate::change::{Existing, NewObject, Ownership, Target};
use crate::dialect::Dialect;

impl Replay<'_> {
    pub(super) fn create_object(&mut self, new: &NewObject) {
        let table = match &new.table {
            Some(table) => match self.relation(table) {
                Some(key) => Some(key),
                // Who knows what it belongs to.
                None => return self.store.doubt(&new.name.name.key().to_lowercase()),
            },
            None => None,
        };
        self.suspect_schema(&new.name);
        let Some(mut key) = self.key(new.space, &new.name, new.is_temporary) else {
            return self.store.doubt(new.name.name.key());
        };
        self.of_table(&mut key, table.as_ref());
        if self.store.get(&key).is_some() && new.existing != Existing::Replaced {
            if new.existing == Existing::Kept {
                return;
            }
            let is_server = new.space == Space::Type && self.is_foreign(&new.name);
            // Routines are told apart by types that can be written in many ways.
            let is_sure = new.space != Space::Routine && !self.is_shell(&key);
            if is_sure && !is_server && self.store.is_certain(&key) {
                return self.duplicate_object(&key, &new.kind, &new.name.at);
            }
        }
        if self.store.get(&key).is_none() && self.may_be_there(new, &key) {
            self.perhaps.insert(key.clone());
        }
        if new.space == Space::Routine {
            self.remember_routine(&key);
            self.doubt_twin(&key, &new.kind);
        }
        if new.space == Space::Extension && !is_small_extension(&new.name) {
            self.ground.has_unknown_extension = true;
        }
        let object = self.object(new, table);
        self.store.make(&key, object);
    }

    /// PostgreSQL: `CREATE TYPE t`, which announces a type that is made later.
    fn is_shell(&self, key: &Key) -> bool {
        match self.store.get(key).map(|it| &**it) {
            Some(Object::Type(made)) => made.kind == TypeKind::Other(String::new()),
            _ => false,
        }
    }

    /// In MySQL a function and a procedure can share a name, and only one of them is followed.
    fn doubt_twin(&mut self, key: &Key, kind: &str) {
        let is_twin = |object: &Object| object.kind() != kind;
        let is_mysql = self.dialect == Dialect::Mysql;
        if is_mysql && self.store.get(key).is_some_and(|it| is_twin(it)) {
            self.store.doubt(&key.name.key().to_lowercase());
        }
    }

    /// Whether what is made may have been there all the same.
    fn may_be_there(&self, new: &NewObject, key: &Key) -> bool {
        match new.existing {
            Existing::Refused => false,
            // Whoever set up the database may have made it.
            Existing::Kept if new.space == Space::Extension => true,
            Existing::Kept | Existing::Replaced => {
                !self.store.is_absent(key) || self.is_foreign(&new.name)
            }
        }
    }

    /// What is dropped without being known may be there.
    pub(super) fn note_perhaps(&mut self, space: Space, name: &Target, table: Option<&Target>) {
        let Some(mut key) = self.key(space, name, false) else {
            return;
        };
        if let Some(table) = table {
            let Some(table) = self.key(Space::Relation, table, false) else {
                return;
            };
            self.of_table(&mut key, Some(&table));
        }
        self.perhaps.insert(key);
    }

    fn object(&self, new: &NewObject, owner: Option<Key>) -> Object {
        let origin = self.origin(&new.name.at);
        if new.space != Space::Type {
            return Object::Other(Other {
                kind: new.kind.clone(),
                definition: new.definition.clone(),
                owner,
                column: None,
                origin,
            });
        }
        let kind = match &new.values {
            Some(values) => TypeKind::Enum(values.clone()),
            None => TypeKind::Other(new.definition.clone()),
        };
        Object::Type(Type { kind, origin })
    }

    /// `ALTER SEQUENCE s OWNED BY t.c`: it goes when the column goes.
    pub(super) fn own(&mut self, owned: &Ownership) {
        let place = owned.owner.as_ref().and_then(|(table, column)| {
            let (key, table) = self.table(table)?;
            if table.column(&column.name).is_none() {
                self.miss_column(&key, &table, column, owned.is_optional);
            }
            Some((key, column.name.clone()))
        });
        let key = match self.find(Space::Relation, &owned.sequence) {
            Found::Here(key) => key,
            _ if owned.is_optional => return,
            Found::Nowhere => {
                return self.unknown_object(Space::Relation, "sequence", &owned.sequence);
            }
            Found::Unknown => return self.suspect(Space::Relation, &owned.sequence),
        };
        if let Some(Object::Other(mut other)) = self.store.get(&key).map(|it| (**it).clone()) {
            (other.owner, other.column) = place.unzip();
            self.store.put(&key, Some(Object::Other(other)));
        }
    }

    /// In PostgreSQL triggers and policies have names of their own in each table.
    pub(super) fn of_table(&self, key: &mut Key, table: Option<&Key>) {
        if self.dialect == Dialect::Postgres
            && let Some(table) = table
            && matches!(key.space, Space::Trigger | Space::Policy)
        {
            key.schema = table.schema.clone();
            key.name = Name::exact(format!("{}.{}", table.name, key.name));
        }
    }
}

/// Whether an extension brings no tables and views.
fn is_small_extension(name: &Target) -> bool {
    const SMALL: [&str; 20] = [
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "intarray",
        "isn",
        "ltree",
        "moddatetime",
        "pg_trgm",
        "pgcrypto",
        "plpgsql",
        "seg",
        "tablefunc",
        "unaccent",
        "uuid-ossp",
        "vector",
        "pg_uuidv7",
    ];
    SMALL.contains(&name.name.as_str())
}
