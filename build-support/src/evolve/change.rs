//! How a table that stays becomes what is wanted.

use super::compare::{
    same_column, same_default, same_extra, same_index, same_option, same_rule, same_type,
};
use crate::catalog::{Column, Constraint, Expression, Index, Key, Name, Rule, Table};

/// A table before and after, part by part.
#[derive(Debug)]
pub(super) struct TableChange<'a> {
    pub(super) key: &'a Key,
    pub(super) from: &'a Table,
    pub(super) to: &'a Table,
    pub(super) added: Vec<&'a Column>,
    pub(super) dropped: Vec<&'a Column>,
    /// Before and after.
    pub(super) changed: Vec<(&'a Column, &'a Column)>,
    pub(super) constraints: Parts<'a, Constraint>,
    pub(super) indexes: Parts<'a, Index>,
}

/// Parts of a table that differ.
#[derive(Debug)]
pub(super) struct Parts<'a, T> {
    pub(super) dropped: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
    /// The same under another name.
    pub(super) renamed: Vec<(&'a T, &'a T)>,
}

impl<'a> TableChange<'a> {
    pub(super) fn new(key: &'a Key, from: &'a Table, to: &'a Table) -> Self {
        let pairs = from
            .columns
            .iter()
            .filter_map(|before| Some((before, to.column(&before.name)?)));
        let is_replaced = |name: &Name| {
            let pair = from.column(name).zip(to.column(name));
            pair.is_some_and(|(before, after)| is_replaced(before, after))
        };
        let replaced: Vec<&Name> = from
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| is_replaced(name))
            .collect();
        let uses_one = |expression: &Expression| {
            let mut replaced = replaced.iter();
            replaced.any(|name| expression.words.contains(*name))
        };
        Self {
            key,
            from,
            to,
            added: missing(&to.columns, from),
            dropped: missing(&from.columns, to),
            changed: pairs
                .filter(|(before, after)| is_changed(before, after))
                .collect(),
            constraints: Parts::of(
                &from.constraints,
                &to.constraints,
                |one, other| {
                    same_rule(&one.rule, &other.rule)
                        && same_extra(&one.extra, &other.extra)
                        && !replaced.iter().any(|name| one.rule.uses(name))
                },
                |one, other| one.name == other.name,
            ),
            indexes: Parts::of(
                &from.indexes,
                &to.indexes,
                |one, other| {
                    same_index(one, other)
                        && same_extra(&one.extra, &other.extra)
                        && !one.parts.iter().chain(&one.predicate).any(uses_one)
                },
                |one, other| one.name == other.name,
            ),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.dropped.is_empty()
            && self.changed.is_empty()
            && self.constraints.is_empty()
            && self.indexes.is_empty()
            && self.from.comment == self.to.comment
            && same_extra(&self.from.extra, &self.to.extra)
    }

    /// Columns whose values become something else.
    pub(super) fn retyped(&self) -> impl Iterator<Item = &Name> {
        let retyped = |pair: &&(&'a Column, &'a Column)| !same_type(pair.0, pair.1);
        self.changed.iter().filter(retyped).map(|pair| &pair.0.name)
    }

    /// Whether a view of the table may stand in the way.
    pub(super) fn disturbs_views(&self) -> bool {
        let is_replaced = |(before, after): &(&Column, &Column)| is_replaced(before, after);
        !self.dropped.is_empty()
            || self.retyped().next().is_some()
            || self.changed.iter().any(is_replaced)
    }

    /// Whether what a foreign key refers to goes away for a moment, or changes.
    pub(super) fn disturbs_references(&self) -> bool {
        let is_key = |it: &&Constraint| matches!(it.rule, Rule::PrimaryKey(_) | Rule::Unique(_));
        self.constraints
            .dropped
            .iter()
            .copied()
            .any(|it| is_key(&it))
            || self.indexes.dropped.iter().any(|it| it.is_unique)
            || self.retyped().next().is_some()
    }
}

/// Whether a column must be dropped and added to become another: nothing else makes a column computed, or
/// keeps values that are stored nowhere. What uses it goes with it.
pub(super) fn is_replaced(before: &Column, after: &Column) -> bool {
    let is_virtual = |column: &Column| {
        let generated = column.generated.as_ref();
        generated.is_some_and(|text| text.starts_with("virtual"))
    };
    (after.generated.is_some() || is_virtual(before))
        && !same_option(before.generated.as_deref(), after.generated.as_deref())
}

/// Whether a default must be set or dropped.
pub(super) fn has_other_default(before: &Column, after: &Column) -> bool {
    !same_default(before, after)
}

fn is_changed(before: &Column, after: &Column) -> bool {
    !same_column(before, after) || !same_extra(&before.extra, &after.extra)
}

fn missing<'a>(columns: &'a [Column], table: &Table) -> Vec<&'a Column> {
    let is_missing = |column: &&Column| table.column(&column.name).is_none();
    columns.iter().filter(is_missing).collect()
}

impl<'a, T> Parts<'a, T> {
    fn of(
        from: &'a [T],
        to: &'a [T],
        is_same: impl Fn(&T, &T) -> bool,
        has_same_name: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut dropped: Vec<&T> = from.iter().collect();
        let mut added: Vec<&T> = to.iter().collect();
        let mut take = |is_pair: &dyn Fn(&T, &T) -> bool| {
            let mut pairs = Vec::new();
            dropped.retain(|before| {
                let found = added.iter().position(|after| is_pair(before, after));
                pairs.extend(found.map(|at| (*before, added.remove(at))));
                found.is_none()
            });
            pairs
        };
        // What is as it was is of no interest.
        take(&|one, other| has_same_name(one, other) && is_same(one, other));
        let renamed = take(&|one, other| is_same(one, other));
        Self {
            dropped,
            added,
            renamed,
        }
    }

    fn is_empty(&self) -> bool {
        self.dropped.is_empty() && self.added.is_empty() && self.renamed.is_empty()
    }
}
