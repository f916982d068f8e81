//! A statement of the table.

use std::borrow::Cow;
use std::fmt;

use super::{BATCH, NUMBER, Record, WHEN};
use crate::connection::Database;

/// One statement of a script.
#[derive(Clone, Copy)]
pub struct Statement {
    pub(super) record: Record,
    pub(super) text: &'static str,
}

/// Bits of the options of a statement, beside those of [`super::recovery`].
const VERIFIES: u32 = 1 << 19;
const CALLS: u32 = 1 << 20;

impl Statement {
    /// Its text; in what a run says of it, with the values of placeholders.
    pub fn sql(&self) -> Cow<'static, str> {
        let written = self.written();
        if self.is_call() {
            return Cow::Borrowed(written);
        }
        self.record.applied(written)
    }

    /// Its text as it stands in the file.
    pub fn written(&self) -> &'static str {
        self.slice(0)
    }

    /// What stands in the file before an offset of its text.
    pub(crate) fn written_before(&self, offset: usize) -> &'static str {
        let written = self.written();
        match self.record.values {
            Some(values) => values.written_before(written, offset),
            None => written.get(..offset).unwrap_or_default(),
        }
    }

    /// The query that must be true for it to run, from `-- rungs: when(SELECT ...)`.
    pub fn when(&self) -> Option<Cow<'static, str>> {
        let query = Some(self.slice(WHEN)).filter(|query| !query.is_empty());
        query.map(|query| self.record.applied(query))
    }

    /// The line and the column at which that query begins.
    pub(crate) fn when_position(&self) -> (u32, u32) {
        let before = self.text.get(..self.record.place(WHEN));
        let before = before.unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let count = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        (
            count(before.matches('\n').count()),
            count(line.chars().count()),
        )
    }

    /// Whether it is a query that must be true when the others have run, from
    /// `-- rungs: verify(SELECT ...)`.
    pub fn is_verification(&self) -> bool {
        self.record.number(4 * NUMBER) & VERIFIES != 0
    }

    /// Whether it is the name of a function to call, from `-- rungs: call(name)`.
    pub fn is_call(&self) -> bool {
        self.record.number(4 * NUMBER) & CALLS != 0
    }

    /// One batch of it, when it is repeated until no row is left, from `-- rungs: batch(1000)`.
    pub(crate) fn batch(&self, database: Database) -> Option<Cow<'static, str>> {
        let at = self.record.place(BATCH);
        let which = match database {
            Database::Mysql => 0,
            Database::Postgres => 1,
            Database::Sqlite => 2,
        };
        let record = Record { at, ..self.record };
        (at > 0).then(|| record.applied(record.text(which * 2 * NUMBER)))
    }

    fn slice(&self, field: usize) -> &'static str {
        let range = self.record.place(field)..self.record.place(field + NUMBER);
        self.text.get(range).unwrap_or_default()
    }

    /// The line it begins on, from 1.
    pub fn line(&self) -> u32 {
        self.record.number(2 * NUMBER)
    }

    /// The column it begins at, in characters, from 1.
    pub fn column(&self) -> u32 {
        self.record.number(3 * NUMBER)
    }

    /// Whether the database refuses or ignores it in a transaction.
    pub(crate) fn is_refused_by(&self, database: Database) -> bool {
        self.record.number(4 * NUMBER) & u32::from(database.bit()) != 0
    }

    /// Whether the engine does itself what the statement asks for, so that it is not sent.
    pub(crate) fn is_taken_over_on(&self, database: Database) -> bool {
        (self.record.number(4 * NUMBER) >> 8) & u32::from(database.bit()) != 0
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Statement({}:{}: {})",
            self.line(),
            self.column(),
            self.sql()
        )
    }
}
