//! What will be emitted, as plain values.

use crate::dialect::Dialect;
use crate::placeholder::Placeholder;
use crate::script::Script;

/// The ordered migrations of one directory.
#[derive(Clone, Debug)]
pub struct Table {
    /// The dialects that every statement was checked against; never empty.
    pub dialects: Vec<Dialect>,
    /// The placeholders that stand in them.
    pub placeholders: Vec<Placeholder>,
    /// The migrations, by ascending version.
    pub migrations: Vec<Migration>,
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The number in the file name, 1 to `i64::MAX`; 0 for diesel's initial setup only.
    pub version: i64,
    /// The name in the file name, such as `create_users`; may be empty in foreign layouts.
    pub name: String,
    /// The way up.
    pub up: Script,
    /// The way back, if there is one.
    pub down: Option<Script>,
}

impl Table {
    /// The ways up, in order.
    pub fn ways_up(&self) -> Vec<&Script> {
        let migrations = self.migrations.iter();
        migrations.map(|migration| &migration.up).collect()
    }

    /// How many statements there are, in both directions.
    pub fn statement_count(&self) -> usize {
        let scripts = self
            .migrations
            .iter()
            .flat_map(|migration| std::iter::once(&migration.up).chain(&migration.down));
        scripts.map(|script| script.statements.len()).sum()
    }
}
