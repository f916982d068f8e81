//! The static table that `migrations!` emits.
//!
//! It is one text: the compiler takes a single literal in a fraction of the time that thousands of
//! expressions take it. Numbers in it are hexadecimal and of fixed width, so every record is found
//! by its index and nothing is decoded before it is asked for. All places are byte offsets into the
//! whole text:
//!
//! | part | fields, 8 digits each unless said otherwise |
//! |---|---|
//! | a record for each migration, by version | version (16 digits), name (start, end), irreversible, versions that it replaces (start, end; 16 digits each), up script, down script |
//! | a script in it | path (start, end), text (start, end), checksum (start, end), statements (start, end), options |
//! | a record for each statement | start and end in the text of its script, line, column, options, conditions (start, end), query that must be true for it to run (start and end in the text of its script), batch (start, end) |
//! | the texts, and among them the batches and the conditions | |
//! | a batch | the statement for MySQL (start, end), PostgreSQL (start, end), SQLite (start, end) |
//! | a condition | object, whether it is there, schema (start, end), table (start, end), name (start, end) |

mod record;
pub(crate) mod recovery;
mod statement;
pub(crate) mod stored;

pub use statement::Statement;

use std::fmt;
use std::ops::Range;

use record::Record;

use crate::connection::Database;
use crate::placeholder::{Declared, Values};
use crate::version::Version;

/// The migrations of one directory, proven at compile time: what [`migrations!`](crate::migrations) makes.
///
/// It is plain static data, so it costs nothing to have; its verbs are shortcuts for a
/// [`Migrator`](crate::Migrator) with default options.
#[derive(Clone, Copy)]
pub struct Migrations {
    data: &'static str,
    len: usize,
    databases: &'static [Database],
    state: &'static str,
    placeholders: Declared,
    values: Option<&'static Values>,
}

/// The migrations of a table, by ascending version.
#[derive(Clone, Debug)]
pub struct Iter {
    data: &'static str,
    values: Option<&'static Values>,
    rest: Range<usize>,
}

/// One migration of the table.
#[derive(Clone, Copy)]
pub struct Migration(Record);

/// One direction of a migration: the statements of one file.
#[derive(Clone, Copy)]
pub struct Script(Record);

const NUMBER: usize = 8;
const VERSION: usize = 16;
const SCRIPT: usize = 9 * NUMBER;
const STATEMENT: usize = 11 * NUMBER;
/// Where in the record of a statement its query stands, and its batch.
const WHEN: usize = 7 * NUMBER;
const BATCH: usize = 9 * NUMBER;
const NAME: usize = VERSION;
const IRREVERSIBLE: usize = NAME + 2 * NUMBER;
const REPLACES: usize = IRREVERSIBLE + NUMBER;
const UP: usize = REPLACES + 2 * NUMBER;
const DOWN: usize = UP + SCRIPT;
const MIGRATION: usize = DOWN + SCRIPT;

/// Bits of the options of a script.
const NO_TRANSACTION: u32 = 1;
const SUSPENDS_FOREIGN_KEYS: u32 = 2;

impl Migrations {
    /// A table without migrations.
    pub const EMPTY: Self = Self::new("", 0, &[], crate::digest::EMPTY_STATE);

    /// Called by the expansion of `migrations!`.
    #[doc(hidden)]
    pub const fn new(
        data: &'static str,
        len: usize,
        databases: &'static [Database],
        state: &'static str,
    ) -> Self {
        Self {
            data,
            len,
            databases,
            state,
            placeholders: Declared::new(""),
            values: None,
        }
    }

    /// Called by the expansion of `migrations!`, with the `placeholders` of what `rungs_build::encode`
    /// returns.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_placeholders(self, placeholders: &'static str) -> Self {
        Self {
            placeholders: Declared::new(placeholders),
            ..self
        }
    }

    /// A table made at run time, as tools do that read a directory of files: what `rungs_build::encode`
    /// returns, and the databases that the statements were checked for.
    ///
    /// A table lives as long as the process, so what it is made from is kept until then.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn read() -> rungs::Migrations {
    /// # mod rungs_build {
    /// #     pub struct Encoded { pub data: String, pub len: usize, pub state: String }
    /// #     pub fn encode(_: &()) -> Encoded {
    /// #         Encoded { data: String::new(), len: 0, state: rungs::Migrations::EMPTY.state().to_owned() }
    /// #     }
    /// # }
    /// # let checked = ();
    /// use rungs::{Database, Migrations};
    ///
    /// let encoded = rungs_build::encode(&checked);
    /// Migrations::from_encoded(encoded.data, encoded.len, &[Database::Sqlite], encoded.state)
    /// # }
    /// ```
    pub fn from_encoded(data: String, len: usize, databases: &[Database], state: String) -> Self {
        Self::new(data.leak(), len, databases.to_vec().leak(), state.leak())
    }

    /// The migrations, by ascending version.
    pub fn iter(&self) -> Iter {
        Iter {
            data: self.data,
            values: self.values,
            rest: 0..self.len,
        }
    }

    /// How many migrations there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The migration with this version.
    pub fn get(&self, version: Version) -> Option<Migration> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low.midpoint(high);
            let migration = Migration::at(self.data, self.values, middle);
            match migration.version().cmp(&version) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(migration),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
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

    /// The placeholders that the migrations declare, and the default of each that has one; see
    /// [`Migrator::placeholder`](crate::Migrator::placeholder).
    pub fn placeholders(
        &self,
    ) -> impl Iterator<Item = (&'static str, Option<&'static str>)> + use<> {
        self.placeholders.placeholders()
    }

    pub(crate) const fn declared(&self) -> Declared {
        self.placeholders
    }

    /// The same for a run with these values.
    pub(crate) const fn with_values(self, values: Option<&'static Values>) -> Self {
        Self { values, ..self }
    }

    /// The newest version.
    pub(crate) fn head(&self) -> Option<Version> {
        self.iter().next_back().map(|migration| migration.version())
    }
}

