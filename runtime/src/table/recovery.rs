//! What the table knows about a statement that may have taken effect without being recorded.

use std::borrow::Cow;

use super::stored::COLUMN_END;
use super::{NUMBER, Record, Statement};
use crate::connection::Database;

/// How to find out whether a statement took effect that cannot share a transaction with the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    /// Running it twice is harmless.
    Repeat,
    /// It took effect when all of these hold.
    Probe(Vec<Condition>),
    /// Nothing that can be looked at tells.
    Unknown,
}

/// Something that can be seen in the catalog of a database.
///
/// Names are written as in the statement, with their quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) object: Object,
    /// Whether it is there after the statement, or gone.
    pub(crate) exists: bool,
    /// The schema of the object, or of the table that it belongs to.
    pub(crate) schema: Option<Cow<'static, str>>,
    /// The table that it belongs to.
    pub(crate) table: Option<Cow<'static, str>>,
    /// The name; for an object that is told by its columns see [`columns`](Self::columns).
    pub(crate) name: Cow<'static, str>,
}

/// What a [`Condition`] looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Table,
    View,
    Column,
    /// Of a table where that is known.
    Index,
    /// There and valid: PostgreSQL leaves an invalid index when building it concurrently fails.
    ValidIndex,
    Constraint,
    /// Told by its columns; without any where only its absence counts.
    PrimaryKey,
    /// Any index with just these columns.
    IndexOn,
    /// Any unique index with just these columns.
    UniqueIndexOn,
    /// Any foreign key with just these columns.
    ForeignKeyOn,
    Partition,
    Trigger,
    Function,
    Procedure,
    Event,
    Sequence,
    Schema,
    /// MySQL calls it a schema too.
    Database,
    /// An account of MySQL, `'name'@'host'`.
    User,
    Role,
    Tablespace,
    Subscription,
}

/// Bits of the options of a statement, above those of the databases.
const ONLY_SESSION: u32 = 1 << 16;
const MAY_CHANGE_SESSION: u32 = 1 << 17;
const REPEATABLE: u32 = 1 << 18;

const CONDITION: usize = 8 * NUMBER;

impl Statement {
    /// What to do about it when it may have taken effect without being recorded.
    pub(crate) fn recovery(&self) -> Recovery {
        if self.has_option(REPEATABLE) {
            return Recovery::Repeat;
        }
        let (start, end) = (self.record.place(5 * NUMBER), self.record.place(6 * NUMBER));
        let records = (start..end)
            .step_by(CONDITION)
            .map(|at| Record { at, ..self.record });
        match records.map(Condition::read).collect::<Option<Vec<_>>>() {
            Some(conditions) if !conditions.is_empty() => Recovery::Probe(conditions),
            _ => Recovery::Unknown,
        }
    }

    /// Whether it may have taken effect without being recorded: it shares no transaction with the log,
    /// and what it does outlives the session.
    pub(crate) fn can_be_in_doubt(&self, database: Database) -> bool {
        self.is_refused_by(database) && !self.is_session()
    }

    /// Whether it only changes the session, so that a resumed migration must run it again.
    pub(crate) fn is_session(&self) -> bool {
        self.has_option(ONLY_SESSION)
    }

    /// Whether it may change the session, be it only as a side effect.
    pub(crate) fn may_change_session(&self) -> bool {
        self.has_option(MAY_CHANGE_SESSION)
    }

    fn has_option(&self, option: u32) -> bool {
        self.record.number(4 * NUMBER) & option != 0
    }
}

impl Condition {
    fn read(record: Record) -> Option<Self> {
        let text = |field| record.applied(record.text(field));
        let optional = |field| Some(text(field)).filter(|text| !text.is_empty());
        Some(Self {
            object: Object::numbered(record.number(0))?,
            exists: record.number(NUMBER) != 0,
            schema: optional(2 * NUMBER),
            table: optional(4 * NUMBER),
            name: text(6 * NUMBER),
        })
    }

    /// The columns that tell the object, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.name.split_terminator(['\0', COLUMN_END])
    }
}

impl Object {
    fn numbered(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::Table,
            2 => Self::View,
            3 => Self::Column,
            4 => Self::Index,
            5 => Self::ValidIndex,
            6 => Self::Constraint,
            7 => Self::PrimaryKey,
            8 => Self::IndexOn,
            9 => Self::UniqueIndexOn,
            10 => Self::ForeignKeyOn,
            11 => Self::Partition,
            12 => Self::Trigger,
            13 => Self::Function,
            14 => Self::Procedure,
            15 => Self::Event,
            16 => Self::Sequence,
            17 => Self::Schema,
            18 => Self::Database,
            19 => Self::User,
            20 => Self::Role,
            21 => Self::Tablespace,
            22 => Self::Subscription,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn a_statement_tells_how_to_recover_it() {
        let setting = statement(ONLY_SESSION | MAY_CHANGE_SESSION, &[]);
        assert_eq!(setting.recovery(), Recovery::Unknown);
        assert!(setting.is_session() && setting.may_change_session());
        let grant = statement(REPEATABLE, &[]);
        assert_eq!(grant.recovery(), Recovery::Repeat);
        assert!(!grant.is_session() && !grant.may_change_session());
    }

    #[test]
    fn conditions_are_read_in_order() {
        let conditions = [(3, true, "s", "`t`", "a"), (8, false, "", "t", "a\0`b`\0")];
        let Recovery::Probe(read) = statement(0, &conditions).recovery() else {
            unreachable!("it has conditions");
        };
        assert_eq!(read.len(), 2);
        let first = Condition {
            object: Object::Column,
            exists: true,
            schema: Some("s".into()),
            table: Some("`t`".into()),
            name: "a".into(),
        };
        assert_eq!(read[0], first);
        assert_eq!((&read[1].schema, read[1].exists), (&None, false));
        assert_eq!(read[1].columns().collect::<Vec<_>>(), ["a", "`b`"]);
    }

    /// A statement record, the names, the records of the conditions.
    fn statement(options: u32, conditions: &[(u32, bool, &str, &str, &str)]) -> Statement {
        let (mut names, mut records) = (String::new(), String::new());
        let mut put = |number: usize| write!(records, "{number:08x}").unwrap();
        for (object, exists, schema, table, name) in conditions {
            put(*object as usize);
            put(usize::from(*exists));
            for text in [schema, table, name] {
                put(7 * NUMBER + names.len());
                names += text;
                put(7 * NUMBER + names.len());
            }
        }
        let start = 7 * NUMBER + names.len();
        let end = start + records.len();
        let zeros = "0".repeat(4 * NUMBER);
        let data = format!("{zeros}{options:08x}{start:08x}{end:08x}{names}{records}").leak();
        Statement {
            record: Record {
                data,
                at: 0,
                values: None,
            },
            text: "",
        }
    }
}
