//! What the parts of one statement leave behind.

use crate::recovery::{Condition, Object, Recovery};

/// What can be seen of a statement that takes effect as a whole.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    conditions: Vec<Condition>,
    /// Whether some part cannot be seen and must not run twice.
    is_incomplete: bool,
}

impl Evidence {
    pub(super) fn of(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
            is_incomplete: false,
        }
    }

    /// A part leaves this behind.
    pub(super) fn show(&mut self, condition: Condition) {
        let is_replacement = matches!(
            condition.object,
            Object::Index | Object::Constraint | Object::PrimaryKey
        );
        if self.cancels(&condition) {
            // Dropping a key and adding one of its name can be done again and again; a column
            // would lose what was written since.
            self.is_incomplete |= !is_replacement;
        } else {
            self.conditions.push(condition);
        }
    }

    /// A part renames something.
    pub(super) fn rename(&mut self, old: Condition, new: Condition) {
        for condition in [old, new] {
            if self.cancels(&condition) {
                self.is_incomplete = true;
            } else {
                self.conditions.push(condition);
            }
        }
    }

    /// A part cannot be seen, and must not run twice.
    pub(super) const fn hide(&mut self) {
        self.is_incomplete = true;
    }

    /// What is to be done about the whole.
    pub(super) fn conclude(self) -> Recovery {
        if !self.conditions.is_empty() {
            Recovery::Probe(self.conditions)
        } else if self.is_incomplete {
            Recovery::Unknown
        } else {
            Recovery::Repeat
        }
    }

    /// Takes out the opposite of a condition: what is gone and there again was there all the time.
    fn cancels(&mut self, condition: &Condition) -> bool {
        let opposite = self.conditions.iter().position(|other| {
            other.object == condition.object
                && other.exists != condition.exists
                && is_same(other.schema.as_deref(), condition.schema.as_deref())
                && is_same(other.table.as_deref(), condition.table.as_deref())
                && (condition.object == Object::PrimaryKey
                    || is_same(Some(&other.name), Some(&condition.name)))
        });
        opposite
            .map(|index| self.conditions.remove(index))
            .is_some()
    }
}

/// Whether two names may be the same; rather too often than never.
fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => is_same_name(one, other),
        _ => true,
    }
}

/// Whether two names are the same apart from quotes and case.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.trim_matches(['"', '`', '[', ']', '\'']).to_lowercase();
    bare(one) == bare(other)
}
