//! For sqlx: what runs in `#[sqlx::test]`, and what keeps a binary of sqlx content with a database that
//! was taken over from it.

use std::future::Future;
use std::pin::Pin;

use sqlx::SqlSafeStr as _;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};

use super::{is_transactional, without_placeholders};
use crate::placeholder::PlaceholderError;
use crate::table::{Migrations, Script};

/// The files as they are, so that their checksums are those that sqlx makes of them.
///
/// Migrations with placeholders are refused: sqlx gives them no values.
///
/// ```
/// use std::sync::LazyLock;
///
/// use sqlx::migrate::Migrator;
///
/// # const MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| Migrator::try_from(&MIGRATIONS).unwrap());
///
/// # #[cfg(any())]
/// #[sqlx::test(migrator = "MIGRATOR")]
/// async fn a_user_can_be_added(pool: sqlx::SqlitePool) {}
/// ```
impl TryFrom<&Migrations> for Migrator {
    type Error = PlaceholderError;

    fn try_from(migrations: &Migrations) -> Result<Self, Self::Error> {
        all(migrations).map(Self::with_migrations)
    }
}

impl MigrationSource<'static> for &Migrations {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>> {
        Box::pin(std::future::ready(all(self).map_err(BoxDynError::from)))
    }
}

fn all(migrations: &Migrations) -> Result<Vec<Migration>, PlaceholderError> {
    without_placeholders(migrations)?;
    let mut all = Vec::new();
    for migration in migrations {
        let make = |kind, script: Script| {
            Migration::new(
                migration.version().number(),
                migration.name().replace('_', " ").into(),
                kind,
                script.text().into_sql_str(),
                !is_transactional(migrations, script),
            )
        };
        let kind = match migration.down() {
            Some(_) => MigrationType::ReversibleUp,
            None => MigrationType::Simple,
        };
        all.push(make(kind, migration.up()));
        let down = migration.down();
        all.extend(down.map(|down| make(MigrationType::ReversibleDown, down)));
    }
    Ok(all)
}
