//! Keys, checks and references.

use super::Replay;
use super::index::replace_implicit;
use crate::catalog::{Constraint, Expression, Index, Key, Name, Object, Rule, Space, Table};
use crate::change::{
    Dropping, Existing, Mention, NewConstraint, NewIndex, NewRule, NewTable, Written,
};
use crate::dialect::Dialect;
use crate::kinds;

/// What a statement makes beside a table: it has names among all relations.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) indexes: Vec<Name>,
    /// Columns that own a sequence, and its name when that is given.
    pub(super) sequences: Vec<(Name, Option<Name>)>,
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
        let mut all: Vec<&NewConstraint> = of_columns.chain(&new.constraints).collect();
        if self.dialect == Dialect::Postgres {
            without_doubles(&mut all);
        }
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
        if self.dialect == Dialect::Mysql
            && let Rule::ForeignKey(foreign) = &rule
        {
            let given = new.name.as_ref().map(|name| &name.name);
            self.index_foreign_key(table, &foreign.columns, given, &new.at);
        }
        table.constraints.push(Constraint {
            name,
            rule,
            is_inline: new.is_of_column,
            extra: new.extra.clone(),
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
                let columns = names(columns);
                replace_implicit(table, &columns);
                Some(Rule::PrimaryKey(columns))
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
            NewRule::Exclude(written) => {
                if new.name.is_none() {
                    self.doubt_names_of(&key.name, "_excl");
                }
                Some(Rule::Exclude(written.expression.clone()))
            }
            // MariaDB before 10.5 and MySQL before 9 read this and forget it.
            NewRule::ForeignKey(_) if new.is_of_column && self.dialect == Dialect::Mysql => {
                table.is_partial = true;
                None
            }
            NewRule::ForeignKey(foreign) => self.reference(key, table, foreign),
        }
    }

    pub(super) fn drop_constraint(
        &mut self,
        key: &Key,
        table: &mut Table,
        name: &Mention,
        kind: Dropping,
        is_optional: bool,
        is_cascading: bool,
    ) {
        let is_it = |it: &Constraint| {
            let is_kind = match kind {
                Dropping::Any => true,
                Dropping::ForeignKey => matches!(it.rule, Rule::ForeignKey(_)),
                Dropping::Check => matches!(it.rule, Rule::Check(_)),
            };
            is_kind && it.name.as_ref() == Some(&name.name)
        };
        if let Some(at) = table.constraints.iter().position(is_it) {
            let dropped = table.constraints.remove(at);
            self.free_index_name(key, &name.name);
            if is_cascading && matches!(dropped.rule, Rule::PrimaryKey(_) | Rule::Unique(_)) {
                for column in dropped.rule.columns() {
                    self.remove_references_to(key, column);
                }
                // A view that groups by the key needs it.
                for user in self.store.users(key) {
                    if matches!(self.store.get(&user).map(|it| &**it), Some(Object::View(_))) {
                        self.store.doubt(user.name.key());
                    }
                }
            }
            return;
        }
        if self.dialect == Dialect::Mysql && name.name.key().eq_ignore_ascii_case("primary") {
            let is_key = |it: &Constraint| matches!(it.rule, Rule::PrimaryKey(_));
            return table.constraints.retain(|it| !is_key(it));
        }
        if self.dialect == Dialect::Mysql {
            let count = table.indexes.len();
            let is_kept = |it: &Index| kind != Dropping::Any || it.name != name.name;
            table.indexes.retain(is_kept);
            if table.indexes.len() < count || may_be_made_up(key, table, name, kind) {
                return;
            }
        }
        // PostgreSQL 18 has constraints for `NOT NULL`, too.
        let is_not_null = name.name.as_str().ends_with("_not_null");
        if !is_optional && !is_not_null && self.is_known_in_statement(key, table) {
            let known: Vec<Name> = table
                .constraints
                .iter()
                .filter_map(|it| it.name.clone())
                .collect();
            self.unknown_part("constraint", key, name, &known);
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
    pub(super) fn check_columns(&mut self, key: &Key, table: &Table, columns: &[Mention]) {
        for column in columns {
            if table.column(&column.name).is_none() && !self.is_system_column(column) {
                self.miss_column(key, table, column, false);
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
}

/// Whether MySQL or MariaDB may have given a constraint this name; they do not give the same.
fn may_be_made_up(key: &Key, table: &Table, name: &Mention, kind: Dropping) -> bool {
    let prefix = format!("{}_ibfk_", key.name.key());
    let number = name.name.key().strip_prefix(&*prefix);
    let is_numbered = number.is_some_and(|it| it.chars().all(|it| it.is_ascii_digit()));
    table.constraints.iter().any(|it| match it.rule {
        Rule::ForeignKey(_) => is_numbered,
        Rule::Check(_) => it.name.is_none() && kind != Dropping::ForeignKey,
        _ => false,
    })
}

/// PostgreSQL makes one index of two keys with the same columns: the primary key stays.
fn without_doubles(all: &mut Vec<&NewConstraint>) {
    let is_same = |one: &[Mention], other: &[Mention]| names(one) == names(other);
    let keys: Vec<&NewConstraint> = all.clone();
    let mut at = 0;
    all.retain(|it| {
        at += 1;
        let NewRule::Unique(columns) = &it.rule else {
            return true;
        };
        !keys
            .iter()
            .enumerate()
            .any(|(index, other)| match &other.rule {
                NewRule::PrimaryKey(others) => is_same(columns, others),
                NewRule::Unique(others) => {
                    index + 1 < at && it.name.is_none() && is_same(columns, others)
                }
                _ => false,
            })
    });
}

pub(super) fn names(mentions: &[Mention]) -> Vec<Name> {
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
        extra: new.extra.clone(),
        uses: crate::names::Uses::default(),
    }
}

pub(super) fn describe(constraint: &Constraint) -> String {
    let kind = match constraint.rule {
        Rule::PrimaryKey(_) => "the primary key",
        Rule::Unique(_) => "a unique constraint",
        Rule::Check(_) => "a check",
        Rule::Exclude(_) => "an exclusion constraint",
        Rule::ForeignKey(_) => "a foreign key",
    };
    match &constraint.name {
        Some(name) => format!("{kind} `{name}`"),
        None => kind.to_owned(),
    }
}
