//! Foreign keys, where a migration cannot suspend them itself: SQLite ignores the wish inside a
//! transaction, and dropping a table deletes the rows that refer to it.

use super::Engine;
use crate::connection::Rows;
use crate::error::{Error, ForeignKeyViolation, Named};
use crate::plan::{Plan, Step};
use crate::script::{Item, Purpose, Scope};

#[derive(Default)]
pub(super) struct ForeignKeys {
    /// They are not enforced in this round: they never were, or they are suspended.
    pub(super) off: bool,
    /// They were enforced and are now suspended.
    pub(super) suspended: bool,
    /// Violations that were there before, as rows of the query.
    pub(super) before: Rows,
}

impl Engine<'_> {
    /// Arranges foreign keys as the first steps of the plan need them, then begins.
    pub(super) fn begin_round(&mut self, plan: &Plan) {
        match self.sql.foreign_keys() {
            Some(foreign_keys) if self.needs_foreign_keys_off(plan) => {
                if !self.foreign_keys.off {
                    let query = foreign_keys.query;
                    let ask = Item::new(query, Purpose::ForeignKeys, Scope::Nothing);
                    return self.queue.push_back(ask);
                }
            }
            _ => {
                self.enforce_foreign_keys();
                // Where they were never enforced nothing else says that this round does not care.
                self.foreign_keys.off = false;
            }
        }
        self.begin();
    }

    pub(super) fn needs_foreign_keys_off(&self, plan: &Plan) -> bool {
        if self.task.is_trial() {
            return self.trial_suspends_foreign_keys(plan);
        }
        let mut steps = self.inside_steps(plan).iter();
        steps.any(Step::suspends_foreign_keys)
    }

    pub(super) fn suspend_foreign_keys(&mut self, rows: &Rows) {
        self.foreign_keys.off = true;
        let enforced = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Option::as_deref)
            == Some("1");
        if let Some(foreign_keys) = self.sql.foreign_keys().filter(|_| enforced) {
            self.foreign_keys.suspended = true;
            let purpose = Purpose::Other("suspend foreign keys");
            self.queue
                .push_back(Item::new(foreign_keys.suspend, purpose, Scope::Nothing));
        }
        self.begin();
    }

    pub(super) fn refuse_new_violations(&mut self, step: Step, rows: &Rows) {
        if let Some(error) = self.new_violations(step, rows) {
            self.abort(error, Scope::Migration, Some(step));
        }
    }

    /// An error for what a migration leaves and has not found.
    pub(super) fn new_violations(&self, step: Step, rows: &Rows) -> Option<Error> {
        let new = new_violations(&self.foreign_keys.before, rows);
        (!new.is_empty()).then(|| Error::ForeignKeys {
            migration: Named::from(step.migration),
            direction: step.direction,
            path: step.script.path(),
            violations: new,
        })
    }

    /// Enforces foreign keys again, if this run has suspended them.
    pub(super) fn enforce_foreign_keys(&mut self) {
        let enforcement = self.enforcement();
        self.queue.extend(enforcement);
    }

    pub(super) fn enforcement(&self) -> Option<Item> {
        let foreign_keys = self.sql.foreign_keys()?;
        let purpose = Purpose::EnforceForeignKeys;
        let item = || Item::new(foreign_keys.enforce, purpose, Scope::Nothing);
        self.foreign_keys.suspended.then(item)
    }
}

/// Violations that were not there before; rows of child table, parent table, count.
fn new_violations(before: &Rows, after: &Rows) -> Vec<ForeignKeyViolation> {
    let before: Vec<ForeignKeyViolation> = before.iter().filter_map(violation).collect();
    let known = |new: &ForeignKeyViolation| {
        let same = before
            .iter()
            .find(|old| old.table == new.table && old.parent == new.parent);
        same.map_or(0, |old| old.rows)
    };
    let new = after
        .iter()
        .filter_map(violation)
        .map(|new| ForeignKeyViolation {
            rows: new.rows.saturating_sub(known(&new)),
            ..new
        });
    new.filter(|new| new.rows > 0).collect()
}

fn violation(row: &Vec<Option<String>>) -> Option<ForeignKeyViolation> {
    match row.as_slice() {
        [Some(table), Some(parent), Some(rows)] => Some(ForeignKeyViolation {
            table: table.clone(),
            parent: parent.clone(),
            rows: rows.parse().ok()?,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_violations_that_are_new_count() {
        let rows = |rows: &[[&str; 3]]| -> Rows {
            let row = |row: &[&str; 3]| row.map(|value| Some(value.to_owned())).to_vec();
            rows.iter().map(row).collect()
        };
        let before = rows(&[["a", "b", "2"], ["c", "d", "1"]]);
        let after = rows(&[["a", "b", "5"], ["c", "d", "1"], ["e", "f", "1"]]);
        let new: Vec<String> = new_violations(&before, &after)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(new, ["3 in `a` to `b`", "1 in `e` to `f`"]);
    }
}
