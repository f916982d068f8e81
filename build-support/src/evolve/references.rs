//! Foreign keys between the tables of a plan: when they go, and when they come.

use super::plan::Plan;
use super::tables::{add_constraint, is_table, references, tables};
use super::{mysql, postgres};
use crate::catalog::{Catalog, Constraint, Key, Table};
use crate::dialect::Dialect;

impl<'a> Plan<'a> {
    /// Foreign keys that go, or that stand in the way of what they refer to.
    pub(super) fn drop_references(&mut self) {
        if self.dialect() == Dialect::Sqlite {
            return;
        }
        for (key, table, constraint) in self.references_that_move(self.from) {
            let statement = match self.dialect() {
                Dialect::Mysql => mysql::drop_reference(self.writer, key, table, constraint),
                _ => postgres::drop_constraint(self.writer, key, constraint),
            };
            self.statements.push(statement);
        }
    }

    /// Foreign keys of one side that are not simply there on the other side as well.
    fn references_that_move(&self, side: &'a Catalog) -> Vec<(&'a Key, &'a Table, &'a Constraint)> {
        let is_before = std::ptr::eq(side, self.from);
        let mut moving = Vec::new();
        for (key, table) in tables(side) {
            let change = self.changes.iter().find(|change| change.key == key);
            let stays = is_table(self.from, key) && is_table(self.to, key);
            for (constraint, target) in references(table) {
                let moves = match change {
                    Some(change) => {
                        let parts = &change.constraints;
                        let of_side = if is_before {
                            &parts.dropped
                        } else {
                            &parts.added
                        };
                        let is_it = |it: &Constraint| std::ptr::eq(it, constraint);
                        let of_mysql = parts.renamed.iter().any(|(before, after)| {
                            self.dialect() == Dialect::Mysql && (is_it(before) || is_it(after))
                        });
                        of_side.iter().any(|it| is_it(it)) || of_mysql
                    }
                    None => false,
                };
                // Tables that refer to one another can only go when one of them no longer does.
                let is_cycle = !stays && is_before && {
                    let order = self.tables_in_order(side);
                    let place = |key: &Key| order.iter().position(|it| *it == key);
                    !is_table(self.to, target) && target != key && place(target) > place(key)
                };
                if moves || is_cycle || stays && self.is_disturbed(key, constraint, target) {
                    moving.push((key, table, constraint));
                }
            }
        }
        moving
    }

    fn is_disturbed(&self, key: &Key, constraint: &Constraint, target: &Key) -> bool {
        let columns = constraint.rule.columns();
        self.changes.iter().any(|change| {
            let is_target = change.key == target && change.disturbs_references();
            let is_own = change.key == key && change.retyped().any(|name| columns.contains(name));
            is_target || is_own
        })
    }

    pub(super) fn add_references(&mut self, late: &[(&'a Key, &'a Constraint)]) {
        if self.dialect() == Dialect::Sqlite {
            return;
        }
        let moving = self.references_that_move(self.to).into_iter();
        let moving = moving.map(|(key, _, constraint)| (key, constraint));
        for (key, constraint) in late.iter().copied().chain(moving) {
            let statement = add_constraint(self.writer, key, constraint);
            self.statements.push(statement);
        }
    }
}
