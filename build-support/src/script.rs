//! One SQL file after splitting and checking.

use std::ops::Range;
use std::sync::Arc;

use crate::change::Change;
use crate::dialect::Dialect;
use crate::placeholder::Names;
use crate::recovery::{Recovery, SessionEffect};
use crate::source::SourceFile;

/// The statements of one file and what was said about them in its header.
#[derive(Clone, Debug)]
pub struct Script {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its statements in order, without a `BEGIN; ... COMMIT;` that wraps them all.
    pub statements: Vec<Statement>,
    /// What the header of the file asks for.
    pub directives: Directives,
    /// The migrations that this one was made of.
    pub replaces: Option<Replaces>,
    /// What it says about names, where placeholders are declared.
    pub names: Names,
}

/// What `-- rungs: replaces(1, 2, 4)` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// The versions, as they are listed.
    pub versions: Vec<i64>,
    /// Where they are listed, as a byte range in the text of the file.
    pub range: Range<usize>,
}

/// What the header of a file asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// Run each statement on its own, outside a transaction.
    pub no_transaction: bool,
    /// There is deliberately no way back.
    pub irreversible: bool,
}

/// One statement, or a query that must be true when all of them have run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Byte range in the text of the file: from its first token to its last, without the delimiter.
    pub range: Range<usize>,
    /// Its kind in upper case, such as `CREATE TABLE` or `INSERT`; that of a query which must be true
    /// is `VERIFY`.
    pub kind: String,
    /// What it is there for.
    pub role: Role,
    /// The query that must be true for it to run, as a byte range in the text of the file.
    pub when: Option<Range<usize>>,
    /// One batch of it, for each dialect of the set, when it is repeated until no row is left.
    pub batch: Vec<(Dialect, String)>,
    /// Whether there is an AST for it; a valid statement without one is opaque.
    pub modelled: bool,
    /// What running it inside a transaction means, for each dialect of the set in order.
    pub transaction: Vec<(Dialect, InTransaction)>,
    /// What to do about it after a crash when it ran on its own, for each dialect of the set in order.
    pub recovery: Vec<(Dialect, Recovery)>,
    /// What it does to the session that runs it.
    pub session: SessionEffect,
    /// What it changes in the catalog, for each dialect of the set in order.
    pub(crate) changes: Vec<(Dialect, Vec<Change>)>,
}

/// What a statement is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// It is run.
    #[default]
    Run,
    /// It is a query, which must be true when the others have run.
    Verify,
    /// It is the name of a function that the application registers.
    Call,
}

/// What a statement does when it stands inside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTransaction {
    /// It runs and is rolled back with the rest.
    Runs,
    /// The database refuses or ignores it there, or commits first: it must run on its own.
    Refused,
    /// SQLite's `PRAGMA foreign_keys`, which a transaction silently ignores: the runtime takes over
    /// what it asks for, so the statement itself is not sent.
    TakenOver,
}

impl Script {
    /// Whether SQLite must not enforce foreign keys while the file runs: because it says so, or because
    /// it drops a table, which with enforcement deletes the rows that refer to it.
    pub fn suspends_foreign_keys(&self, dialects: &[Dialect]) -> bool {
        let asks = |statement: &Statement| {
            statement.kind == "DROP TABLE"
                || statement.in_transaction(Dialect::Sqlite) == InTransaction::TakenOver
        };
        dialects.contains(&Dialect::Sqlite)
            && self.is_transactional(Dialect::Sqlite)
            && self.statements.iter().any(asks)
    }

    /// Whether the file runs as one transaction on this dialect.
    pub fn is_transactional(&self, dialect: Dialect) -> bool {
        !self.directives.no_transaction
            && self
                .statements
                .iter()
                .all(|statement| statement.in_transaction(dialect) != InTransaction::Refused)
    }
}

impl Statement {
    /// What it does inside a transaction of this dialect.
    pub fn in_transaction(&self, dialect: Dialect) -> InTransaction {
        let known = self.transaction.iter().find(|(of, _)| *of == dialect);
        known.map_or(InTransaction::Runs, |(_, behaviour)| *behaviour)
    }

    /// Whether all that it changes in the schema is known, so that the replay follows it.
    pub fn is_followed(&self, dialect: Dialect) -> bool {
        // What an extension brings is in doubt, but not what the statement does.
        let is_extension = self.kind == "CREATE EXTENSION";
        let are_certain = self.changes(dialect).iter().all(Change::is_certain);
        self.role != Role::Call && (is_extension || are_certain)
    }

    /// What it changes in the catalog of this dialect.
    pub(crate) fn changes(&self, dialect: Dialect) -> &[Change] {
        let known = self.changes.iter().find(|(of, _)| *of == dialect);
        known.map_or(&[], |(_, changes)| changes)
    }

    /// What to do about it on this dialect when it may have taken effect without being recorded.
    pub fn recovery(&self, dialect: Dialect) -> &Recovery {
        let known = self.recovery.iter().find(|(of, _)| *of == dialect);
        known.map_or(&Recovery::Unknown, |(_, recovery)| recovery)
    }
}
