//! For sqlx: what runs in `#[sqlx::test]`, and what keeps a binary of sqlx content with a database that
//! was taken over from it.

use std::future::Future;
use std::pin::Pin;

use sqlx::SqlSafeStr as _;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};

use super::is_transactional;
use crate::table::{Migrations, Script};

/// The files as they are, so that their checksums are those that sqlx makes of them.
///
/// ```
/// use std::sync::LazyLock;
///
/// use sqlx::migrate::Migrator;
///
/// # const MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
/// static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| Migrator::from(&MIGRATIONS));
///
/// # #[cfg(any())]
/// #[sqlx::test(migrator = "MIGRATOR")]
/// async fn a_user_can_be_added(pool: sqlx::SqlitePool) {}
/// ```
impl From<&Migrations> for Migrator {
    fn from(migrations: &Migrations) -> Self {
        Self::with_migrations(all(migrations))
    }
}

impl MigrationSource<'static> for &Migrations {
    fn resolve(
        self,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send + 'static>> {
        Box::pin(std::future::ready(Ok(all(self))))
    }
}

fn all(migrations: &Migrations) -> Vec<Migration> {
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
    all
}
