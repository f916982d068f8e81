//! Foreign keys, where a migration cannot suspend them itself: SQLite ignores the wish inside a
//! transaction, and dropping a table deletes the rows that refer to it.

use super::Engine;
use super::failure::new_violations;
use crate::connection::Rows;
use crate::error::{Error, Named};
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
        let mut steps = self.inside_steps(plan).iter();
        steps.any(|step| step.script.suspends_foreign_keys())
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
        let new = new_violations(&self.foreign_keys.before, rows);
        if new.is_empty() {
            return;
        }
        let (migration, path) = (Named::from(step.migration), step.script.path());
        self.abort(
            Error::ForeignKeys {
                migration,
                path,
                violations: new,
            },
            Scope::Migration,
            Some(step),
        );
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
