//! Items on their way: as many as may be sent together become one command, and its reply is taken
//! apart again.

use std::collections::VecDeque;

use super::{Engine, Sharing};
use crate::connection::{Command, DriverError, Effect, Rows};
use crate::database::Server;
use crate::script::{Item, Purpose, Scope};
use crate::table::recovery::Recovery;

/// A message is not made longer than this by adding to it, in bytes: servers limit a packet.
const LARGEST: usize = 1 << 20;
/// Nor is another migration added to one that is longer than this.
const SMALL: usize = 1 << 16;

/// A command, and the items at the front of the queue that it is made of.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) command: Command,
    /// Where each item begins in the text of the command.
    pub(super) starts: Vec<usize>,
    /// How many migrations it finishes.
    finishes: usize,
    /// The function that is called instead.
    pub(super) function: Option<&'static str>,
}

impl Message {
    /// The item that an error is about, and how many before it are complete: the one whose text the
    /// database points at, else the one after those that are complete, if the driver counts them.
    fn failing(&self, error: &DriverError) -> Option<(usize, usize)> {
        if self.starts.len() == 1 {
            return Some((0, 0));
        }
        let place = error.offset;
        let after = place.map(|offset| self.starts.partition_point(|start| *start <= offset));
        let pointed_at = after.map(|after| after.saturating_sub(1));
        let failing = pointed_at.or(error.completed)?;
        Some((failing, error.completed.unwrap_or_default().min(failing)))
    }
}

