//! What a statement does to the catalog, in terms that all dialects share.
//!
//! Changes are read from the tokens of a statement; nothing here knows what exists.

mod alter;
mod doubt;

use std::ops::Range;

use crate::catalog::{Expression, Extra, Name, Space};
use crate::names::{Query, Uses};
pub(crate) use alter::{Action, AlterTable, Dropping, Place};
pub(crate) use doubt::{Doubt, GIVEN, Given, SOUGHT};

/// One effect of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    CreateTable(Box<NewTable>),
    AlterTable(AlterTable),
    CreateIndex(Box<NewIndex>),
    CreateView(Box<NewView>),
    /// A type, sequence, routine, trigger, schema, extension.
    Create(Box<NewObject>),
    Drop(Dropped),
    /// `ALTER INDEX a RENAME TO b`, of anything but tables.
    Rename(Renamed),
    /// `ALTER TYPE t ADD VALUE`.
    AddValue(NewValue),
    /// `ALTER TYPE t RENAME VALUE a TO b`.
    RenameValue(Target, String, String),
    /// `COMMENT ON TABLE t`, or on its column.
    Comment(Target, Option<Mention>, Option<String>),
    Insert(Insert),
    Update(Update),
    /// What a statement names.
    Names(Box<Query>),
    /// A table that must exist, as in `DELETE FROM t`.
    Read(Target),
    /// A routine that must exist, as in `CALL p()`.
    Routine(Target),
    /// Where names without a schema are looked up; none when that is not known.
    SearchPath(Option<Vec<Name>>),
    /// SQLite checks foreign keys from here on, or no longer.
    Enforce(bool),
    /// A sequence belongs to a column, or to none.
    Own(Ownership),
    /// Something that cannot be followed.
    Doubt(Doubt),
}

/// A name at its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) name: Name,
    pub(crate) at: Range<usize>,
}

/// A name that may stand after that of its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) schema: Option<Mention>,
    pub(crate) name: Name,
    pub(crate) at: Range<usize>,
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) expression: Expression,
    pub(crate) at: Range<usize>,
}

/// What happens to something of that name that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// The statement fails.
    Refused,
    /// It stays, by `IF NOT EXISTS`.
    Kept,
    /// It goes, by `OR REPLACE`; of tables and indexes only in MariaDB.
    Replaced,
}

impl Existing {
    pub(crate) fn of(is_optional: bool, is_replaced: bool) -> Self {
        match (is_optional, is_replaced) {
            (true, _) => Self::Kept,
            (false, true) => Self::Replaced,
            (false, false) => Self::Refused,
        }
    }
}

/// What gives a column its values, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    None,
    /// The server, as it does for `AUTO_INCREMENT`.
    Server,
    /// A sequence that the server makes and the column owns.
    Sequence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewTable {
    pub(crate) name: Target,
    pub(crate) existing: Existing,
    pub(crate) is_temporary: bool,
    pub(crate) columns: Vec<NewColumn>,
    pub(crate) constraints: Vec<NewConstraint>,
    pub(crate) indexes: Vec<NewIndex>,
    /// The tables whose columns it has, too.
    pub(crate) models: Vec<Model>,
    /// Whether some of its columns cannot be read.
    pub(crate) is_partial: bool,
    pub(crate) extra: Extra,
    /// Whether it has columns that cannot be read here.
    pub(crate) has_other_columns: bool,
    /// What its checks and generated columns name.
    pub(crate) uses: Uses,
    /// The query that its rows and its last columns come from.
    pub(crate) query: Option<Query>,
}

