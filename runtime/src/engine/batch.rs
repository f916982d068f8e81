//! Statements that are repeated until they change no row.

use super::Engine;
use crate::connection::Rows;
use crate::event::Event;
use crate::plan::Step;
use crate::script::{Item, Scope};

/// A statement that changes its rows in batches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batches {
    step: Step,
    seq: i64,
    index: usize,
    /// How many rows it has changed.
    total: u64,
    /// Whether the last batch changed any.
    goes_on: bool,
}

impl Engine<'_> {
    /// A batch has changed its rows; the transaction of it is still to be committed.
    pub(super) fn batch_done(&mut self, step: Step, index: usize, scope: Scope, rows: &Rows) {
        let Some(seq) = scope.lease() else { return };
        // A row with the number of them, or a row with a 1 for each.
        let number = |row: &Vec<Option<String>>| row.first()?.as_deref()?.parse::<u64>().ok();
        let changed: u64 = rows.iter().filter_map(number).sum();
        let before = self.batches.filter(|it| (it.seq, it.index) == (seq, index));
        let total = before.map_or(0, |it| it.total) + changed;
        self.batches = Some(Batches {
            step,
            seq,
            index,
            total,
            goes_on: changed > 0,
        });
        self.notify(&Event::BatchDone {
            migration: step.migration,
            done: index,
            rows: changed,
            total,
        });
        if changed == 0 {
            self.statement_done(step, index);
        }
    }

    /// Whether this is the first batch of its statement.
    pub(super) fn is_first_batch(&self, item: &Item) -> bool {
        let Scope::OutsideTransaction { seq, done } = item.scope else {
            return true;
        };
        let of_same = |it: &Batches| (it.seq, it.index) == (seq, done);
        !self.batches.as_ref().is_some_and(of_same)
    }

    /// A transaction is committed: after one of a batch comes the next.
    pub(super) fn next_batch(&mut self, scope: Scope) {
        let goes_on = |it: &&mut Batches| it.goes_on && Some(it.seq) == scope.lease();
        let Some(batches) = self.batches.as_mut().filter(goes_on) else {
            return;
        };
        batches.goes_on = false;
        let Batches {
            step, seq, index, ..
        } = *batches;
        let items = self.writer().batch(step, seq, index);
        for item in items.into_iter().rev() {
            self.queue.push_front(item);
        }
        self.pause = Some(self.options.batch_pause);
    }
}
