//! The tables of migrations that workers apply.

mod hundred;
mod indexes;
mod kill;
mod long;
mod ten;

use clap::ValueEnum;
use rungs::{Database, Migrations};

/// A table of migrations, written for each family of databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// All kinds of statements, several of them slow, and counters that tell how often each ran.
    Kill,
    /// A hundred small migrations.
    Hundred,
    /// One migration of ten statements that each alter a table of their own.
    Ten,
    /// One index that is built concurrently, on a table that is there.
    Index,
    /// A migration in a transaction and one outside, each with a statement of some seconds.
    Long,
}

pub use ten::{STATEMENTS, is_ddl, preparation};

/// Names and texts of files.
type Files = Vec<(String, String)>;

impl Table {
    /// What it is called on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The table for a family of databases.
    pub fn migrations(self, database: Database) -> &'static Migrations {
        let files = self.files(database);
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        rungs_tests::table(database, &files)
    }

    fn files(self, database: Database) -> Files {
        match self {
            Self::Kill => kill::files(database),
            Self::Hundred => hundred::files(),
            Self::Ten => ten::files(),
            Self::Index => indexes::files(),
            Self::Long => long::files(database),
        }
    }
}
