//! Taking over a history: one transaction that reads both histories under the locks of both sides, and
//! writes a row for each migration.

use super::{Item, Purpose, Scope, Writer};
use crate::connection::Effect;
use crate::database::{NewRow, PeerLock, Server};
use crate::log::{Applied, Operation, Outcome};
use crate::table::{Migration, stored};

const SCOPE: Scope = Scope::Transaction;

/// What a command of an adoption is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdoptionStep {
    /// Asks which histories of other tools there are.
    Find,
    /// Reads one of them.
    Read,
    /// Takes the lock of the other tool, if nobody has it.
    Lock,
    /// Records a migration, which nobody else can record as well.
    Record,
}

impl AdoptionStep {
    /// Completes "cannot ...".
    pub(super) fn doing(self) -> &'static str {
        match self {
            Self::Find => "look for histories of other tools",
            Self::Read => "read the history of the other tool",
            Self::Lock => "take the lock of sqlx",
            Self::Record => "write to the log",
        }
    }

    /// Whether the rows of its command are read.
    pub(super) fn asks(self) -> bool {
        matches!(self, Self::Find | Self::Read)
    }
}

impl Writer<'_> {
    /// Up to the reading of the log, on a server.
    pub(crate) fn begin_adoption(
        &self,
        server: &dyn Server,
        lock: Option<&PeerLock>,
        creates_log: bool,
    ) -> Vec<Item> {
        let item = |sql: String, purpose, scope| Item::new(sql, purpose, scope);
        let mut items = Vec::new();
        if let Some(PeerLock::OfSession { take, .. }) = lock {
            items.push(item(
                take.clone(),
                Purpose::Adoption(AdoptionStep::Lock),
                Scope::Nothing,
            ));
        }
        let own = server.lock(self.log);
        let (before, inside) = self.make_log_on(server, creates_log, SCOPE);
        items.extend(before);
        let begin = server.begin_reading_committed();
        items.push(Item::with(
            begin,
            Effect::Begin,
            Purpose::Begin,
            Scope::Nothing,
        ));
        let limit = Purpose::Other("limit the time that locks are waited for");
        let settings = server.transaction_settings(self.options, None);
        items.extend(settings.map(|settings| item(settings, limit, SCOPE)));
        items.extend(own.map(|lock| item(lock, Purpose::Lock, SCOPE)));
        items.extend(inside);
        if let Some(PeerLock::InTransaction(take)) = lock {
            items.push(item(
                take.clone(),
                Purpose::Adoption(AdoptionStep::Lock),
                SCOPE,
            ));
        }
        let history = self.sql.history(self.log, self.options);
        items.push(item(history, Purpose::LockedHistory, SCOPE));
        items
    }

    /// A row for each migration, and the end of the transaction; `applied` is moved on to what they
    /// lead to.
    pub(crate) fn adopt(
        &self,
        migrations: impl Iterator<Item = Migration>,
        applied: &mut Applied,
    ) -> Vec<Item> {
        let mut items: Vec<Item> = migrations
            .map(|migration| {
                let row = self.adopted(migration, applied);
                // A file is sent single statements.
                match self.sql.server() {
                    Some(_) => Item::joining(row, Purpose::Adoption(AdoptionStep::Record), SCOPE),
                    None => Item::new(row, Purpose::Adoption(AdoptionStep::Record), SCOPE),
                }
            })
            .collect();
        items.push(Self::commit(false, SCOPE));
        items
    }

    fn adopted(&self, migration: Migration, applied: &mut Applied) -> String {
        let up = migration.up();
        // At the end of the numbers the log refuses the row.
        applied.newest = applied.newest.saturating_add(1);
        applied.record(migration.version(), Some(up.checksum()));
        let state = applied.state();
        let row = NewRow {
            seq: applied.newest,
            version: migration.version(),
            name: migration.name(),
            operation: Operation::Adopt,
            outcome: Outcome::Success,
            checksum: up.checksum(),
            statements_done: up.statements().len(),
            progress: None,
            state: state.as_deref(),
            operator: self.options.operator.as_deref(),
            attempts: 1,
            lease: None,
            error: None,
            down_script: stored::write(migration),
        };
        self.sql.insert(self.log, &row)
    }
}
