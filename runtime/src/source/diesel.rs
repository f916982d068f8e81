//! For diesel: what `diesel_migrations::MigrationHarness` runs.

use std::fmt;

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result,
};

use super::{is_transactional, without_placeholders};
use crate::error::{Error, Named};
use crate::table::{self, Migrations, Script};

/// The statements of each file, one at a time: so those that cannot run in a transaction can stand in a
/// file with others.
///
/// Migrations with placeholders are refused: diesel gives them no values.
///
/// ```
/// use diesel::prelude::*;
/// # #[cfg(any())]
/// use diesel_migrations::MigrationHarness;
///
/// # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// # #[cfg(any())]
/// fn fresh() -> SqliteConnection {
///     let mut connection = SqliteConnection::establish(":memory:").unwrap();
///     connection.run_pending_migrations(MIGRATIONS).unwrap();
///     connection
/// }
/// ```
impl<DB: Backend> MigrationSource<DB> for Migrations {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        without_placeholders(self)?;
        let of = |migration: table::Migration| -> Box<dyn Migration<DB>> {
            let down = migration.down();
            let scripts = std::iter::once(migration.up()).chain(down);
            Box::new(Sourced {
                run_in_transaction: scripts
                    .into_iter()
                    .all(|script| is_transactional(self, script)),
                name: Name::of(migration),
                migration,
            })
        };
        Ok(self.iter().map(of).collect())
    }
}

struct Sourced {
    migration: table::Migration,
    name: Name,
    run_in_transaction: bool,
}

/// What diesel calls a migration, and its version.
struct Name {
    name: &'static str,
    version: String,
}

impl<DB: Backend> Migration<DB> for Sourced {
    fn run(&self, connection: &mut dyn BoxableConnection<DB>) -> Result<()> {
        run(self.migration.up(), connection)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<DB>) -> Result<()> {
        let irreversible = || Error::Irreversible(Named::from(self.migration));
        run(self.migration.down().ok_or_else(irreversible)?, connection)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        &self.name
    }
}

fn run<DB: Backend>(script: Script, connection: &mut dyn BoxableConnection<DB>) -> Result<()> {
    for statement in script.statements() {
        connection.batch_execute(&statement.sql())?;
    }
    Ok(())
}

impl MigrationMetadata for Sourced {
    fn run_in_transaction(&self) -> bool {
        self.run_in_transaction
    }
}

impl Name {
    fn of(migration: table::Migration) -> Self {
        let written = migration.diesel_version();
        // diesel orders versions as texts. Those of other layouts are numbers, so all get the width of
        // the largest.
        let numbered = || format!("{:019}", migration.version().number());
        Self {
            name: migration.name(),
            version: written.unwrap_or_else(numbered),
        }
    }
}

impl MigrationName for Name {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(&self.version)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.version, self.name)
    }
}
