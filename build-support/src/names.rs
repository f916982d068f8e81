//! What a statement names, scope by scope, in terms that all dialects share.
//!
//! It is read from the syntax of a statement; nothing here knows what exists. What cannot be read is
//! left out, so that a name that is not here says nothing.

use std::ops::Range;

use crate::catalog::Name;
use crate::change::{Mention, Target};

/// A query, or a statement that changes rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// What `WITH` makes, in order.
    pub(crate) with: Vec<Common>,
    /// Whether what `WITH` makes can be used before it ends.
    pub(crate) is_recursive: bool,
    /// One, or the parts of a `UNION` and the like.
    pub(crate) branches: Vec<Branch>,
    /// In `ORDER BY` and `LIMIT`.
    pub(crate) order: Uses,
}

/// A query that `WITH` gives a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Common {
    pub(crate) name: Name,
    pub(crate) columns: Vec<Name>,
    pub(crate) query: Query,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Branch {
    Select(Box<Select>),
    /// In parentheses.
    Query(Box<Query>),
    /// `VALUES` of so many columns.
    Rows(usize, Uses),
    Write(Box<Write>),
    /// What cannot be read.
    Unknown,
}

/// `SELECT`, or any other scope: tables, and what is named where they can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Select {
    pub(crate) sources: Vec<Source>,
    pub(crate) joins: Vec<Join>,
    /// Whether a column that several sources have can be meant: by `NATURAL` or `USING`, or because
    /// they are the same table.
    pub(crate) is_merged: bool,
    /// What it returns.
    pub(crate) items: Vec<Item>,
    /// In `WHERE` and everywhere else where only columns of the sources can be named.
    pub(crate) uses: Uses,
    /// In `GROUP BY`.
    pub(crate) groups: Uses,
    /// In `HAVING`.
    pub(crate) having: Uses,
    /// From the first item to the last.
    pub(crate) at: Range<usize>,
}

/// A change of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    /// The columns that it names of the table that is changed, the first source of its scope.
    pub(crate) columns: Vec<Mention>,
    /// The rows that an `INSERT` puts in.
    pub(crate) rows: Option<Query>,
    /// How many of the columns, from the first on, those rows are for; none when that is not known,
    /// zero for all columns of the table.
    pub(crate) filled: Option<usize>,
    /// The table, others that it is joined with, and what is named.
    pub(crate) scope: Select,
}

/// Something in `FROM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) what: What,
    pub(crate) alias: Option<Name>,
    /// New names for its first columns.
    pub(crate) columns: Vec<Name>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Table(Target),
    /// A query in parentheses, and whether it sees the sources before it.
    Query(Box<Query>, bool),
    /// A function, `JSON_TABLE` and the like, whose columns are not known.
    Call(Uses),
}

/// A condition of a join, which sees some of the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Join {
    pub(crate) sources: Range<usize>,
    pub(crate) on: Uses,
    pub(crate) using: Vec<Mention>,
}

/// One item after `SELECT` or `RETURNING`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// `*`
    All,
    /// `t.*`
    AllOf(Path),
    /// An expression.
    One(Label, Uses),
    /// Any number of columns.
    Unknown,
}

/// The name of a column that a query returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Named(Name),
    /// After `AS`.
    Aliased(Name),
    /// By no name that is a plain word.
    Nameless,
    Unknown,
}

/// What expressions name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) columns: Vec<Path>,
    /// Tables of which everything is meant, as in `count(t.*)`.
    pub(crate) tables: Vec<Path>,
    /// In casts.
    pub(crate) types: Vec<Target>,
    /// Routines that are called.
    pub(crate) calls: Vec<Target>,
    pub(crate) queries: Vec<Query>,
}

/// A column, with the names of its table and schema before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) before: Vec<Mention>,
    pub(crate) last: Mention,
    /// Whether nothing stands around it, as in `ORDER BY a`.
    pub(crate) is_alone: bool,
}

impl Uses {
    pub(crate) fn extend(&mut self, other: Self) {
        self.columns.extend(other.columns);
        self.tables.extend(other.tables);
        self.types.extend(other.types);
        self.calls.extend(other.calls);
        self.queries.extend(other.queries);
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Query {
    /// A scope on its own.
    pub(crate) fn of(select: Select) -> Self {
        Self {
            branches: vec![Branch::Select(Box::new(select))],
            ..Self::default()
        }
    }
}

impl Source {
    pub(crate) const fn table(table: Target) -> Self {
        Self {
            what: What::Table(table),
            alias: None,
            columns: Vec::new(),
        }
    }

    /// Something that has any columns.
    pub(crate) fn unknown() -> Self {
        Self {
            what: What::Call(Uses::default()),
            alias: None,
            columns: Vec::new(),
        }
    }
}
