//! The table as a source of migrations for other tools: one file each, behind a feature.

#[cfg(feature = "diesel-migrations")]
mod diesel;
#[cfg(feature = "sqlx-migrate")]
mod sqlx;

use crate::table::{Migrations, Script};

/// Whether a script runs in a transaction on all databases that it was checked for.
fn is_transactional(migrations: &Migrations, script: Script) -> bool {
    let mut databases = migrations.databases().iter();
    databases.all(|database| script.is_transactional(*database))
}
