//! What is known about a statement that cannot share a transaction with the log.

/// How to find out, after a crash, whether such a statement took effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Recovery {
    /// Running it twice is harmless.
    Repeat,
    /// It took effect when all of these hold; never empty.
    Probe(Vec<Condition>),
    /// Nothing that can be looked at tells.
    #[default]
    Unknown,
}

/// Something that can be seen in the catalog of a database.
///
/// Names are written as in the statement, with their quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What is looked for.
    pub object: Object,
    /// Whether it is there after the statement, or gone.
    pub exists: bool,
    /// The schema of the object, or of the table that it belongs to.
    pub schema: Option<String>,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// The name. For an object that is told by its columns these, each ended by [`COLUMN_END`].
    pub name: String,
}

/// Ends each column in the name of a condition; no database allows it in a name.
pub const COLUMN_END: char = '\0';

/// What a [`Condition`] looks for. The numbers are those of the runtime's `Object`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Object {
    /// A table.
    Table = 1,
    /// A view.
    View = 2,
    /// A column of a table.
    Column = 3,
    /// An index, of a table where that is known.
    Index = 4,
    /// An index that is also valid: PostgreSQL leaves an invalid one when building it fails.
    ValidIndex = 5,
    /// A constraint of a table.
    Constraint = 6,
    /// The primary key of a table, told by its columns; without any where only its absence counts.
    PrimaryKey = 7,
    /// An index without a name of its own, told by its columns.
    IndexOn = 8,
    /// The same for a unique one.
    UniqueIndexOn = 9,
    /// A foreign key without a name of its own, told by its columns.
    ForeignKeyOn = 10,
    /// A partition of a table.
    Partition = 11,
    /// A trigger.
    Trigger = 12,
    /// A function.
    Function = 13,
    /// A procedure.
    Procedure = 14,
    /// An event of MySQL.
    Event = 15,
    /// A sequence.
    Sequence = 16,
    /// A schema within a database.
    Schema = 17,
    /// A database; MySQL calls it a schema too.
    Database = 18,
    /// An account of MySQL, `'name'@'host'`.
    User = 19,
    /// A role.
    Role = 20,
    /// A tablespace.
    Tablespace = 21,
    /// A subscription of PostgreSQL.
    Subscription = 22,
}

/// What a statement does to the session that runs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SessionEffect {
    /// Nothing that outlives it.
    #[default]
    None,
    /// Perhaps something, beside what else it does.
    Possible,
    /// Something, and nothing else: a migration that is resumed must run it again.
    Only,
}
