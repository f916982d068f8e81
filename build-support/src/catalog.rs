//! What a database holds, as plain values: two catalogs are equal when nothing tells them apart.

mod compare;
mod diff;
mod name;
mod normal;
mod show;
pub(crate) mod signature;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

pub use compare::compare;
pub use diff::{Difference, diff};
pub use name::Name;
pub(crate) use name::shortened;
pub use normal::normal;
pub use show::sql;

use crate::source::{Position, SourceFile};

/// The objects of a database by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Each object under its name.
    pub objects: BTreeMap<Key, Arc<Object>>,
}

/// What tells an object from all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Where its name must differ from other names.
    pub space: Space,
    /// The schema: `public`, `main`, or empty for the database itself.
    pub schema: Name,
    /// The name; that of a trigger or policy which belongs to a table has the table before it.
    pub name: Name,
}

/// Things of one space cannot share a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Schemas.
    Schema,
    /// Extensions.
    Extension,
    /// Types.
    Type,
    /// Tables, views, sequences, and on PostgreSQL and SQLite indexes.
    Relation,
    /// Functions and procedures.
    Routine,
    /// Triggers.
    Trigger,
    /// Policies of rows.
    Policy,
    /// Columns, which live in their tables: only what was dropped is found here.
    Column,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A table.
    Table(Table),
    /// An index, which its table describes.
    Index(IndexOf),
    /// A view.
    View(View),
    /// An enum, domain or other type.
    Type(Type),
    /// Anything else: what it was made from.
    Other(Other),
}

/// The table that an index belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexOf {
    /// Its key.
    pub table: Key,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Keys, checks and references.
    pub constraints: Vec<Constraint>,
    /// Its indexes, those of keys excluded.
    pub indexes: Vec<Index>,
    /// PostgreSQL: the tables that it is a partition or a child of.
    pub parents: Vec<Key>,
    /// Whether it may have columns and constraints that are not known.
    pub is_partial: bool,
    /// Whether it may have columns that are not known.
    pub has_other_columns: bool,
    /// Whether it is gone with the session.
    pub is_temporary: bool,
    /// What was said about it.
    pub comment: Option<String>,
    /// What stands behind its parentheses.
    pub extra: Extra,
    /// Where it was made.
    pub origin: Origin,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type in the server's own words; empty for none.
    pub data_type: String,
    /// The type of the catalog that it has.
    pub made_type: Option<Key>,
    /// Whether it refuses NULL.
    pub is_required: bool,
    /// Its default, as it is written.
    pub default: Option<String>,
    /// How it is computed: `stored (a + b)`.
    pub generated: Option<String>,
    /// Whether the server counts it up: identity, serial or auto increment.
    pub is_counted: bool,
    /// MySQL: whether it counts only where it is named.
    pub is_invisible: bool,
    /// Its collation.
    pub collation: Option<Name>,
    /// What was said about it.
    pub comment: Option<String>,
    /// What else stands in its definition.
    pub extra: Extra,
    /// Where it was made.
    pub origin: Origin,
}

/// A rule of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Its name, given or made by the server; none where it has none.
    pub name: Option<Name>,
    /// What it asks for.
    pub rule: Rule,
    /// Whether it stands in the definition of its column.
    pub is_inline: bool,
    /// What stands behind it, such as `deferrable`.
    pub extra: Extra,
    /// Where it was made.
    pub origin: Origin,
}

/// What a constraint asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The primary key.
    PrimaryKey(Vec<Name>),
    /// No two rows are equal in these columns.
    Unique(Vec<Name>),
    /// An expression is not false.
    Check(Expression),
    /// What is not allowed together.
    Exclude(Expression),
    /// Values are those of another table.
    ForeignKey(ForeignKey),
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns.
    pub columns: Vec<Name>,
    /// The table they refer to.
    pub table: Key,
    /// The columns there; empty for its primary key.
    pub referenced: Vec<Name>,
    /// What happens to rows when theirs is deleted, in upper case; empty for the default.
    pub on_delete: String,
    /// What happens to rows when theirs is changed.
    pub on_update: String,
}

/// An expression as tokens, and the words in it that may be names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// Its tokens, in lower case but for quoted ones, with one space between them.
    pub text: String,
    /// Words in it, which may name columns.
    pub words: BTreeSet<Name>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// Its parts, a column or an expression each, with order and the like.
    pub parts: Vec<Expression>,
    /// Whether all of its parts are columns, without a predicate.
    pub is_plain: bool,
    /// Whether no two rows may be equal in it.
    pub is_unique: bool,
    /// The rows that it holds.
    pub predicate: Option<Expression>,
    /// How it is built, when that is said.
    pub method: Option<String>,
    /// Further columns in it.
    pub include: Vec<Name>,
    /// MySQL: whether it was made for a foreign key, so that it gives way to a better one.
    pub is_implicit: bool,
    /// What else stands behind its parts.
    pub extra: Extra,
    /// Where it was made.
    pub origin: Origin,
}

