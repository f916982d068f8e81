//! What to do about each error.

use super::{Error, RolledBack, StatementError};
use crate::plan::Direction;

/// What fails where a set has a schema that is not there.
pub(crate) const FIND_SCHEMA: &str = "find the schema";

impl Error {
    /// What to do about it.
    #[expect(clippy::too_many_lines, reason = "one arm for each variant")]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownTarget { nearest: Some(nearest), .. } => format!("did you mean {nearest}?"),
            Self::UnknownTarget { .. } => "`status` lists the migrations of this set".to_owned(),
            Self::AmbiguousTarget { .. } => "write more of it".to_owned(),
            Self::OutOfRange { available: 0, .. } => "`status` says where the database is".to_owned(),
            Self::OutOfRange { available, .. } => format!("ask for at most {available}, or for `head` or `base`"),
            Self::WrongDirection {
                direction: Direction::Up,
                ..
            } => {
                "to go down use `downgrade_to`; `migrate_to` goes either way".to_owned()
            }
            Self::WrongDirection { .. } => "to go up use `upgrade_to`; `migrate_to` goes either way".to_owned(),
            Self::WrongDatabase { .. } => "name the dialect in `migrations!(\"...\", dialect = ...)`".to_owned(),
            Self::DuplicateKey { .. } => "register each set once, with a key of its own".to_owned(),
            Self::UnknownKey { known, .. } if known.is_empty() => "register it first".to_owned(),
            Self::UnknownKey { known, .. } => format!("there are {}", known.join(", ")),
            Self::UnknownFunction { registered_for: None, .. } => "register it with `Migrator::function`".to_owned(),
            Self::UnknownFunction { .. } => "register one for connections of this type, and give the run a connection that \
                is owned, not borrowed"
                .to_owned(),
            Self::InvalidOption { option, expected, .. } => format!("`{option}` must be {expected}"),
            Self::Placeholder(error) => error.help(),
            Self::Changed { .. } => "restore the file and put the change into a new migration; \
                if the change does not matter, tolerate it with `Changed::Tolerate`"
                .to_owned(),
            Self::ChangedWhileInterrupted { statements_done, .. } => {
                format!("restore statements 1 to {statements_done}, which have run; what follows may be edited")
            }
            Self::Missing { version } => {
                format!("restore the file of migration {version}; what was applied must stay in the set")
            }
            Self::OutOfOrder { .. } => {
                "give it a version above those that are applied, or allow it with `OutOfOrder::Allow`".to_owned()
            }
            Self::PartlySquashed { missing, .. } => {
                let last = missing.last().map(ToString::to_string).unwrap_or_default();
                format!("start the release from before the squash, which applies those up to {last}, then this one")
            }
            Self::Ahead { .. } => "start the release that has them; while a release is being rolled out, \
                let the old one go on with `Ahead::Tolerate`; to undo them use `downgrade_to` with `stored_downs`"
                .to_owned(),
            Self::Irreversible(migration) => {
                format!("write a down script for {migration}, or restore the database from a backup")
            }
            Self::NotFailed(_) => "`upgrade` runs what is pending, `redo` what is applied".to_owned(),
            Self::NotInDoubt(_) => "run `upgrade`: what is not known yet is looked up".to_owned(),
            Self::NotAtomic { .. } => "run it without `atomic`, or in a release of its own".to_owned(),
            Self::NoTrial { .. } => "`plan` says what would run, and whether files and log agree; \
                try it on a copy of the database"
                .to_owned(),
            Self::Pending { .. } => "run `upgrade` first".to_owned(),
            #[cfg(feature = "adopt")]
            Self::Adoption(error) => error.help(),
            Self::BeforeRun { .. } => "mend that, then start again".to_owned(),
            Self::Statement(error) => error.help(),
            Self::ForeignKeys { .. } => "the migration was rolled back; let it keep, move or delete those rows".to_owned(),
            Self::Commit { path, .. } => format!("correct {path}: what it leaves violates a constraint that is checked at the commit"),
            Self::ReadOnly { .. } => "connect to the primary with a user that may write, or let an instance that does \
                start first"
                .to_owned(),
            Self::InDoubt(doubt) => format!(
                "look at the database; if the statement took effect, say so with `settle(version, Settled::Done)` or run \
                 `{}`; if it did not, with `settle(version, Settled::NotDone)` or run `{}`; then start again",
                doubt.when_done, doubt.when_not_done
            ),
            Self::Busy { .. } => "another connection holds the database; end it, or wait longer".to_owned(),
            Self::Database { doing, .. } => database(doing).to_owned(),
        }
    }
}

/// What to look at when the database does not do what rungs itself asks for.
fn database(doing: &str) -> &'static str {
    match doing {
        "begin a transaction" => {
            "end the transaction that is open on this connection, or use another connection; \
             it must be allowed to write"
        }
        "reach the database" => {
            "start again when it answers; what was under way is looked at then, and gone on with"
        }
        "read the log" => {
            "check what the connection leads to; when the log table belongs to somebody else, \
             name another with `Migrator::log_table`, and when a newer release has written it, start that one"
        }
        "make the log" => "check that the user of the connection may write and make tables",
        FIND_SCHEMA => {
            "make it, or let the first run do so with `Migrator::create_schema`; on SQLite attach the database"
        }
        "make the schema" => {
            "check that the user of the connection may make schemas, or make it before"
        }
        "write to the log" => {
            "check that the user of the connection may write, and that no migration and no trigger \
             changes the log table"
        }
        "take the lock of sqlx" => {
            "another process migrates with sqlx, or one that failed has left its lock behind: \
             end that session, or wait longer"
        }
        "commit" => {
            "nothing of this transaction was kept; where a foreign key is in the way, a migration of this run \
             leaves rows that refer to none, and `upgrade_to` one after the other finds it"
        }
        _ => "check the connection and the rights of its user",
    }
}

impl StatementError {
    fn help(&self) -> String {
        if self.waited.is_some() {
            return "another session holds a lock that it needs: end that session, or wait longer"
                .to_owned();
        }
        match self.rolled_back {
            RolledBack::Nothing { statements_done } => format!(
                "correct the statement and start again; what ran before it (statements: {statements_done}) is not repeated"
            ),
            _ => format!("correct {} and start again", self.path),
        }
    }
}
