//! The SQL dialects and which of them this build can check.

use std::fmt;
use std::str::FromStr;

/// A SQL dialect that migrations are written in.
///
/// ```
/// use rungs_build::Dialect;
///
/// assert_eq!("postgresql".parse(), Ok(Dialect::Postgres));
/// assert_eq!(Dialect::Postgres.name(), "postgres");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// MySQL and MariaDB.
    Mysql,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// One of the two products that read MySQL, where a directory is meant for that one alone.
///
/// It narrows what is accepted and nothing else: at run time both are [`Dialect::Mysql`].
///
/// ```
/// use rungs_build::{Dialect, Server};
///
/// assert_eq!("mysql8".parse(), Ok(Dialect::Mysql));
/// assert_eq!(Server::named("mysql8"), Some(Server::Mysql8));
/// assert_eq!(Server::named("mysql"), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Server {
    /// Whatever either of them accepts.
    #[default]
    Any,
    /// MariaDB.
    Mariadb,
    /// MySQL 8 and later.
    Mysql8,
}

impl Server {
    /// The product that the name of a dialect asks for.
    pub fn named(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "mariadb" => Some(Self::Mariadb),
            "mysql8" => Some(Self::Mysql8),
            _ => None,
        }
    }

    /// The name people use in prose.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Any => "MySQL",
            Self::Mariadb => "MariaDB",
            Self::Mysql8 => "MySQL 8",
        }
    }

    /// Whether what one product reads counts here.
    #[cfg(feature = "mysql")]
    pub(crate) fn includes(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

impl Dialect {
    /// Every dialect, in alphabetical order.
    pub const ALL: [Self; 3] = [Self::Mysql, Self::Postgres, Self::Sqlite];

    /// The name used in macro arguments, `rungs.toml` and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        }
    }

    /// The name people use in prose.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mysql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// Whether the grammar of this dialect was compiled in (the cargo feature of the same name).
    pub const fn is_enabled(self) -> bool {
        match self {
            Self::Mysql => cfg!(feature = "mysql"),
            Self::Postgres => cfg!(feature = "postgres"),
            Self::Sqlite => cfg!(feature = "sqlite"),
        }
    }

    /// The dialects whose grammars were compiled in.
    pub fn enabled() -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|dialect| dialect.is_enabled())
            .collect()
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDialect(pub String);

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown dialect `{}`; known are sqlite, postgres, mysql",
            self.0
        )
    }
}

impl std::error::Error for UnknownDialect {}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.to_ascii_lowercase().as_str() {
            "mysql" | "mysql8" | "mariadb" => Ok(Self::Mysql),
            "postgres" | "postgresql" => Ok(Self::Postgres),
            "sqlite" | "sqlite3" => Ok(Self::Sqlite),
            _ => Err(UnknownDialect(word.to_owned())),
        }
    }
}
