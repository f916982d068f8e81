//! The static table that `migrations!` emits: data only.

use std::fmt;

use crate::connection::Database;
use crate::version::Version;

/// The migrations of one directory, proven at compile time: what [`migrations!`](crate::migrations) makes.
///
/// It is plain static data, so it costs nothing to have; its verbs are shortcuts for a
/// [`Migrator`](crate::Migrator) with default options.
#[derive(Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "there is no better word")]
pub struct Migrations {
    migrations: &'static [Migration],
    databases: &'static [Database],
    state: &'static str,
}

/// One migration.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    version: Version,
    name: &'static str,
    up: Script,
    down: Option<Script>,
    irreversible: bool,
}

/// One direction of a migration: the statements of one file.
#[derive(Clone, Copy)]
pub struct Script {
    path: &'static str,
    text: &'static str,
    checksum: &'static str,
    statements: &'static [Statement],
    options: ScriptOptions,
}

/// How a script wants to be run.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ScriptOptions {
    /// The file asks to run outside a transaction.
    pub no_transaction: bool,
    /// On SQLite, foreign keys are not enforced while it runs and checked afterwards.
    pub suspends_foreign_keys: bool,
}

/// Where a statement is in its file, and what it does inside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    transaction: InTransaction,
}

/// What a statement does inside a transaction, a bit for each database.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InTransaction {
    /// Databases that refuse or ignore it there.
    pub refused: u8,
    /// Databases whose engine does itself what the statement asks for, so that it is not sent.
    pub taken_over: u8,
}

impl Migrations {
    /// A table without migrations.
    pub const EMPTY: Self = Self {
        migrations: &[],
        databases: &[],
        state: crate::digest::EMPTY_STATE,
    };

    /// Called by the expansion of `migrations!`.
    #[doc(hidden)]
    pub const fn new(
        migrations: &'static [Migration],
        databases: &'static [Database],
        state: &'static str,
    ) -> Self {
        Self {
            migrations,
            databases,
            state,
        }
    }

    /// The migrations, by ascending version.
    pub fn iter(&self) -> std::slice::Iter<'static, Migration> {
        self.migrations.iter()
    }

    /// How many migrations there are.
    pub const fn len(&self) -> usize {
        self.migrations.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }

    /// The migration with this version.
    pub fn get(&self, version: Version) -> Option<&'static Migration> {
        let found = self
            .migrations
            .binary_search_by_key(&version, |migration| migration.version);
        found.ok().and_then(|index| self.migrations.get(index))
    }

    /// The databases that every statement was checked for at compile time.
    pub const fn databases(&self) -> &'static [Database] {
        self.databases
    }

    /// The digest of a database on which all of these migrations are applied.
    ///
    /// `sha256:` and the SHA-256, in hexadecimal, of one line for each migration by ascending
    /// version: the version, a space, the checksum of the up script, a line feed.
    pub const fn state(&self) -> &'static str {
        self.state
    }
}

impl IntoIterator for &Migrations {
    type Item = &'static Migration;
    type IntoIter = std::slice::Iter<'static, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(Migration::to_string))
            .finish()
    }
}

impl Migration {
    /// Called by the expansion of `migrations!`.
    #[doc(hidden)]
    pub const fn new(
        version: i64,
        name: &'static str,
        up: Script,
        down: Option<Script>,
        irreversible: bool,
    ) -> Self {
        Self {
            version: Version::new(version),
            name,
            up,
            down,
            irreversible,
        }
    }

    /// The version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The name, such as `create_users`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The way up.
    pub const fn up(&self) -> &Script {
        &self.up
    }

    /// The way back; `None` when it was not written or the migration is marked irreversible.
    pub const fn down(&self) -> Option<&Script> {
        if self.irreversible {
            None
        } else {
            self.down.as_ref()
        }
    }

    /// Whether its author marked it `-- rungs: irreversible`.
    pub const fn is_irreversible(&self) -> bool {
        self.irreversible
    }
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.name)
    }
}

impl Script {
    /// Called by the expansion of `migrations!`.
    #[doc(hidden)]
    pub const fn new(
        path: &'static str,
        text: &'static str,
        checksum: &'static str,
        statements: &'static [Statement],
        options: ScriptOptions,
    ) -> Self {
        Self {
            path,
            text,
            checksum,
            statements,
            options,
        }
    }

    /// The path of the file, relative to the package it was compiled in.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The text of the file, with `\n` line endings and without byte order mark.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// The name of the algorithm, a colon, the checksum of [`text`](Self::text) in hexadecimal.
    pub const fn checksum(&self) -> &'static str {
        self.checksum
    }

    /// The statements, in order.
    pub const fn statements(&self) -> &'static [Statement] {
        self.statements
    }

    /// The text of one of its statements.
    pub fn sql(&self, statement: &Statement) -> &'static str {
        self.text
            .get(statement.start as usize..statement.end as usize)
            .unwrap_or_default()
    }

    /// Whether it runs in one transaction on this database.
    pub fn is_transactional(&self, database: Database) -> bool {
        !self.options.no_transaction
            && !self
                .statements
                .iter()
                .any(|statement| statement.is_refused_by(database))
    }

    pub(crate) const fn suspends_foreign_keys(&self) -> bool {
        self.options.suspends_foreign_keys
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statements = self.statements.len();
        f.debug_struct("Script")
            .field("path", &self.path)
            .field("statements", &statements)
            .finish_non_exhaustive()
    }
}

impl Statement {
    /// Called by the expansion of `migrations!`.
    #[doc(hidden)]
    pub const fn new(
        start: u32,
        end: u32,
        line: u32,
        column: u32,
        transaction: InTransaction,
    ) -> Self {
        Self {
            start,
            end,
            line,
            column,
            transaction,
        }
    }

    /// The line it begins on, from 1.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The column it begins at, in characters, from 1.
    pub const fn column(&self) -> u32 {
        self.column
    }

    pub(crate) const fn is_refused_by(&self, database: Database) -> bool {
        self.transaction.refused & database.bit() != 0
    }

    pub(crate) const fn is_taken_over_on(&self, database: Database) -> bool {
        self.transaction.taken_over & database.bit() != 0
    }
}
