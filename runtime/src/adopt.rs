//! Taking over the history of another tool: which of these migrations it has applied already.
//!
//! Everything here is pure. [`tool`] knows what each tool keeps and how it computes checksums,
//! [`plan`] makes of the rows of its table what is to be recorded, and the engine reads and writes.

mod checksum;
mod error;
mod plan;
mod tool;

use std::fmt;
use std::str::FromStr;

pub(crate) use checksum::crc32;
pub use error::AdoptionError;
pub(crate) use plan::{History, find, plan, question};

use crate::error::Named;

/// A tool whose history can be taken over.
///
/// ```
/// use rungs::Tool;
///
/// assert_eq!("golang-migrate".parse(), Ok(Tool::GolangMigrate));
/// assert_eq!(Tool::SeaOrm.to_string(), "sea-orm");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tool {
    /// Atlas, `atlas migrate apply`.
    Atlas,
    /// The migrations of chancy and of its plug-ins, which are sets of their own.
    Chancy,
    /// dbmate; Rails keeps the same table.
    Dbmate,
    /// `diesel_migrations`.
    Diesel,
    /// Flyway.
    Flyway,
    /// golang-migrate.
    GolangMigrate,
    /// goose.
    Goose,
    /// Prisma Migrate.
    Prisma,
    /// refinery.
    Refinery,
    /// `sea-orm-migration`.
    SeaOrm,
    /// sqlx.
    Sqlx,
}

/// Where to look for the history that is to be taken over.
///
/// ```
/// use rungs::{Source, Tool};
///
/// let anywhere = Source::any();
/// let known = Source::from(Tool::Sqlx);
/// let renamed = Source::from(Tool::Sqlx).table("app._sqlx_migrations");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub(crate) tool: Option<Tool>,
    pub(crate) table: Option<String>,
}

/// What is taken over from another tool, or would be.
///
/// Its `Display` is a line for each migration, for people to look at before they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adoption {
    /// The tool.
    pub tool: Tool,
    /// Its table.
    pub table: String,
    /// What is recorded, by version.
    pub migrations: Vec<Adopted>,
    /// How many migrations of its history the log knows already.
    pub known: usize,
    /// What is in its history and is not recorded, as the tool calls it: repeatable migrations of
    /// Flyway, and with [`Ahead::Tolerate`](crate::Ahead) what only newer releases have.
    pub left_out: Vec<String>,
}

/// One migration that is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adopted {
    /// Which.
    pub migration: Named,
    /// What the other tool calls it, such as `m20220101_000001_users`.
    pub found_as: String,
    /// What its checksum says.
    pub check: Check,
}

/// What the checksum of another tool says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// It is that of the file, whatever its line endings are.
    Matches,
    /// It is that of another text; recorded only with [`Changed::Tolerate`](crate::Changed).
    Differs,
    /// There is none.
    None,
}

impl Tool {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Atlas,
        Self::Chancy,
        Self::Dbmate,
        Self::Diesel,
        Self::Flyway,
        Self::GolangMigrate,
        Self::Goose,
        Self::Prisma,
        Self::Refinery,
        Self::SeaOrm,
        Self::Sqlx,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Atlas => "atlas",
            Self::Chancy => "chancy",
            Self::Dbmate => "dbmate",
            Self::Diesel => "diesel",
            Self::Flyway => "flyway",
            Self::GolangMigrate => "golang-migrate",
            Self::Goose => "goose",
            Self::Prisma => "prisma",
            Self::Refinery => "refinery",
            Self::SeaOrm => "sea-orm",
            Self::Sqlx => "sqlx",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Tool {
    type Err = AdoptionError;

    fn from_str(name: &str) -> Result<Self, AdoptionError> {
        let found = Self::ALL.iter().find(|tool| tool.name() == name);
        found
            .copied()
            .ok_or_else(|| AdoptionError::UnknownTool(name.to_owned()))
    }
}

impl Source {
    /// Whatever tool has a history in this database, if it is one only.
    pub fn any() -> Self {
        Self::default()
    }

    /// The name of the table of the history, with its schema if it has one, where that is not the one
    /// that the tool uses by itself.
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }
}

impl From<Tool> for Source {
    fn from(tool: Tool) -> Self {
        Self {
            tool: Some(tool),
            table: None,
        }
    }
}

impl Adoption {
    /// Whether the log has all of it already.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }
}

impl fmt::Display for Adoption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tool, table, .. } = self;
        match self.migrations.len() {
            0 => write!(f, "nothing to take over from {tool} (table `{table}`)")?,
            1 => write!(f, "1 migration from {tool} (table `{table}`)")?,
            count => write!(f, "{count} migrations from {tool} (table `{table}`)")?,
        }
        if self.known > 0 {
            write!(f, ", {} in the log already", self.known)?;
        }
        for adopted in &self.migrations {
            write!(f, "\n{adopted}")?;
        }
        for name in &self.left_out {
            write!(f, "\n  {name}: left out")?;
        }
        Ok(())
    }
}

impl fmt::Display for Adopted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Named { version, name, .. } = &self.migration;
        write!(f, "= {version} {name}: {}", self.check)?;
        // Most tools call a migration by the number that it has here.
        if self.found_as == version.to_string() {
            return Ok(());
        }
        write!(f, ", there `{}`", self.found_as)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Matches => "checksum verified",
            Self::Differs => "checksum differs",
            Self::None => "no checksum to verify",
        })
    }
}
