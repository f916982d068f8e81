//! Keys, checks and references.

use super::Replay;
use super::defaults;
use super::resolve::Found;
use crate::catalog::{
    Constraint, Expression, ForeignKey, Index, IndexOf, Key, Name, Object, Other, Rule, Space,
    Table,
};
use crate::change::{
    Existing, Mention, NewConstraint, NewForeignKey, NewIndex, NewRule, NewTable, Written,
};
use crate::dialect::Dialect;
use crate::kinds;
use crate::sql::family;

/// What a statement makes beside a table: it has names among all relations.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) indexes: Vec<Name>,
    /// Columns that own a sequence.
    pub(super) sequences: Vec<Name>,
}

impl Replay<'_> {
    /// In the order in which PostgreSQL gives names: checks of columns first, then the rest.
    pub(super) fn add_constraints(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewTable,
        made: &mut Made,
    ) {
        let of_columns = new.columns.iter().flat_map(|column| &column.constraints);
        let all: Vec<&NewConstraint> = of_columns.chain(&new.constraints).collect();
        let is_reference = |it: &&&NewConstraint| matches!(it.rule, NewRule::ForeignKey(_));
        for constraint in all.iter().filter(|it| !is_reference(it)) {
            self.add_constraint(key, table, constraint, made);
        }
        for constraint in all.iter().filter(is_reference) {
            self.add_constraint(key, table, constraint, made);
        }
    }

    pub(super) fn add_constraint(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewConstraint,
        made: &mut Made,
    ) {
        if let Some(name) = &new.name
            && let Some(first) = table.constraint(&name.name)
            && self.is_known_in_statement(key, table)
            && self.dialect != Dialect::Sqlite
        {
            let origin = first.origin.clone();
            return self.duplicate_part("constraint", key, name, &origin);
        }
        let Some(rule) = self.rule(key, table, new, made) else {
            return;
        };
        let name = match &new.name {
            // The server calls every primary key `PRIMARY`.
            Some(_) if self.dialect == Dialect::Mysql && matches!(rule, Rule::PrimaryKey(_)) => {
                None
            }
            Some(name) => Some(name.name.clone()),
            None => match &new.rule {
                NewRule::UsingIndex(_, index) => Some(index.name.clone()),
                _ => self.constraint_name(key, table, &rule, made),
            },
        };
        if let Some(name) = &name
            && !self.has_place_for_index(key, new, &rule, name, made)
        {
            return;
        }
        table.constraints.push(Constraint {
            name,
            rule,
            is_inline: new.is_of_column,
            origin: self.origin(&new.at),
        });
    }

    /// What a constraint demands; none where it makes something else, or what is wrong was told.
    fn rule(
        &mut self,
        key: &Key,
        table: &mut Table,
        new: &NewConstraint,
        made: &mut Made,
    ) -> Option<Rule> {
        match &new.rule {
            NewRule::PrimaryKey(columns) => {
                self.check_columns(key, table, columns);
                if table.primary_key().is_some() {
                    self.second_key(key, table, new);
                    return None;
                }
                self.require(table, columns);
                Some(Rule::PrimaryKey(names(columns)))
            }
            NewRule::Unique(columns) => {
                self.check_columns(key, table, columns);
                if self.dialect == Dialect::Mysql {
                    self.add_index(key, table, &unique_index(new, columns, key), made);
                    return None;
                }
                Some(Rule::Unique(names(columns)))
            }
            NewRule::UsingIndex(is_primary, index) => {
                self.rule_of_index(key, table, *is_primary, index)
            }
            NewRule::Check(written) => Some(Rule::Check(written.expression.clone())),
            NewRule::Exclude(written) => Some(Rule::Exclude(written.expression.clone())),
            // MySQL reads this and forgets it; MariaDB from 10.5 on does not.
            NewRule::ForeignKey(_) if new.is_of_column && self.dialect == Dialect::Mysql => None,
            NewRule::ForeignKey(foreign) => self.reference(key, table, foreign),
        }
    }

    /// In PostgreSQL the index of a constraint has its name among all relations.
    fn has_place_for_index(
        &mut self,
        key: &Key,
        new: &NewConstraint,
        rule: &Rule,
        name: &Name,
        made: &mut Made,
    ) -> bool {
        let has_index = matches!(
            rule,
            Rule::PrimaryKey(_) | Rule::Unique(_) | Rule::Exclude(_)
        );
        if self.dialect != Dialect::Postgres || !has_index {
            return true;
        }
        let entry = Key::new(Space::Relation, key.schema.clone(), name.clone());
        let is_own = matches!(new.rule, NewRule::UsingIndex(..));
        if !is_own && self.is_taken(&entry, Existing::Refused, "index", &new.at) {
            return false;
        }
        made.indexes.push(name.clone());
        true
    }

    /// Columns that a constraint names must exist.
    fn check_columns(&mut self, key: &Key, table: &Table, columns: &[Mention]) {
        if !self.is_known_in_statement(key, table) {
            return;
        }
        for column in columns {
            if table.column(&column.name).is_none() && !self.is_system_column(column) {
                self.unknown_column(key, table, column);
            }
        }
    }

    fn second_key(&mut self, key: &Key, table: &Table, new: &NewConstraint) {
        if !self.is_known_in_statement(key, table) {
            return;
        }
        let is_key = |it: &&Constraint| matches!(it.rule, Rule::PrimaryKey(_));
        let first = table
            .constraints
            .iter()
            .find(is_key)
            .map(|it| it.origin.clone());
        let message = format!("`{}` already has a primary key", key.name);
        let diagnostic =
            self.diagnostic(&kinds::DUPLICATE_OBJECT, message, &new.at, "a second one");
        let diagnostic = Self::made(diagnostic, first.as_ref(), "the first one is here");
        self.push(diagnostic);
    }

    /// Columns of a primary key are never NULL, but in SQLite.
    fn require(&self, table: &mut Table, columns: &[Mention]) {
        if self.dialect == Dialect::Sqlite {
            return;
        }
        for column in &mut table.columns {
            column.is_required |= columns.iter().any(|it| it.name == column.name);
        }
    }

    fn rule_of_index(
        &mut self,
        key: &Key,
        table: &mut Table,
        is_primary: bool,
        index: &Mention,
    ) -> Option<Rule> {
        let Some(found) = table.index(&index.name).cloned() else {
            if self.is_known(key, table) {
                let known: Vec<Name> = table.indexes.iter().map(|it| it.name.clone()).collect();
                self.unknown_part("index", key, index, &known);
            }
            return None;
        };
        table.indexes.retain(|it| it.name != found.name);
        // Its name becomes that of the constraint.
        self.store.put(
            &Key::new(Space::Relation, key.schema.clone(), found.name.clone()),
            None,
        );
        let columns: Vec<Name> = columns_of(table, &found);
        Some(if is_primary {
            Rule::PrimaryKey(columns)
        } else {
            Rule::Unique(columns)
        })
    }

    fn reference(&mut self, key: &Key, table: &Table, foreign: &NewForeignKey) -> Option<Rule> {
        self.check_columns(key, table, &foreign.columns);
        let target = self.referred(key, table, foreign)?;
        let referenced = if foreign.referenced.is_empty() {
            self.key_columns(key, table, &target)
        } else {
            names(&foreign.referenced)
        };
        Some(Rule::ForeignKey(ForeignKey {
            columns: names(&foreign.columns),
            table: target,
            referenced,
            on_delete: foreign.on_delete.clone(),
            on_update: foreign.on_update.clone(),
        }))
    }

    /// The primary key that is meant where no columns are named, if it is known already.
    fn key_columns(&self, key: &Key, table: &Table, target: &Key) -> Vec<Name> {
        let other = match self.store.get(target).map(|it| &**it) {
            _ if target == key => table,
            Some(Object::Table(other)) => other,
            _ => return Vec::new(),
        };
        other.primary_key().unwrap_or_default().to_vec()
    }

    /// The table that a foreign key refers to, which is checked where the server checks it.
    fn referred(&mut self, key: &Key, table: &Table, foreign: &NewForeignKey) -> Option<Key> {
        let plain = self.key(Space::Relation, &foreign.table, false);
        if plain.as_ref() == Some(key) {
            self.check_reference(foreign, key, table, table);
            return Some(key.clone());
        }
        // SQLite looks for it when a row is written; MySQL not while checks are off.
        let is_checked = match self.dialect {
            Dialect::Sqlite => return plain,
            Dialect::Mysql => self.is_enforcing,
            Dialect::Postgres => true,
        };
        match self.find(Space::Relation, &foreign.table) {
            Found::Here(target) => {
                if let Some(Object::Table(referred)) =
                    self.store.get(&target).map(|it| (**it).clone())
                    && is_checked
                    && self.is_known(&target, &referred)
                {
                    self.check_reference(foreign, &target, table, &referred);
                }
                Some(target)
            }
            Found::Nowhere if is_checked => {
                self.unknown_table(&foreign.table);
                plain
            }
            _ => plain,
        }
    }

    fn check_reference(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        table: &Table,
        referred: &Table,
    ) {
        if self.dialect == Dialect::Sqlite || referred.is_partial {
            return;
        }
        let unknown = foreign
            .referenced
            .iter()
            .find(|it| referred.column(&it.name).is_none());
        if let Some(unknown) = unknown {
            return self.unknown_column(target, referred, unknown);
        }
        // A table refers to itself before its own keys are made.
        let is_self = std::ptr::eq(table, referred);
        let columns = if foreign.referenced.is_empty() {
            match referred.primary_key() {
                Some(columns) => columns.to_vec(),
                None if is_self => return,
                None => return self.no_key(foreign, target, referred),
            }
        } else {
            names(&foreign.referenced)
        };
        if self.dialect == Dialect::Postgres && !is_unique(referred, &columns) {
            return self.not_unique(foreign, target, referred, &columns);
        }
        if self.dialect == Dialect::Postgres {
            self.check_types(foreign, target, table, referred, &columns);
        }
    }

    fn no_key(&mut self, foreign: &NewForeignKey, target: &Key, referred: &Table) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        let message = format!("`{}` has no primary key to refer to", target.name);
        let diagnostic = self.diagnostic(
            &kinds::BAD_FOREIGN_KEY,
            message,
            &foreign.table.at,
            "refers to it",
        );
        let diagnostic = Self::made(diagnostic, Some(&referred.origin), "created here")
            .help("name the columns of a unique constraint after the table");
        self.push(diagnostic);
    }

    fn not_unique(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        referred: &Table,
        columns: &[Name],
    ) {
        let list: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let list = list.join(", ");
        let message = format!(
            "no unique constraint of `{}` has the columns ({list})",
            target.name
        );
        let diagnostic = self.diagnostic(
            &kinds::BAD_FOREIGN_KEY,
            message,
            &foreign.table.at,
            "refers to it",
        );
        let diagnostic = Self::made(diagnostic, Some(&referred.origin), "created here").help(format!(
            "a foreign key refers to a primary key or unique columns: add `UNIQUE ({list})` to `{}`",
            target.name
        ));
        self.push(diagnostic);
    }

    fn check_types(
        &mut self,
        foreign: &NewForeignKey,
        target: &Key,
        table: &Table,
        referred: &Table,
        columns: &[Name],
    ) {
        if foreign.columns.len() != columns.len() {
            return;
        }
        for (own, other) in foreign.columns.iter().zip(columns) {
            let (Some(own_column), Some(other_column)) =
                (table.column(&own.name), referred.column(other))
            else {
                continue;
            };
            let families = (
                family(&own_column.data_type),
                family(&other_column.data_type),
            );
            if let (Some(one), Some(another)) = families
                && one != another
            {
                let message = format!(
                    "`{}` is {}, but `{}.{other}` is {}",
                    own.name, own_column.data_type, target.name, other_column.data_type
                );
                let diagnostic = self.diagnostic(
                    &kinds::BAD_FOREIGN_KEY,
                    message,
                    &own.at,
                    "refers to another type",
                );
                let diagnostic =
                    Self::made(diagnostic, Some(&other_column.origin), "its type is here")
                        .help("give both columns the same type");
                self.push(diagnostic);
            }
        }
    }

    /// The name that the server gives to a constraint.
    fn constraint_name(&self, key: &Key, table: &Table, rule: &Rule, made: &Made) -> Option<Name> {
        match self.dialect {
            Dialect::Sqlite => None,
            Dialect::Mysql => match rule {
                Rule::ForeignKey(_) => Some(defaults::mysql_foreign_key(table, &key.name)),
                // MySQL and MariaDB call checks differently.
                _ => None,
            },
            Dialect::Postgres => {
                let (columns, label) = postgres_parts(table, rule);
                let is_taken = |name: &str| {
                    let name = Name::exact(name.to_owned());
                    table.constraint(&name).is_some() || self.is_relation(key, &name, made)
                };
                Some(defaults::free(&key.name, &columns, label, is_taken))
            }
        }
    }

    /// Whether a name is that of a relation of the same schema, also of one that is being made.
    pub(super) fn is_relation(&self, key: &Key, name: &Name, made: &Made) -> bool {
        let entry = Key::new(Space::Relation, key.schema.clone(), name.clone());
        made.indexes.contains(name) || self.store.get(&entry).is_some()
    }

    /// The name that the server gives to an index.
    pub(super) fn index_name(&self, key: &Key, table: &Table, new: &NewIndex) -> Name {
        let first = new.parts.iter().find_map(|part| part.column.as_ref());
        let words: Vec<&str> = new
            .parts
            .iter()
            .map(|part| {
                part.column
                    .as_ref()
                    .map_or("expr", |column| column.name.as_str())
            })
            .collect();
        match (self.dialect, first) {
            (Dialect::Mysql, Some(first)) => defaults::mysql_index(table, &first.name),
            (Dialect::Mysql, None) => Name::exact("functional_index".to_owned()),
            _ => {
                let is_taken = |name: &str| {
                    self.is_relation(key, &Name::exact(name.to_owned()), &Made::default())
                };
                defaults::free(&key.name, &words.join("_"), "idx", is_taken)
            }
        }
    }

    /// Gives what a statement made its names among all relations.
    pub(super) fn make_parts(&mut self, table: &Key, made: Made) {
        if self.dialect == Dialect::Mysql {
            return;
        }
        for name in made.indexes {
            let key = Key::new(Space::Relation, table.schema.clone(), name);
            let index = IndexOf {
                table: table.clone(),
            };
            self.store.make(&key, Object::Index(index));
        }
        for column in made.sequences {
            let is_taken = |name: &str| {
                let key = Key::new(
                    Space::Relation,
                    table.schema.clone(),
                    Name::exact(name.to_owned()),
                );
                self.store.get(&key).is_some()
            };
            let name = defaults::free(&table.name, column.as_str(), "seq", is_taken);
            let key = Key::new(Space::Relation, table.schema.clone(), name);
            let sequence = Other {
                kind: "SEQUENCE".to_owned(),
                definition: String::new(),
                owner: Some(table.clone()),
                column: Some(column),
                origin: self.origin(&(0..0)),
            };
            self.store.make(&key, Object::Other(sequence));
        }
    }
}