/// A view or a materialised view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Whether it keeps its rows.
    pub is_materialized: bool,
    /// Its query as tokens.
    pub query: String,
    /// What the query reads for certain.
    pub reads: BTreeSet<Key>,
    /// What its words may mean as well.
    pub mentions: BTreeSet<Key>,
    /// All words of the query: a column that is none of them is not used.
    pub words: BTreeSet<Name>,
    /// Its columns, when they are known for certain.
    pub columns: Option<Vec<Name>>,
    /// The columns of tables and views that it certainly uses.
    pub uses: BTreeSet<(Key, Name)>,
    /// Where it was made.
    pub origin: Origin,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// What kind of type.
    pub kind: TypeKind,
    /// Where it was made.
    pub origin: Origin,
}

/// The kinds of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// One of these values, in order.
    Enum(Vec<String>),
    /// Any other, as it is written.
    Other(String),
}

/// A sequence, routine, trigger, schema or the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// What it is, in upper case, such as `SEQUENCE`.
    pub kind: String,
    /// What it was made from, without its name.
    pub definition: String,
    /// What it cannot be without: the table of a trigger, the owner of a sequence.
    pub owner: Option<Key>,
    /// The column of that table which it cannot be without.
    pub column: Option<Name>,
    /// Where it was made.
    pub origin: Origin,
}

/// What a definition says beyond what is modelled, as tokens: options of a table, how a column is stored,
/// when a constraint is checked.
///
/// It is kept for whoever writes the definition again. All are equal, because each server shows them in
/// ways of its own.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// One option each.
    pub options: Vec<String>,
}

/// Where something was made. It is no part of what it is, so that all origins are equal.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The name in its text.
    pub range: Range<usize>,
}

impl Origin {
    /// For people: `migrations/0001_users.up.sql:3`.
    pub fn place(&self) -> String {
        let Position { line, .. } = self.file.position(self.range.start);
        format!("{}:{line}", self.file.path)
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl PartialEq for Extra {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Extra {}

impl Object {
    /// What it is called in messages.
    pub fn kind(&self) -> &str {
        match self {
            Self::Table(_) => "table",
            Self::Index(_) => "index",
            Self::View(view) if view.is_materialized => "materialized view",
            Self::View(_) => "view",
            Self::Type(_) => "type",
            Self::Other(other) => &other.kind,
        }
    }

    /// Where it was made.
    pub const fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Table(table) => Some(&table.origin),
            Self::Index(_) => None,
            Self::View(view) => Some(&view.origin),
            Self::Type(made) => Some(&made.origin),
            Self::Other(other) => Some(&other.origin),
        }
    }
}

impl Column {
    /// A column that a query returns.
    pub(crate) fn of_query(name: Name, origin: Origin) -> Self {
        Self {
            name,
            data_type: String::new(),
            made_type: None,
            is_required: false,
            default: None,
            generated: None,
            is_counted: false,
            is_invisible: false,
            collation: None,
            comment: None,
            extra: Extra::default(),
            origin,
        }
    }
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The index of this name.
    pub fn index(&self, name: &Name) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == *name)
    }

    /// The constraint of this name.
    pub fn constraint(&self, name: &Name) -> Option<&Constraint> {
        let is_it = |it: &&Constraint| it.name.as_ref() == Some(name);
        self.constraints.iter().find(is_it)
    }

    /// The columns of the primary key; none without one.
    pub fn primary_key(&self) -> Option<&[Name]> {
        self.constraints.iter().find_map(|it| match &it.rule {
            Rule::PrimaryKey(columns) => Some(columns.as_slice()),
            _ => None,
        })
    }
}

impl Rule {
    /// The columns of its own table that it cannot be without.
    pub fn columns(&self) -> &[Name] {
        match self {
            Self::PrimaryKey(columns) | Self::Unique(columns) => columns,
            Self::ForeignKey(key) => &key.columns,
            Self::Check(_) | Self::Exclude(_) => &[],
        }
    }

    /// Whether it uses a column; an expression uses what it mentions.
    pub fn uses(&self, column: &Name) -> bool {
        match self {
            Self::Check(expression) | Self::Exclude(expression) => {
                expression.words.contains(column)
            }
            _ => self.columns().contains(column),
        }
    }
}
