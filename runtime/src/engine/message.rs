//! Items on their way: as many as may be sent together become one command, and its reply is taken
//! apart again.

use std::collections::VecDeque;

use super::Engine;
use crate::connection::{Command, DriverError, Effect, Rows};
use crate::script::{Item, Purpose, Scope};

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
}

impl Message {
    /// The item that an error is about: the one whose text the database points at, else the one after
    /// those that are complete.
    fn failing(&self, error: &DriverError) -> usize {
        let place = error.offset.filter(|_| self.starts.len() > 1);
        let pointed_at = place.map(|offset| self.starts.partition_point(|start| *start <= offset));
        pointed_at.map_or(error.completed, |after| after.saturating_sub(1))
    }
}

impl Engine<'_> {
    /// Makes the next command, and tells of the migrations that begin with it.
    pub(super) fn compose(&mut self) -> Option<Message> {
        let count = self.joined();
        let items: Vec<&Item> = self.queue.iter().take(count).collect();
        let (first, others) = items.split_first()?;
        let is_finish = |item: &&&Item| matches!(item.purpose, Purpose::Finish(_));
        let finishes = items.iter().filter(is_finish).count();
        let starting = items.iter().filter_map(|item| match item.purpose {
            Purpose::Start(step) => Some(step),
            _ => None,
        });
        let starting: Vec<_> = starting.collect();
        let tag = self.tag(first.scope);
        let message = if others.is_empty() && tag.is_empty() {
            Message {
                command: first.command.clone(),
                starts: vec![0],
                finishes,
            }
        } else {
            self.join(first, others, tag, finishes)
        };
        for step in starting {
            self.start(step);
        }
        Some(message)
    }

    /// How many items at the front of the queue go into one message.
    fn joined(&self) -> usize {
        let (mut length, mut finished) = (0, false);
        for (index, item) in self.queue.iter().enumerate() {
            let is_next = matches!(item.purpose, Purpose::Begin);
            let is_full = length + item.command.sql().len() > LARGEST;
            let is_enough = is_next && finished && (self.one_by_one || length > SMALL);
            if index > 0 && (is_full || is_enough) {
                return index;
            }
            if !item.joins {
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
        Message {
            command,
            starts,
            finishes,
        }
    }

    /// What marks a message of a migration outside a transaction.
    fn tag(&self, scope: Scope) -> String {
        match (self.sql.server(), scope) {
            (Some(server), Scope::Outside { seq, .. } | Scope::OutsideTransaction { seq, .. }) => {
                server.tag(&self.log, seq)
            }
            _ => String::new(),
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

    fn take_error(&mut self, message: &Message, items: Vec<Item>, mut error: DriverError) {
        let failing = message.failing(&error);
        let completed = error.completed.min(failing);
        let is_later = |item: &Item| matches!(item.purpose, Purpose::Begin);
        if completed == 0
            && items
                .iter()
                .take(failing + 1)
                .filter(|item| is_later(item))
                .count()
                > 1
        {
            // The text was refused as a whole, so the migrations before this one have not run.
            self.one_by_one = true;
            return self.look_again();
        }
        if let Some(start) = message.starts.get(failing) {
            error.offset = error.offset.and_then(|offset| offset.checked_sub(*start));
        }
        let mut items = items.into_iter();
        for item in items.by_ref().take(completed) {
            self.settle(item, Ok(Rows::new()));
        }
        // With more complete than there are, the failure is that of a question about durations.
        if let Some(item) = items.nth(failing - completed) {
            self.settle(item, Err(error));
        }
    }
}

/// From newest to oldest in the reply; from oldest to newest here.
fn durations(rows: Rows) -> VecDeque<u64> {
    let number = |row: Vec<Option<String>>| row.into_iter().next().flatten()?.parse().ok();
    rows.into_iter().rev().filter_map(number).collect()
}
