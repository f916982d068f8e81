//! What a migration may change in its session, and how that is put back.

use crate::table::Script;

/// What a migration may change in its session.
const VARIABLES: [Variable; 11] = [
    Variable::Text("character_set_client"),
    Variable::Text("character_set_results"),
    Variable::Text("collation_connection"),
    Variable::Text("default_storage_engine"),
    Variable::Number("foreign_key_checks"),
    Variable::Number("group_concat_max_len"),
    Variable::Text("sql_mode"),
    Variable::Number("sql_notes"),
    Variable::Number("sql_safe_updates"),
    Variable::Text("time_zone"),
    Variable::Number("unique_checks"),
];
/// What rungs itself changes in it.
const LIMITS: [Variable; 3] = [
    Variable::Number("autocommit"),
    Variable::Number("innodb_lock_wait_timeout"),
    Variable::Number("lock_wait_timeout"),
];

/// A variable of the session, and which kind of value it takes.
#[derive(Clone, Copy)]
pub(super) enum Variable {
    Number(&'static str),
    Text(&'static str),
}

impl Variable {
    pub(super) fn save(self) -> String {
        let (Self::Number(name) | Self::Text(name)) = self;
        format!("@rungs_{name} = {}", self.saved())
    }

    pub(super) fn restore(self) -> String {
        let saved = self.saved();
        match self {
            Self::Number(name) => format!("SESSION {name} = CAST({saved} AS UNSIGNED)"),
            Self::Text(name) => format!("SESSION {name} = {saved}"),
        }
    }

    /// What was saved, else what is there now: an earlier run may not have put back what was there at
    /// first, and a run may stop before it has saved anything.
    fn saved(self) -> String {
        match self {
            // Beside a text MariaDB makes a flag the text `ON`, which as a number is 0.
            Self::Number(name) => {
                format!("COALESCE(@rungs_{name}, CAST(@@SESSION.{name} AS UNSIGNED))")
            }
            Self::Text(name) => format!("COALESCE(@rungs_{name}, @@SESSION.{name})"),
        }
    }

    pub(super) fn forget(self) -> String {
        let (Self::Number(name) | Self::Text(name)) = self;
        format!("@rungs_{name} = NULL")
    }
}

/// What is changed by a script, and by rungs outside a transaction.
pub(super) fn changed(script: Script, in_transaction: bool) -> impl Iterator<Item = Variable> {
    let limits = if in_transaction { &[][..] } else { &LIMITS };
    // In a transaction only what is sure to be needed: a `SET` may hide that it was rolled back.
    let may_change = script.statements().any(|statement| {
        statement.is_session() || (!in_transaction && statement.may_change_session())
    });
    let variables = if may_change { &VARIABLES[..] } else { &[] };
    limits.iter().chain(variables).copied()
}

pub(super) fn set(assignments: impl Iterator<Item = String>) -> Option<String> {
    let assignments: Vec<String> = assignments.collect();
    (!assignments.is_empty()).then(|| format!("SET {}", assignments.join(", ")))
}
