//! Making tables, indexes, views and everything else.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Replay;
use super::constraint::Made;
use super::resolve::Found;
use crate::catalog::{
    Column, Index, IndexOf, Key, Name, Object, Other, Space, Table, Type, TypeKind, View,
};
use crate::change::{
    Counter, Existing, Mention, NewColumn, NewIndex, NewObject, NewTable, NewValue, NewView, Target,
};
use crate::dialect::Dialect;
use crate::kinds;

impl Replay<'_> {
    pub(super) fn create_table(&mut self, new: &NewTable) {
        self.ground.has_created = true;
        let Some(key) = self.key(Space::Relation, &new.name, new.is_temporary) else {
            return self.store.doubt(new.name.name.key());
        };
        if let Some(object) = self.store.get(&key).cloned() {
            if new.existing == Existing::Kept {
                return self.compare_shape(&key, &object, new);
            }
            if new.existing == Existing::Replaced {
                self.remove_relation(&key);
            } else if self.store.is_certain(&key) && !self.is_foreign(&new.name) {
                self.duplicate_object(&key, "table", &new.name.at);
                return;
            }
        }
        let mut table = Table {
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            is_partial: new.is_partial,
            is_temporary: new.is_temporary,
            comment: None,
            origin: self.origin(&new.name.at),
        };
        for model in &new.models {
            match self.table(model) {
                Some((_, model)) => {
                    table.columns.extend(model.columns);
                    table.is_partial |= model.is_partial;
                }
                None => table.is_partial = true,
            }
        }
        let mut made = Made::default();
        for column in &new.columns {
            self.add_column(&key, &mut table, column, &mut made, None);
        }
        let is_doubtful = self.store.get(&key).is_some() || !self.store.is_absent(&key);
        if is_doubtful && new.existing == Existing::Kept {
            table.is_partial = true;
        }
        for index in &new.indexes {
            self.add_index(&key, &mut table, index, &mut made);
        }
        self.add_constraints(&key, &mut table, new, &mut made);
        self.store.make(&key, Object::Table(table));
        self.make_parts(&key, made);
    }

    /// `IF NOT EXISTS` passes over a table of other columns, which is seldom what was meant.
    fn compare_shape(&mut self, key: &Key, object: &Object, new: &NewTable) {
        let Object::Table(table) = object else {
            return;
        };
        let is_plain = self.is_known(key, table) && !new.is_partial && new.models.is_empty();
        if !is_plain || new.columns.is_empty() {
            return;
        }
        let missing = new
            .columns
            .iter()
            .find(|column| table.column(&column.name.name).is_none());
        if let Some(column) = missing {
            let message = format!(
                "`IF NOT EXISTS` passes over this: `{}` exists without the column `{}`",
                key.name, column.name.name
            );
            let diagnostic = self.diagnostic(
                &kinds::HIDDEN_SHAPE,
                message,
                &column.name.at,
                "never created",
            );
            let diagnostic =
                Self::made(diagnostic, Some(&table.origin), "the table is created here")
                    .help("add what is missing with `ALTER TABLE`");
            self.push(diagnostic);
        }
    }

    /// Adds a column at its place; what belongs to it is made with the others of the statement.
    pub(super) fn add_column(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewColumn,
        made: &mut Made,
        at: Option<usize>,
    ) {
        if let Some(first) = table.column(&new.name.name) {
            let origin = first.origin.clone();
            let is_of_model = origin.file.path == self.file.path || !table.is_partial;
            if is_of_model && (self.store.get(key).is_none() || self.store.is_certain(key)) {
                self.duplicate_column(key, Some(&origin), &new.name);
            }
            return;
        }
        let column = self.column(new);
        let index = at.unwrap_or(table.columns.len()).min(table.columns.len());
        table.columns.insert(index, column);
        if new.counter == Counter::Sequence {
            made.sequences.push(new.name.name.clone());
        }
    }

    pub(super) fn column(&mut self, new: &NewColumn) -> Column {
        let made_type = new.type_name.as_ref().and_then(|it| self.type_of(it));
        Column {
            name: new.name.name.clone(),
            data_type: new.data_type.clone(),
            made_type,
            is_required: new.is_required,
            default: new.default.as_ref().map(|it| it.expression.text.clone()),
            generated: new.generated.clone(),
            is_counted: new.counter != Counter::None,
            is_invisible: new.is_invisible,
            collation: new.collation.clone(),
            comment: new.comment.clone(),
            origin: self.origin(&new.name.at),
        }
    }

    /// The type of the catalog that is meant, if it is one of those.
    pub(super) fn type_of(&mut self, target: &Target) -> Option<Key> {
        if self.dialect != Dialect::Postgres {
            return None;
        }
        match self.find(Space::Type, target) {
            Found::Here(key) => Some(key),
            // A type of the server or of an extension.
            Found::Nowhere | Found::Unknown => None,
        }
    }

    pub(super) fn create_index(&mut self, new: &NewIndex) {
        let Some(table_key) = self.relation(&new.table) else {
            return;
        };
        let Some(Object::Table(table)) = self.store.get(&table_key).map(|it| (**it).clone()) else {
            // A materialized view, whose columns are not known.
            return self.index_of_view(&table_key, new);
        };
        let mut table = table;
        let mut made = Made::default();
        self.add_index(&table_key, &mut table, new, &mut made);
        self.store.put(&table_key, Some(Object::Table(table)));
        self.make_parts(&table_key, made);
    }

    fn index_of_view(&mut self, table: &Key, new: &NewIndex) {
        let Some(name) = &new.name else {
            return;
        };
        let key = Key::new(Space::Relation, table.schema.clone(), name.name.clone());
        if self.is_taken(&key, new.existing, "index", &name.at) {
            return;
        }
        let index = IndexOf {
            table: table.clone(),
        };
        self.store.make(&key, Object::Index(index));
    }

    /// Whether a name is in use, which is reported unless that is all right.
    pub(super) fn is_taken(
        &mut self,
        key: &Key,
        existing: Existing,
        kind: &str,
        at: &Range<usize>,
    ) -> bool {
        if self.store.get(key).is_none() {
            return false;
        }
        if existing != Existing::Kept && self.store.is_certain(key) {
            self.duplicate_object(key, kind, at);
        }
        true
    }

    /// Adds an index to a table, under a name of its own or of the server's making.
    pub(super) fn add_index(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewIndex,
        made: &mut Made,
    ) {
        let name = match &new.name {
            Some(given) => {
                if !self.is_free(key, table, new, given) {
                    return;
                }
                given.name.clone()
            }
            None => self.index_name(key, table, new),
        };
        let columns: Vec<&Mention> = new
            .parts
            .iter()
            .filter_map(|part| part.column.as_ref())
            .collect();
        let is_known = self.is_known_in_statement(key, table);
        for column in columns.iter().copied().chain(&new.include) {
            if is_known && table.column(&column.name).is_none() && !self.is_system_column(column) {
                self.unknown_column(key, table, column);
            }
        }
        let is_plain = new.predicate.is_none() && columns.len() == new.parts.len();
        made.indexes.push(name.clone());
        let parts = new.parts.iter();
        let include = new.include.iter();
        table.indexes.push(Index {
            origin: self.origin(new.name.as_ref().map_or(&new.table.at, |name| &name.at)),
            name,
            parts: parts.map(|it| it.written.expression.clone()).collect(),
            is_plain,
            is_unique: new.is_unique,
            predicate: new.predicate.as_ref().map(|it| it.expression.clone()),
            method: new.method.clone(),
            include: include.map(|column| column.name.clone()).collect(),
        });
    }

    /// Whether an index can have the name that it is given, which that of MySQL has within its table.
    fn is_free(&mut self, key: &Key, table: &mut Table, new: &NewIndex, given: &Mention) -> bool {
        if self.dialect != Dialect::Mysql {
            let entry = Key::new(Space::Relation, key.schema.clone(), given.name.clone());
            return !self.is_taken(&entry, new.existing, "index", &given.at);
        }
        let Some(first) = table.index(&given.name) else {
            return true;
        };
        let origin = first.origin.clone();
        match new.existing {
            Existing::Replaced => table.indexes.retain(|index| index.name != given.name),
            Existing::Refused if self.store.is_certain(key) => {
                self.duplicate_part("index", key, given, &origin);
            }
            Existing::Refused | Existing::Kept => {}
        }
        new.existing == Existing::Replaced
    }

    /// Whether all columns of a table are known that the statement may just be making.
    pub(super) fn is_known_in_statement(&self, key: &Key, table: &Table) -> bool {
        let is_new = self.store.get(key).is_none();
        !table.is_partial && (is_new || self.store.is_certain(key))
    }

    /// Columns that every table has, and strings that SQLite takes for what they are not.
    pub(super) fn is_system_column(&self, column: &Mention) -> bool {
        let name = column.name.key().to_lowercase();
        match self.dialect {
            Dialect::Postgres => {
                ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"].contains(&&*name)
            }
            Dialect::Sqlite => {
                let written = self.file.slice(column.at.clone());
                written.starts_with(['"', '\'']) || ["rowid", "_rowid_", "oid"].contains(&&*name)
            }
            Dialect::Mysql => name == "_rowid",
        }
    }

    pub(super) fn create_view(&mut self, new: &NewView) {
        let Some(key) = self.key(Space::Relation, &new.name, new.is_temporary) else {
            return self.store.doubt(new.name.name.key());
        };
        if let Some(object) = self.store.get(&key) {
            let is_view = matches!(**object, Object::View(_));
            let is_replaced = new.existing == Existing::Replaced && is_view;
            if new.existing == Existing::Kept {
                return;
            }
            if !is_replaced && self.store.is_certain(&key) {
                return self.duplicate_object(&key, "view", &new.name.at);
            }
        }
        let meant = |targets: &[Target]| -> BTreeSet<Key> {
            let found =
                targets
                    .iter()
                    .filter_map(|target| match self.find(Space::Relation, target) {
                        Found::Here(read) if read != key => Some(read),
                        _ => None,
                    });
            found.collect()
        };
        let (reads, mentions) = (meant(&new.reads), meant(&new.mentions));
        let view = View {
            is_materialized: new.is_materialized,
            query: new.query.text.clone(),
            reads,
            mentions,
            words: new.query.words.clone(),
            columns: new.columns.clone(),
            origin: self.origin(&new.name.at),
        };
        self.store.make(&key, Object::View(view));
    }

    pub(super) fn create_object(&mut self, new: &NewObject) {
        let table = match &new.table {
            Some(table) => match self.relation(table) {
                Some(key) => Some(key),
                // Who knows what it belongs to.
                None => return,
            },
            None => None,
        };
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
            let is_sure = new.space != Space::Routine;
            if is_sure && !is_server && self.store.is_certain(&key) {
                return self.duplicate_object(&key, &new.kind, &new.name.at);
            }
        }
        if new.space == Space::Routine {
            self.remember_routine(&key);
        }
        if new.space == Space::Extension && !is_small_extension(&new.name) {
            self.ground.has_unknown_extension = true;
        }
        let object = self.object(new, table);
        self.store.make(&key, object);
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

    /// Calls name a routine without the types of its arguments.
    fn remember_routine(&mut self, key: &Key) {
        let name = key.name.as_str().split('(').next().unwrap_or_default();
        let known = self.routines.entry(name.to_lowercase()).or_default();
        if !known.contains(key) {
            known.push(key.clone());
        }
    }

    /// `ALTER SEQUENCE s OWNED BY t.c`: it goes when the column goes.
    pub(super) fn own(
        &mut self,
        sequence: &Target,
        table: Option<&Target>,
        column: Option<&Mention>,
    ) {
        let owner = table.and_then(|table| self.relation(table));
        let Found::Here(key) = self.find(Space::Relation, sequence) else {
            return;
        };
        if let Some(Object::Other(mut other)) = self.store.get(&key).map(|it| (**it).clone()) {
            other.column = column.filter(|_| owner.is_some()).map(|it| it.name.clone());
            other.owner = owner;
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

    pub(super) fn add_value(&mut self, new: &NewValue) {
        let Found::Here(key) = self.find(Space::Type, &new.name) else {
            if matches!(self.find(Space::Type, &new.name), Found::Nowhere) {
                self.unknown_object(Space::Type, "type", &new.name);
            }
            return;
        };
        let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone()) else {
            return;
        };
        let TypeKind::Enum(mut values) = made.kind else {
            return;
        };
        if values.contains(&new.value) {
            if !new.is_optional && self.store.is_certain(&key) {
                let name = Mention {
                    name: Name::exact(new.value.clone()),
                    at: new.at.clone(),
                };
                self.duplicate_part("value", &key, &name, &made.origin);
            }
            return;
        }
        let beside = new.beside.as_ref().and_then(|(is_before, value)| {
            let index = values.iter().position(|other| other == value)?;
            Some(if *is_before { index } else { index + 1 })
        });
        values.insert(beside.unwrap_or(values.len()), new.value.clone());
        let is_new = made.origin.file.path == self.file.path;
        let changed = Type {
            kind: TypeKind::Enum(values),
            origin: made.origin,
        };
        self.store.put(&key, Some(Object::Type(changed)));
        // A type of the same transaction may use its values at once.
        if is_new {
            return;
        }
        self.new_values
            .push((key, new.value.clone(), new.at.clone()));
    }

    pub(super) fn rename_value(&mut self, name: &Target, old: &str, new: &str) {
        let Found::Here(key) = self.find(Space::Type, name) else {
            return;
        };
        if let Some(Object::Type(made)) = self.store.get(&key).map(|it| (**it).clone())
            && let TypeKind::Enum(mut values) = made.kind
        {
            for value in values.iter_mut().filter(|value| *value == old) {
                new.clone_into(value);
            }
            let changed = Type {
                kind: TypeKind::Enum(values),
                origin: made.origin,
            };
            self.store.put(&key, Some(Object::Type(changed)));
        }
    }

    pub(super) fn comment(
        &mut self,
        target: &Target,
        column: Option<&Mention>,
        text: Option<&String>,
    ) {
        let Some((key, mut table)) = self.table(target) else {
            return;
        };
        match column {
            None => table.comment = text.cloned(),
            Some(mention) => {
                let is_known = self.is_known(&key, &table);
                let found = table
                    .columns
                    .iter_mut()
                    .find(|column| column.name == mention.name);
                match found {
                    Some(column) => column.comment = text.cloned(),
                    None if is_known => return self.unknown_column(&key, &table, mention),
                    None => return,
                }
            }
        }
        self.store.put(&key, Some(Object::Table(table)));
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
