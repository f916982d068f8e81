//! Ways down as the log keeps them, so that a binary can roll back what it does not know.
//!
//! The text of the log is one comment, then the text of the file: people can read it and run it. The
//! comment is a table of this one migration, in the format of the table itself, so that its statements
//! are those that the macro has split, with all that it knows about them. Placeholders stay what they
//! are, as do checksum and positions; the comment has the values that the migration was applied with.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use super::{
    BATCH, MIGRATION, Migration, NUMBER, Record, SCRIPT, STATEMENT, Script, VERSION, WHEN,
};
use crate::digest;
use crate::placeholder::Values;

/// What the text begins with; the number is that of the format. Where there are placeholders, their values
/// follow, then a space.
const HEAD: &str = "-- rungs 2 ";
/// Logs outlive binaries, so a text of another layout must not be read as one of this.
const _: () = assert!(
    MIGRATION == 200 && STATEMENT == 88 && CONDITION == 64,
    "a new layout needs a new number in HEAD"
);
/// Object and existence, then schema, table and name.
const CONDITION: usize = 8 * NUMBER;
const CONDITION_NAMES: [usize; 3] = [2 * NUMBER, 4 * NUMBER, 6 * NUMBER];
/// The fields of a statement before its conditions.
const STATEMENT_FACTS: usize = 5 * NUMBER;
/// Stands for a NUL, which no database stores in a text.
pub(super) const COLUMN_END: char = '\u{1}';

/// The text for the log; none when there is no way down.
pub(crate) fn write(migration: Migration) -> Option<String> {
    Some(Stored::new(migration.down()?).finish(migration))
}

/// The migration of such a text, with its way down only; none when it is something else, or was changed.
///
/// It is kept for as long as the program runs, once for each text: everything else about migrations is
/// static, and a program rolls back what it does not know a few times at most.
pub(crate) fn read(text: &str) -> Option<Migration> {
    static KEPT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let (at, values) = head(text)?;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let data = kept.get(text).copied().unwrap_or_else(|| {
        let data: &str = text.to_owned().leak();
        kept.insert(data);
        data
    });
    let migration = Migration(Record { data, at, values });
    let down = migration.down()?;
    (digest::of_text(down.text()) == down.checksum()).then_some(migration)
}

/// Where the record of the migration begins, and the values of placeholders.
fn head(text: &str) -> Option<(usize, Option<&'static Values>)> {
    let rest = text.strip_prefix(HEAD)?;
    // No record reads as values: it begins with more digits than a name has characters.
    let values = rest
        .split_once(' ')
        .and_then(|(word, _)| Some((word.len() + 1, Values::read(word)?)));
    Some(match values {
        Some((len, values)) => (HEAD.len() + len, Some(values)),
        None => (HEAD.len(), None),
    })
}

struct Stored {
    script: Script,
    head: String,
    /// The records of the statements.
    statements: String,
    /// What the records name.
    names: String,
    /// Where the names begin.
    names_at: usize,
}

impl Stored {
    fn new(script: Script) -> Self {
        let count = script.statements().len();
        let head = match script.0.values {
            Some(values) => format!("{HEAD}{} ", values.text()),
            None => HEAD.to_owned(),
        };
        let mut stored = Self {
            script,
            statements: String::new(),
            names: String::new(),
            names_at: head.len() + MIGRATION + count * STATEMENT,
            head,
        };
        for statement in script.statements() {
            let record = statement.record;
            stored
                .statements
                .push_str(record.fields(0, STATEMENT_FACTS));
            let conditions = record.place(5 * NUMBER)..record.place(6 * NUMBER);
            let conditions: String = conditions
                .step_by(CONDITION)
                .map(|at| stored.condition(Record { at, ..record }))
                .collect();
            let conditions = stored.place(&conditions);
            let batch = stored.batch(record);
            let facts = [&*conditions, record.fields(WHEN, BATCH), &batch];
            stored.statements.push_str(&facts.concat());
        }
        stored
    }

    /// The statements of one batch, for each database.
    fn batch(&mut self, statement: Record) -> String {
        let at = statement.place(BATCH);
        if at == 0 {
            return range(0, 0);
        }
        let texts = Record { at, ..statement };
        let places = [0, 2 * NUMBER, 4 * NUMBER].map(|field| self.place(texts.text(field)));
        self.place(&places.concat())
    }

    fn condition(&mut self, record: Record) -> String {
        let names = CONDITION_NAMES.map(|field| self.place(record.text(field)));
        record.fields(0, 2 * NUMBER).to_owned() + &names.concat()
    }

    fn finish(mut self, migration: Migration) -> String {
        let (script, up) = (self.script, migration.up());
        let name = self.place(migration.name());
        let path = self.place(script.path());
        let checksum = self.place(script.checksum());
        let up_checksum = self.place(up.checksum());
        let statements_at = self.head.len() + MIGRATION;
        let statements = range(statements_at, statements_at + self.statements.len());
        let text_at = self.names_at + self.names.len() + 1;
        let text = range(text_at, text_at + script.text().len());
        let nothing = range(0, 0);
        let options = script.0.fields(8 * NUMBER, SCRIPT);
        let number = &nothing[..NUMBER];
        let up = [&*nothing, &nothing, &up_checksum, &nothing, number].concat();
        let down = [&*path, &text, &checksum, &statements, options].concat();
        let version = migration.0.fields(0, VERSION);
        let record = [version, &name, number, &nothing, &up, &down].concat();
        let Self {
            head,
            statements,
            names,
            ..
        } = self;
        format!("{head}{record}{statements}{names}\n{}", script.text())
    }

    /// Adds a text; its place, as two fields.
    fn place(&mut self, text: &str) -> String {
        let start = self.names_at + self.names.len();
        self.names.extend(text.chars().map(|character| {
            if character == '\0' {
                COLUMN_END
            } else {
                character
            }
        }));
        range(start, start + text.len())
    }
}

/// Two fields.
fn range(start: usize, end: usize) -> String {
    let mut fields = String::new();
    // Writing to a String cannot fail.
    let _ = write!(fields, "{start:08x}{end:08x}");
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_a_record() {
        let record = "0".repeat(MIGRATION) + "a=b c";
        let read = |between: &str| {
            let (at, values) = head(&format!("{HEAD}{between}{record}"))?;
            Some((at - HEAD.len(), values.map(Values::text)))
        };
        assert_eq!(read(""), Some((0, None)));
        let values = "prefix=app_,tenant=";
        let with_values = format!("{values} ");
        assert_eq!(read(&with_values), Some((with_values.len(), Some(values))));
        assert_eq!(head("-- rungs 1 0"), None);
    }
}