/// PostgreSQL's parts of a name: the columns, and what follows them.
fn postgres_parts(table: &Table, rule: &Rule) -> (String, &'static str) {
    let list = |columns: &[Name]| {
        let words: Vec<&str> = columns.iter().map(Name::as_str).collect();
        words.join("_")
    };
    match rule {
        Rule::PrimaryKey(_) => (String::new(), "pkey"),
        Rule::Unique(columns) => (list(columns), "key"),
        Rule::ForeignKey(key) => (list(&key.columns), "fkey"),
        Rule::Check(expression) => (only_column(table, expression), "check"),
        Rule::Exclude(expression) => (only_column(table, expression), "excl"),
    }
}

/// The column that an expression uses, when it is one.
fn only_column(table: &Table, expression: &Expression) -> String {
    let mut used = table
        .columns
        .iter()
        .filter(|it| expression.words.contains(&it.name));
    match (used.next(), used.next()) {
        (Some(only), None) => only.name.as_str().to_owned(),
        _ => String::new(),
    }
}

/// Whether no two rows are equal in these columns, in any order.
fn is_unique(table: &Table, columns: &[Name]) -> bool {
    let is_same = |others: &[Name]| {
        others.len() == columns.len() && others.iter().all(|other| columns.contains(other))
    };
    let by_constraint = table.constraints.iter().any(|it| match &it.rule {
        Rule::PrimaryKey(others) | Rule::Unique(others) => is_same(others),
        _ => false,
    });
    by_constraint
        || table
            .indexes
            .iter()
            .any(|index| index.is_unique && index.is_plain && is_same(&columns_of(table, index)))
}

/// The columns that an index has.
fn columns_of(table: &Table, index: &Index) -> Vec<Name> {
    let parts = index.parts.iter();
    parts
        .filter_map(|part| {
            table
                .columns
                .iter()
                .find(|it| part.words.contains(&it.name))
        })
        .map(|column| column.name.clone())
        .collect()
}

fn names(mentions: &[Mention]) -> Vec<Name> {
    mentions
        .iter()
        .map(|mention| mention.name.clone())
        .collect()
}

/// MySQL's unique constraint is a unique index.
fn unique_index(new: &NewConstraint, columns: &[Mention], table: &Key) -> NewIndex {
    let part = |column: &Mention| crate::change::Part {
        written: Written {
            expression: Expression {
                text: column.name.key().to_owned(),
                words: std::iter::once(column.name.clone()).collect(),
            },
            at: column.at.clone(),
        },
        column: Some(column.clone()),
    };
    NewIndex {
        name: new.name.clone(),
        table: crate::change::Target {
            schema: None,
            name: table.name.clone(),
            at: new.at.clone(),
        },
        existing: Existing::Refused,
        parts: columns.iter().map(part).collect(),
        is_unique: true,
        predicate: None,
        method: None,
        include: Vec::new(),
    }
}