impl IntoIterator for &Migrations {
    type Item = Migration;
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}

impl Iterator for Iter {
    type Item = Migration;

    fn next(&mut self) -> Option<Migration> {
        self.rest
            .next()
            .map(|index| Migration::at(self.data, self.values, index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl DoubleEndedIterator for Iter {
    fn next_back(&mut self) -> Option<Migration> {
        self.rest
            .next_back()
            .map(|index| Migration::at(self.data, self.values, index))
    }
}

impl ExactSizeIterator for Iter {}

impl fmt::Debug for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Migration {
    fn at(data: &'static str, values: Option<&'static Values>, index: usize) -> Self {
        Self(Record {
            data,
            values,
            at: index * MIGRATION,
        })
    }

    /// The version.
    pub fn version(&self) -> Version {
        Version::new(self.0.version())
    }

    /// The name, such as `create_users`.
    pub fn name(&self) -> &'static str {
        self.0.text(NAME)
    }

    /// The way up.
    pub fn up(&self) -> Script {
        Script(self.0.offset(UP))
    }

    /// The way back; `None` when there is none.
    pub fn down(&self) -> Option<Script> {
        let down = Script(self.0.offset(DOWN));
        (!down.path().is_empty()).then_some(down)
    }

    /// What diesel takes as its version: the folder up to its first `_`, without dashes. None in other
    /// layouts.
    #[cfg(any(feature = "adopt", feature = "diesel-migrations"))]
    pub(crate) fn diesel_version(&self) -> Option<String> {
        let folder = self.up().path().strip_suffix("/up.sql")?;
        let folder = folder.rsplit('/').next().unwrap_or(folder);
        let version = folder.split('_').next().unwrap_or(folder);
        Some(version.replace('-', ""))
    }

    /// The versions of the migrations that it was made of, ascending, its own being the last; none
    /// unless its file says `-- rungs: replaces(1, 2)`.
    pub fn replaces(&self) -> impl DoubleEndedIterator<Item = Version> + use<> {
        let table = self.0;
        let places = table.place(REPLACES)..table.place(REPLACES + NUMBER);
        let versions = places
            .step_by(VERSION)
            .map(move |at| Record { at, ..table });
        versions.map(|record| Version::new(record.version()))
    }

    /// Whether its author marked it `-- rungs: irreversible`.
    pub fn is_irreversible(&self) -> bool {
        self.0.number(IRREVERSIBLE) != 0
    }
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version(), self.name())
    }
}

impl fmt::Debug for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Migration({self})")
    }
}

impl Script {
    /// The path of the file, relative to the package it was compiled in.
    pub fn path(&self) -> &'static str {
        self.0.text(0)
    }

    /// The text of the file, with `\n` line endings and without byte order mark.
    pub fn text(&self) -> &'static str {
        self.0.text(2 * NUMBER)
    }

    /// The name of the algorithm, a colon, the checksum of [`text`](Self::text) in hexadecimal.
    pub fn checksum(&self) -> &'static str {
        self.0.text(4 * NUMBER)
    }

    /// The statements, in order.
    pub fn statements(&self) -> impl ExactSizeIterator<Item = Statement> + use<> {
        let (record, text) = (self.0, self.text());
        let (start, end) = (self.0.place(6 * NUMBER), self.0.place(7 * NUMBER));
        (start..end).step_by(STATEMENT).map(move |at| Statement {
            record: Record { at, ..record },
            text,
        })
    }

    /// Whether it runs in one transaction on this database.
    pub fn is_transactional(&self, database: Database) -> bool {
        let options = self.0.number(8 * NUMBER);
        options & NO_TRANSACTION == 0
            && !self
                .statements()
                .any(|statement| statement.is_refused_by(database))
    }

    /// Whether SQLite must not enforce foreign keys while it runs; they are checked afterwards.
    pub(crate) fn suspends_foreign_keys(&self) -> bool {
        self.0.number(8 * NUMBER) & SUSPENDS_FOREIGN_KEYS != 0
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({})", self.path())
    }
}