/// A table whose columns another has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) table: Target,
    /// Before which of the columns that are written they stand.
    pub(crate) place: usize,
    pub(crate) kind: ModelKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ModelKind {
    /// `INHERITS`, `PARTITION OF`.
    Parent,
    /// `LIKE`, and in lower case what it says after `INCLUDING`.
    Like(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewColumn {
    pub(crate) name: Mention,
    pub(crate) data_type: String,
    /// The name of its type where that may be one of the catalog.
    pub(crate) type_name: Option<Target>,
    pub(crate) is_required: bool,
    pub(crate) default: Option<Written>,
    pub(crate) generated: Option<String>,
    pub(crate) counter: Counter,
    /// MySQL: whether it counts only where it is named.
    pub(crate) is_invisible: bool,
    pub(crate) collation: Option<Name>,
    /// The name of the sequence behind an identity, when that is said.
    pub(crate) sequence: Option<Name>,
    pub(crate) comment: Option<String>,
    pub(crate) constraints: Vec<NewConstraint>,
    pub(crate) extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewConstraint {
    pub(crate) name: Option<Mention>,
    pub(crate) rule: NewRule,
    pub(crate) at: Range<usize>,
    /// Whether it stands in the definition of its column.
    pub(crate) is_of_column: bool,
    pub(crate) extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NewRule {
    PrimaryKey(Vec<Mention>),
    Unique(Vec<Mention>),
    /// `PRIMARY KEY USING INDEX i`, or `UNIQUE`.
    UsingIndex(bool, Mention),
    Check(Written),
    Exclude(Written),
    ForeignKey(NewForeignKey),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewForeignKey {
    pub(crate) columns: Vec<Mention>,
    pub(crate) table: Target,
    pub(crate) referenced: Vec<Mention>,
    pub(crate) on_delete: String,
    pub(crate) on_update: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewIndex {
    /// None where the server makes one.
    pub(crate) name: Option<Mention>,
    pub(crate) table: Target,
    pub(crate) existing: Existing,
    pub(crate) parts: Vec<Part>,
    pub(crate) is_unique: bool,
    pub(crate) predicate: Option<Written>,
    pub(crate) method: Option<String>,
    pub(crate) include: Vec<Mention>,
    pub(crate) extra: Extra,
    /// What its expressions and its predicate name.
    pub(crate) uses: Uses,
}

/// A part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The column that it is, unless it is an expression.
    pub(crate) column: Option<Mention>,
    pub(crate) written: Written,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewView {
    pub(crate) name: Target,
    pub(crate) existing: Existing,
    pub(crate) is_temporary: bool,
    pub(crate) is_materialized: bool,
    pub(crate) columns: Option<Vec<Name>>,
    pub(crate) query: Expression,
    /// Names of tables, after `FROM` and `JOIN`.
    pub(crate) reads: Vec<Target>,
    /// All names, which may be those of tables.
    pub(crate) mentions: Vec<Target>,
    /// What its query names, if that can be read.
    pub(crate) names: Option<Query>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewObject {
    pub(crate) space: Space,
    /// In upper case, such as `SEQUENCE`.
    pub(crate) kind: String,
    pub(crate) name: Target,
    pub(crate) existing: Existing,
    pub(crate) is_temporary: bool,
    pub(crate) definition: String,
    /// The values of an enum.
    pub(crate) values: Option<Vec<String>>,
    /// The table that it belongs to.
    pub(crate) table: Option<Target>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub(crate) space: Space,
    /// In upper case, such as `MATERIALIZED VIEW`.
    pub(crate) kind: String,
    pub(crate) names: Vec<Target>,
    /// The table that it belongs to.
    pub(crate) table: Option<Target>,
    pub(crate) is_optional: bool,
    pub(crate) is_cascading: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Renamed {
    pub(crate) space: Space,
    pub(crate) kind: String,
    pub(crate) from: Target,
    pub(crate) to: Mention,
    pub(crate) table: Option<Target>,
    pub(crate) is_optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ownership {
    pub(crate) sequence: Target,
    /// The table and its column; none when it is to belong to nothing.
    pub(crate) owner: Option<(Target, Mention)>,
    pub(crate) is_optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewValue {
    pub(crate) name: Target,
    pub(crate) value: String,
    pub(crate) at: Range<usize>,
    pub(crate) is_optional: bool,
    /// The value beside which it stands, and whether it stands before it.
    pub(crate) beside: Option<(bool, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insert {
    pub(crate) table: Target,
    /// None when it names none.
    pub(crate) columns: Option<Vec<Mention>>,
    /// How many values each row has, where that is certain: the first that differs is reported.
    pub(crate) rows: Vec<(usize, Range<usize>)>,
    /// Whether a missing value is an error rather than something else, as after `INSERT IGNORE`.
    pub(crate) is_strict: bool,
    /// Constants that it inserts, as written.
    pub(crate) strings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) table: Target,
    pub(crate) columns: Vec<Mention>,
}

impl Change {
    /// Whether it says all that it does.
    pub(crate) fn is_certain(&self) -> bool {
        match self {
            Self::Doubt(doubt) => doubt.is_harmless(),
            Self::AlterTable(alter) => !alter.actions.contains(&Action::Unknown),
            Self::SearchPath(path) => path.is_some(),
            Self::CreateTable(new) => !new.has_other_columns || new.query.is_some(),
            _ => true,
        }
    }
}

impl From<Mention> for Target {
    fn from(Mention { name, at }: Mention) -> Self {
        Self {
            schema: None,
            name,
            at,
        }
    }
}

impl Target {
    pub(crate) fn schema_name(&self) -> Option<&Name> {
        self.schema.as_ref().map(|schema| &schema.name)
    }

    pub(crate) fn mention(&self) -> Mention {
        Mention {
            name: self.name.clone(),
            at: self.at.clone(),
        }
    }
}
