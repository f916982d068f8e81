//! A scenario, and the databases it has something to say about.

use rungs::Database;

use super::Case;

/// Something that must be true.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What is true.
    pub name: &'static str,
    /// Where.
    pub applies: Applies,
    /// Panics when it is not.
    pub check: fn(&Case<'_>),
}

/// The families of databases that a scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// All of them.
    Everywhere,
    /// Those that can undo a change of the schema: SQLite and PostgreSQL.
    Transactional,
    /// Those that many clients share: PostgreSQL and MySQL.
    Servers,
    /// One.
    Only(Database),
}

impl Applies {
    /// Whether a family is among them.
    pub fn to(self, database: Database) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Transactional => database != Database::Mysql,
            Self::Servers => database != Database::Sqlite,
            Self::Only(only) => database == only,
        }
    }
}

/// Declares the constructors of a table of scenarios: one a line, whatever it applies to.
macro_rules! constructors {
    ($($name:ident: $applies:expr;)*) => {
        $(pub(super) const fn $name(name: &'static str, check: fn(&Case<'_>)) -> Scenario {
            Scenario { name, applies: $applies, check }
        })*
    };
}

constructors! {
    everywhere: Applies::Everywhere;
    transactional: Applies::Transactional;
    servers: Applies::Servers;
    sqlite: Applies::Only(Database::Sqlite);
    postgres: Applies::Only(Database::Postgres);
    mysql: Applies::Only(Database::Mysql);
}
