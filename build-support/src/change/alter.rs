//! Clauses of `ALTER TABLE`.

use std::ops::Range;

use super::{Mention, NewColumn, NewConstraint, NewIndex, Target, Written};
use crate::catalog::{Extra, Name};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlterTable {
    pub(crate) table: Target,
    /// Whether it says `ALTER TABLE`, which in PostgreSQL can be any relation.
    pub(crate) kind: String,
    pub(crate) is_optional: bool,
    /// Whether tables that inherit from it stay as they are.
    pub(crate) is_only: bool,
    pub(crate) actions: Vec<Action>,
}

/// One clause of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    AddColumn {
        column: Box<NewColumn>,
        is_optional: bool,
        place: Place,
    },
    DropColumn {
        name: Mention,
        is_optional: bool,
        is_cascading: bool,
    },
    RenameColumn {
        from: Mention,
        to: Mention,
        is_optional: bool,
    },
    /// MySQL's `CHANGE` and `MODIFY`.
    Redefine {
        name: Mention,
        column: Box<NewColumn>,
        is_optional: bool,
        place: Place,
    },
    SetDefault(Mention, Option<Written>),
    SetRequired(Mention, bool),
    /// The type, its name where it may be one of the catalog, and the collation.
    SetType(Mention, String, Option<Target>, Option<Name>),
    SetGenerated(Mention, Option<String>),
    /// With what is said about the identity; none when there is to be none.
    SetCounted(Mention, Option<Extra>),
    /// A clause about a column which changes nothing that is modelled.
    TouchColumn(Mention),
    AddConstraint(NewConstraint),
    AddIndex(Box<NewIndex>),
    /// A constraint of any kind; MySQL says of which.
    DropConstraint {
        name: Mention,
        kind: Dropping,
        is_optional: bool,
        is_cascading: bool,
    },
    DropPrimaryKey(Range<usize>),
    DropIndex {
        name: Mention,
        is_optional: bool,
    },
    RenameConstraint(Mention, Mention),
    RenameIndex(Mention, Mention),
    RenameTable(Target),
    SetSchema(Mention),
    /// MySQL's options of a table, token by token; whether its columns of text take them over.
    SetOptions(Vec<String>, bool),
    /// A table becomes a partition of this one, or is none any more.
    Attach(Target, bool),
    /// Whatever else; the table is not what it was.
    Unknown,
}

/// Where a column is put.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    #[default]
    Last,
    First,
    After(Mention),
}

/// What MySQL's `DROP` speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropping {
    Any,
    ForeignKey,
    Check,
}
