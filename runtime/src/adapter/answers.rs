//! What a server answers to several statements in one text.

use crate::connection::{DriverError, Rows};

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

    /// The rows when all was read; else the error, with how many statements were complete before it.
    pub(super) fn end(self, result: Result<(), DriverError>) -> Result<Rows, DriverError> {
        match result {
            Ok(()) => Ok(self.rows),
            Err(error) => Err(error.completed(self.completed)),
        }
    }

    fn forget_ended(&mut self) {
        if self.ended {
            self.rows = Rows::new();
            self.ended = false;
        }
    }
}
