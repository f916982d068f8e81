//! What statements about the log are made of.

use std::borrow::Cow;

use crate::log::{Operation, Outcome};
use crate::table::recovery::Condition;
use crate::version::Version;

/// Which rows of which table.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// The schema of the set, if it has one of its own.
    pub(crate) schema: Option<String>,
    /// Where the session was when that was asked: there is the log of a set without a schema.
    pub(crate) place: Option<String>,
    /// The name of the table.
    pub(crate) table: String,
    /// The key of the migration set.
    pub(crate) key: String,
    /// What tells this run from all others, as `run` and 16 hexadecimal digits.
    pub(crate) run: String,
}

impl Log {
    /// Where the log is, when that is not where an unqualified name leads.
    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref().or(self.place.as_deref())
    }

    /// Conditions on what is in the schema of the set, unless a statement has named another.
    pub(crate) fn located(&self, conditions: &[Condition]) -> Vec<Condition> {
        let located = |condition: &Condition| Condition {
            schema: condition
                .schema
                .clone()
                .or_else(|| self.schema.clone().map(Cow::Owned)),
            ..condition.clone()
        };
        conditions.iter().map(located).collect()
    }
}

/// A row to add.
#[derive(Debug)]
pub(crate) struct NewRow<'a> {
    pub(crate) seq: i64,
    pub(crate) version: Version,
    pub(crate) name: &'a str,
    pub(crate) operation: Operation,
    pub(crate) outcome: Outcome,
    pub(crate) checksum: &'a str,
    pub(crate) statements_done: usize,
    pub(crate) progress: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) operator: Option<&'a str>,
    pub(crate) attempts: i64,
    /// For how long a `started` row is held.
    pub(crate) lease: Option<std::time::Duration>,
    pub(crate) error: Option<&'a str>,
    pub(crate) down_script: Option<String>,
}

/// How far a migration outside a transaction has come.
#[derive(Debug)]
pub(crate) struct Advance<'a> {
    pub(crate) statements_done: usize,
    pub(crate) progress: &'a str,
    pub(crate) lease: std::time::Duration,
}

/// What a row is to be like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fence {
    pub(crate) seq: i64,
    pub(crate) outcome: Outcome,
    pub(crate) statements_done: usize,
    /// Whether this run has written it. On a cluster another one may have, with the same number,
    /// where a commit has come to nothing.
    pub(crate) is_ours: bool,
    /// Whether it is to be the newest one, too.
    pub(crate) is_newest: bool,
}

/// How a `started` row ends.
#[derive(Debug)]
pub(crate) struct End<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) state: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) attempts: i64,
}

/// How foreign keys are suspended outside a transaction and checked inside one.
#[derive(Debug)]
pub(crate) struct ForeignKeys {
    /// One row: `1` when they are enforced.
    pub(crate) query: &'static str,
    pub(crate) suspend: &'static str,
    pub(crate) enforce: &'static str,
    /// A row for each pair of tables: the one that refers, the other, how many rows do in vain.
    pub(crate) violations: fn(&Log) -> Cow<'static, str>,
}
