//! A statement that is repeated, each time in a transaction of its own, until it changes no row.

use std::borrow::Cow;

use super::{Item, Purpose, Scope, ServerScript, Writer};
use crate::digest::ProgressHash;
use crate::plan::Step;

impl Writer<'_> {
    /// One more batch. Its note in the log changes nothing but how long the row is held.
    pub(crate) fn batch(&self, step: Step, seq: i64, index: usize) -> Vec<Item> {
        match self.sql.server() {
            Some(server) => ServerScript::new(*self, server, true).batch(step, seq, index),
            None => self.batch_in_file(step, seq, index),
        }
    }

    fn batch_in_file(&self, step: Step, seq: i64, index: usize) -> Vec<Item> {
        let scope = Scope::OutsideTransaction { seq, done: index };
        let mut items = Vec::from(self.guarded(seq, index));
        items.extend(self.rows_of_batch(step, index, scope));
        items.push(Self::commit(false, scope));
        items
    }

    /// What changes the rows and says how many there were.
    pub(super) fn rows_of_batch(&self, step: Step, index: usize, scope: Scope) -> Vec<Item> {
        let statement = step.script.statements().nth(index);
        let text = statement.and_then(|statement| statement.batch(self.database));
        let text = text.unwrap_or_default();
        let change =
            |sql: Cow<'static, str>| Item::joining(sql, Purpose::Batch(step, index), scope);
        let ask = |sql: Cow<'static, str>| Item::new(sql, Purpose::BatchRows(step, index), scope);
        match self.sql.changed_rows() {
            Some([note, question]) => {
                vec![change(text), change(note.into()), ask(question.into())]
            }
            None => vec![ask(text)],
        }
    }

    /// Holds the row for longer.
    pub(super) fn keep(&self, step: Step, seq: i64, index: usize) -> String {
        let progress = ProgressHash::of(step.script.statements().take(index));
        self.advance(seq, index, &progress.text())
    }
}
