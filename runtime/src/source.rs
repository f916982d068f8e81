//! The table as a source of migrations for other tools: one file each, behind a feature.

#[cfg(feature = "diesel-migrations")]
mod diesel;
#[cfg(feature = "sqlx-migrate")]
mod sqlx;

use crate::placeholder::PlaceholderError;
use crate::table::{Migrations, Script};

/// Refuses placeholders, which no other tool gives values: it would make names with braces in them.
fn without_placeholders(migrations: &Migrations) -> Result<(), PlaceholderError> {
    match migrations.placeholders().next() {
        Some((name, _)) => Err(PlaceholderError::OtherTool {
            name: name.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Whether a script runs in a transaction on all databases that it was checked for.
fn is_transactional(migrations: &Migrations, script: Script) -> bool {
    let mut databases = migrations.databases().iter();
    databases.all(|database| script.is_transactional(*database))
}
