//! Another run is at work: it is waited for, ended, or gone.

use super::Engine;
use super::recovery::is_yes;
use crate::connection::Rows;
use crate::database::Server;
use crate::error::Named;
use crate::event::Holder;
use crate::log::{Lease, LogEntry};
use crate::script::{Item, Purpose, Scope, Writer};

impl Engine<'_> {
    /// Whether another run is at work outside a transaction, which is waited for or ended then.
    pub(super) fn waits_for_another_run(&mut self) -> bool {
        let newest = self.outcome.entries.last().cloned();
        let held = newest.and_then(|entry| Some((entry.lease?, entry)));
        match held {
            Some((Lease::Held, entry)) => self.wait_for_holder(&entry),
            Some((Lease::Unseen, entry)) if self.lost_member != Some(entry.seq) => {
                self.ask_for_member(&entry);
            }
            Some((Lease::Stalled, entry)) => self.end_session(&entry),
            Some((Lease::Free | Lease::Unseen, _)) | None => return false,
        }
        true
    }

    fn wait_for_holder(&mut self, entry: &LogEntry) {
        // Statements that are sent apart stay so: the row may be one of this very run.
        self.pause_for(Some(&holder(entry)));
        self.read_again();
    }

    /// Asks whether the server of the session that holds a row is still in the group.
    fn ask_for_member(&mut self, entry: &LogEntry) {
        let session = entry.session.as_deref().unwrap_or_default();
        let server = self.sql.server();
        match server.and_then(|server| server.is_lost_member(session)) {
            Some(question) => {
                self.notify_waiting(Some(&holder(entry)));
                let purpose = Purpose::Member(entry.seq);
                let item = Item::new(question, purpose, Scope::Nothing);
                self.queue.push_back(item);
            }
            None => self.wait_for_holder(entry),
        }
    }

    /// The reply says whether it is not.
    pub(super) fn judge_member(&mut self, seq: i64, rows: &Rows) {
        if is_yes(rows) {
            self.lost_member = Some(seq);
            self.read_again();
        } else {
            self.look_again();
        }
    }

    /// Ends the session that has not been heard of, so that it cannot come back half-way.
    fn end_session(&mut self, entry: &LogEntry) {
        self.notify_waiting(Some(&holder(entry)));
        let session = entry.session.as_deref().unwrap_or_default();
        let server = self.sql.server();
        match server.and_then(|server| server.end_session(&self.log, entry.seq, session)) {
            Some(end) => {
                let item = Item::new(end, Purpose::EndSession, Scope::Nothing);
                self.queue.push_back(item);
            }
            None => self.look_again(),
        }
    }

    /// Another run has the lock: asks which, then waits.
    pub(super) fn lock_refused(&mut self, server: &dyn Server) {
        self.queue.clear();
        self.queue.push_back(Writer::rollback());
        self.ask_for_lock_holder(server);
    }

    pub(super) fn ask_for_lock_holder(&mut self, server: &dyn Server) -> bool {
        let holder = server.lock_holder(&self.log);
        let item = holder.map(|holder| Item::new(holder, Purpose::LockHolder, Scope::Nothing));
        let asks = item.is_some();
        self.queue.extend(item);
        asks
    }

    /// Another run had the lock of the set; the rows say which, if it still has it.
    pub(super) fn wait_for_lock_holder(&mut self, rows: Rows) {
        let holder = rows.into_iter().next().and_then(|row| {
            let mut columns = row.into_iter();
            Some(Holder {
                session: columns.next()??,
                since: columns.next()?,
                migration: None,
            })
        });
        self.waiting.is_contended = holder.is_some();
        if holder.is_some() {
            self.rest(holder.as_ref());
            self.read_again();
        } else {
            self.look_again();
        }
    }
}

/// Who has begun a migration outside a transaction.
fn holder(entry: &LogEntry) -> Holder {
    let migration = Named {
        version: entry.version,
        name: entry.name.clone(),
    };
    let session = entry.session.clone().unwrap_or_default();
    Holder {
        session: match &entry.operator {
            Some(operator) => format!("{operator} ({session})"),
            None => session,
        },
        since: Some(entry.started_at.clone()),
        migration: Some((migration, entry.statements_done)),
    }
}
