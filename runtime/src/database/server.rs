//! What only a server needs.

use super::{Fence, Log};
use crate::connection::DriverError;
use crate::migrator::Options;
use crate::table::recovery::Condition;
use crate::table::{Script, Statement};

/// What only a server needs: several runs reach it at once, from elsewhere, and may be cut off.
pub(crate) trait Server: Sync {
    /// An expression that names this session and, at its end, this run, for people and for
    /// [`Server::lease`].
    fn session(&self, log: &Log) -> String;

    /// An expression for a time that lies this far ahead.
    fn expiry(&self, lease: std::time::Duration) -> String;

    /// An expression over a row of the log: NULL unless it is `started`, else the word of
    /// [`crate::log::Lease`] that says what has become of its session.
    fn lease(&self, log: &Log, lease: std::time::Duration) -> String;

    /// Ends the session that holds a row, given what [`Server::session`] said there; the answer does
    /// not matter, and it may fail.
    fn end_session(&self, log: &Log, seq: i64, session: &str) -> Option<String>;

    /// One row of one column: `1` when the server of such a session has left the group; none where
    /// servers form no groups.
    fn is_lost_member(&self, session: &str) -> Option<String>;

    /// What a transaction sets for itself before anything else, among it the schema of the set; undone
    /// when it ends.
    fn transaction_settings(&self, options: &Options, schema: Option<&str>) -> Option<String>;

    /// What a migration outside a transaction sets for the session, undone by
    /// [`Server::restore_session`].
    fn session_settings(&self, options: &Options) -> Option<String>;

    /// Notes what a script may change in the session, with what rungs changes for it outside a
    /// transaction.
    fn save_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String>;

    /// Puts it back.
    fn restore_session(&self, script: Script, in_transaction: bool, log: &Log) -> Vec<String>;

    /// Whether what a transaction changes in the session is undone with it.
    fn rolls_back_settings(&self) -> bool;

    /// Whether this statement may succeed although the server has rolled its transaction back.
    fn may_hide_rollback(&self, statement: Statement) -> bool;

    /// Whether a commit that others follow in a message may come to nothing without an error.
    fn may_lose_commit(&self) -> bool;

    /// For a script after which an unqualified name may no longer lead where it did: the question where
    /// that is, which answers one row of one column.
    fn current_schema(&self, script: Script, log: &Log) -> Option<String>;

    /// Fails when a transaction is open.
    fn is_outside_transaction(&self) -> String;

    /// One row of one column: `1` when each statement commits by itself, else `0`; none where a
    /// session always works like that.
    fn autocommit(&self) -> Option<&'static str>;

    /// What the script's session is for the log: that of whoever began the run, until the open
    /// transaction ends.
    fn take_own_role(&self, script: Script) -> Option<&'static str>;

    /// Undoes [`Server::take_own_role`] within the transaction.
    fn take_script_role(&self, script: Script) -> Option<&'static str>;

    /// Takes the lock of the set for the open transaction, or fails when somebody has it.
    fn lock(&self, log: &Log) -> Option<String>;

    /// The name of the database that is connected to.
    #[cfg(feature = "adopt")]
    fn database_name(&self) -> &'static str;

    /// Begins a transaction each of whose readings sees what others have committed.
    #[cfg(feature = "adopt")]
    fn begin_reading_committed(&self) -> &'static str;

    /// The lock under which sqlx migrates this database.
    #[cfg(feature = "adopt")]
    fn lock_of_sqlx(&self, database: &str) -> PeerLock;

    /// Who has the lock of the set: one row of who and since when, or none.
    fn lock_holder(&self, log: &Log) -> Option<String>;

    /// Fails unless there is this row. Inside a transaction it keeps others from changing or replacing
    /// the row until the transaction ends.
    fn fence(&self, log: &Log, row: &Fence, in_transaction: bool) -> String;

    /// One row of one column: `1` when all conditions hold, else `0`; none when this database has
    /// no such objects.
    fn probe(&self, conditions: &[Condition], log: &Log) -> Option<String>;

    /// For an index that is built concurrently, when it is there: one row, `1` or `0` for whether it
    /// is valid, and the statement that drops it.
    fn index_validity(&self, condition: &Condition, log: &Log) -> Option<String>;

    /// Fails unless such an index is there and valid.
    fn index_guard(&self, condition: &Condition, log: &Log) -> Option<String>;

    /// What is put before a message so that it is recognised as one of this row and this run.
    fn tag(&self, log: &Log, seq: i64) -> String;

    /// Whether the lock, the fence or a guard failed because what it asks for is not so.
    fn is_refusal(&self, error: &DriverError) -> bool;

    /// Whether [`Server::is_outside_transaction`] failed.
    fn found_transaction(&self, error: &DriverError) -> bool;

    /// Whether a row with this key exists already.
    fn is_duplicate(&self, error: &DriverError) -> bool;

    /// Whether what cannot run in a transaction must be a message of its own.
    fn runs_alone(&self) -> bool;

    /// Whether the number of statements that an error counts as complete can be wrong: stored
    /// procedures answer more than once.
    fn miscounts(&self) -> bool;

    /// How migrations are tried and rolled back; none where a change of the schema cannot be.
    fn trial_rules(&self) -> Option<&'static TrialRules>;

    /// The byte of the statement that the error is about, where only the message says so.
    fn offset(&self, error: &DriverError, statement: &str) -> Option<usize>;
}

/// How migrations are tried in a transaction for all of them.
pub(crate) struct TrialRules {
    /// Checks what is checked at the commit, and leaves the rest of the transaction as it was.
    pub(crate) check_constraints: &'static str,
    /// Codes of errors that a migration meets only because one before it is not committed.
    pub(crate) needs_commit: &'static [&'static str],
}

/// How the lock of another tool is taken, or found taken, without waiting: both fail when it is.
#[cfg(feature = "adopt")]
#[derive(Clone, Debug)]
pub(crate) enum PeerLock {
    /// In the transaction, whose end gives it back.
    InTransaction(String),
    /// Before the transaction, and given back after it.
    OfSession { take: String, release: String },
}

/// The number from which, with the CRC-32 of a database's name, sqlx makes the key of its lock.
#[cfg(feature = "adopt")]
pub(crate) const SQLX_LOCK: i64 = 0x3d32_ad9e;