impl Engine<'_> {
    /// Makes the next command, and tells of the migrations that begin with it.
    pub(super) fn compose(&mut self) -> Option<Message> {
        let count = self.joined();
        let items: Vec<&Item> = self.queue.iter().take(count).collect();
        let (first, others) = items.split_first()?;
        let is_finish = |item: &&&Item| matches!(item.purpose, Purpose::Finish(_));
        let is_asked = items.last().is_some_and(|item| item.purpose.asks());
        // A command has one answer, so how long the migrations took is not asked beside something else.
        let finishes = if is_asked {
            0
        } else {
            items.iter().filter(is_finish).count()
        };
        let told = items.iter().filter_map(|item| match item.purpose {
            Purpose::Start(step) => Some((step, None)),
            Purpose::Statement(step, index) | Purpose::Call(step, index) => {
                Some((step, Some(index)))
            }
            Purpose::BatchRows(step, index) if self.is_first_batch(item) => {
                Some((step, Some(index)))
            }
            _ => None,
        });
        let told: Vec<_> = told.collect();
        let tag = self.tag(&items);
        let function = first.function();
        let message = if others.is_empty() && (tag.is_empty() || function.is_some()) {
            Message {
                function,
                command: first.command.clone().with_answer(first.purpose.asks()),
                starts: vec![0],
                finishes,
            }
        } else {
            self.join(first, others, tag, finishes)
        };
        for (step, statement) in told {
            match statement {
                Some(index) => self.statement_started(step, index),
                None => self.start(step),
            }
        }
        Some(message)
    }

    /// How many items at the front of the queue go into one message.
    fn joined(&self) -> usize {
        let (mut length, mut finished) = (0, false);
        for (index, item) in self.queue.iter().enumerate() {
            let is_next = matches!(item.purpose, Purpose::Begin);
            let is_full = length + item.command.sql().len() > LARGEST;
            let is_enough =
                is_next && finished && (self.sharing != Sharing::Migrations || length > SMALL);
            if index > 0 && (is_full || is_enough || item.function().is_some()) {
                return index;
            }
            let is_guard = matches!(
                (&item.purpose, item.scope),
                (Purpose::Fence, Scope::Outside { .. })
            );
            if !item.joins || (self.sharing == Sharing::Nothing && !is_guard) {
                return index + 1;
            }
            finished |= matches!(item.purpose, Purpose::Finish(_));
            length += item.command.sql().len();
        }
        self.queue.len()
    }

    fn join(&self, first: &Item, others: &[&Item], tag: String, finishes: usize) -> Message {
        let mut starts = vec![tag.len()];
        let mut command = Command::new(tag + first.command.sql(), Effect::None);
        starts.extend(others.iter().map(|item| command.push(item.command.sql())));
        if finishes > 1 {
            command.push(&self.sql.durations(&self.log, finishes));
        }
        let asks = finishes > 1 || others.last().unwrap_or(&first).purpose.asks();
        Message {
            command: command.with_answer(asks),
            starts,
            finishes,
            function: None,
        }
    }

    /// What marks a message of a migration, by the row that it writes last.
    fn tag(&self, items: &[&Item]) -> String {
        let Some(server) = self.sql.server() else {
            return String::new();
        };
        let lease = items.iter().find_map(|item| item.scope.lease());
        let starts = items
            .iter()
            .filter(|item| matches!(item.purpose, Purpose::Start(_)));
        // The one that is made here, or was made by a message before this one.
        let next = i64::try_from(starts.count().max(1)).unwrap_or(i64::MAX);
        let writes = items.iter().any(|item| item.scope == Scope::Migration);
        let begun = writes.then(|| self.outcome.applied.newest.saturating_add(next));
        match lease.or(begun) {
            Some(seq) => server.tag(&self.log, seq),
            None => String::new(),
        }
    }

    /// Takes the reply to a message: what it means for each of its items.
    pub(super) fn take(&mut self, message: &Message, reply: Result<Rows, DriverError>) {
        let count = message.starts.len().min(self.queue.len());
        let mut items: Vec<Item> = self.queue.drain(..count).collect();
        match reply {
            Ok(mut rows) => {
                if message.finishes > 1 {
                    self.durations = durations(std::mem::take(&mut rows));
                }
                let last = items.pop();
                for item in items {
                    self.settle(item, Ok(Rows::new()));
                }
                if let Some(last) = last {
                    self.settle(last, Ok(rows));
                }
                self.durations.clear();
            }
            Err(error) => self.take_error(message, items, error),
        }
    }

    fn take_error(&mut self, message: &Message, mut items: Vec<Item>, mut error: DriverError) {
        let Some((failing, completed)) = message.failing(&error) else {
            return match self.found_transaction_by(&mut items, &error) {
                // Looking for it would begin with a rollback.
                Some(guard) => self.settle(guard, Err(error)),
                None => self.find_failing(&items, error),
            };
        };
        let sent = items.iter().take(failing + 1);
        let begun = sent
            .filter(|item| matches!(item.purpose, Purpose::Begin))
            .count();
        if completed == 0 && begun > 1 {
            // The text was refused as a whole, so the migrations before this one have not run.
            self.sharing = Sharing::Statements;
            return self.give_way(Scope::Migration);
        }
        if let Some(start) = message.starts.get(failing) {
            error.offset = error.offset.and_then(|offset| offset.checked_sub(*start));
        }
        let first = items.first().map_or(Scope::Nothing, |item| item.scope);
        let counted = error.completed;
        let certain = self.certainly_complete(&items, completed);
        if certain < completed {
            // Even of the end of a migration it would not be known whether it was reached.
            let rest = items.split_off(certain);
            for item in items {
                self.settle(item, Ok(Rows::new()));
            }
            return self.find_failing(&rest, error);
        }
        let mut items = items.into_iter();
        for item in items.by_ref().take(completed) {
            self.settle(item, Ok(Rows::new()));
        }
        // With more complete than there are, the failure is that of a question about durations.
        if let Some(mut item) = items.nth(failing - completed) {
            if counted == Some(0) && first.lease().is_some() {
                // Nothing of the text has run, so no more is done than before it.
                item.scope = first;
            }
            self.settle(item, Err(error));
        }
    }

    /// The guard that has failed because of the caller's transaction.
    fn found_transaction_by(&self, items: &mut Vec<Item>, error: &DriverError) -> Option<Item> {
        let server = self.sql.server()?;
        let is_guard = matches!(items.first()?.purpose, Purpose::NoTransaction);
        (is_guard && server.found_transaction(error)).then(|| items.swap_remove(0))
    }

    /// How many of the items that are counted as complete surely are: behind a statement of which it
    /// is not known what it does, such as a call of a procedure, there may be fewer of them.
    fn certainly_complete(&self, items: &[Item], completed: usize) -> usize {
        let miscounts = self.sql.server().is_some_and(Server::miscounts);
        let answers_as_it_likes = |item: &Item| match item.purpose {
            Purpose::Statement(step, index) => {
                let statement = step.script.statements().nth(index);
                statement.is_some_and(|statement| {
                    statement.can_be_in_doubt(self.database)
                        && statement.recovery() == Recovery::Unknown
                })
            }
            _ => false,
        };
        let doubtful = items.iter().take(completed).position(answers_as_it_likes);
        doubtful.filter(|_| miscounts).unwrap_or(completed)
    }

    /// The driver does not say which statement of a message failed: asks the log, where what ran is
    /// kept, or runs one after the other what was rolled back as a whole.
    fn find_failing(&mut self, items: &[Item], error: DriverError) {
        let error = DriverError {
            completed: None,
            ..error
        };
        let starts = items.iter().find_map(|item| match item.purpose {
            Purpose::Start(step) => Some((step, self.outcome.applied.newest.saturating_add(1))),
            _ => None,
        });
        let saved = items.iter().find_map(|item| match item.purpose {
            Purpose::SaveSession(step) => Some(step),
            _ => None,
        });
        // When it was not reached, putting it back changes nothing.
        self.changed_session = self.changed_session.or(saved);
        let server = self.sql.server();
        let miscounts = server.is_some_and(Server::miscounts);
        match starts.or(self.claimed) {
            Some((step, seq)) if miscounts => self.inspect(step, seq, error),
            _ => self.send_apart(),
        }
    }

    /// Lets the statements of a migration go together again.
    pub(super) fn share_again(&mut self) {
        self.sharing = self.sharing.max(Sharing::Statements);
    }

    /// Begins again with each statement in a message of its own.
    pub(super) fn send_apart(&mut self) {
        self.sharing = Sharing::Nothing;
        self.give_way(Scope::Migration);
    }

    /// Goes on like that with a migration outside a transaction, whose row stays.
    pub(super) fn send_the_rest_apart(&mut self) {
        self.sharing = Sharing::Nothing;
        self.give_way(Scope::Nothing);
    }
}

/// From newest to oldest in the reply; from oldest to newest here.
fn durations(rows: Rows) -> VecDeque<u64> {
    let number = |row: Vec<Option<String>>| row.into_iter().next().flatten()?.parse().ok();
    rows.into_iter().rev().filter_map(number).collect()
}
