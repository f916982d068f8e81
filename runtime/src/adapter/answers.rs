//! What a server answers to several statements in one text.

use crate::connection::Rows;

/// Keeps the rows of the last statement, and counts the statements that are complete.
#[derive(Debug, Default)]
pub(super) struct Answers {
    rows: Rows,
    /// Whether the statement of these rows is complete.
    ended: bool,
    completed: usize,
}

impl Answers {
    pub(super) fn row(&mut self, row: Vec<Option<String>>) {
        self.forget_ended();
        self.rows.push(row);
    }

    pub(super) fn complete(&mut self) {
        self.forget_ended();
        self.ended = true;
        self.completed += 1;
    }

    pub(super) fn completed(&self) -> usize {
        self.completed
    }

    pub(super) fn into_rows(self) -> Rows {
        self.rows
    }

    fn forget_ended(&mut self) {
        if self.ended {
            self.rows = Rows::new();
            self.ended = false;
        }
    }
}
