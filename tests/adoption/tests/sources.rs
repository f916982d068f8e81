//! The table as a source of migrations for the tests of other tools.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_migrations::MigrationHarness as _;
use rungs::{Check, Migrations, Tool};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrations = rungs::migrations!("migrations", dialect = sqlite);

static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| Migrator::try_from(&MIGRATIONS).unwrap());

static WITH_PLACEHOLDER: Migrations = rungs::migrations!(
    "with-placeholder",
    dialect = sqlite,
    placeholders = ["prefix=app_"]
);
/// What both tools are told.
const REFUSAL: &str = "the placeholder `prefix` has a value in a run of Rungs only, and another tool asks for the migrations";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_test_of_sqlx_has_the_tables(pool: sqlx::SqlitePool) {
    let insert = "INSERT INTO users VALUES (1, 'Ada'); INSERT INTO posts VALUES (1, 1)";
    sqlx::raw_sql(insert).execute(&pool).await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn what_sqlx_has_done_with_the_table_can_be_taken_over(pool: sqlx::SqlitePool) {
    let migrator = Migrator::new(&MIGRATIONS).await.unwrap();
    migrator.run(&pool).await.unwrap();
    migrator.undo(&pool, 1).await.unwrap();
    migrator.run(&pool).await.unwrap();
    let adoption = MIGRATIONS.adopt_async(&pool, Tool::Sqlx).await.unwrap();
    let checks: Vec<Check> = adoption.migrations.iter().map(|it| it.check).collect();
    assert_eq!(checks, [Check::Matches; 2]);
    assert!(MIGRATIONS.is_up_to_date_async(&pool).await.unwrap());
    migrator.run(&pool).await.unwrap();
}

#[test]
fn the_harness_of_diesel_runs_the_table() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let ran = connection.run_pending_migrations(MIGRATIONS).unwrap();
    let ran: Vec<String> = ran.iter().map(ToString::to_string).collect();
    assert_eq!(ran, ["0000000000000000001", "0000000000000000002"]);
    connection
        .batch_execute("INSERT INTO users VALUES (1, 'Ada')")
        .unwrap();

    connection.revert_last_migration(MIGRATIONS).unwrap();
    connection.batch_execute("SELECT * FROM posts").unwrap_err();
    assert!(connection.has_pending_migration(MIGRATIONS).unwrap());
    connection.run_pending_migrations(MIGRATIONS).unwrap();
    connection.revert_all_migrations(MIGRATIONS).unwrap();
    connection.batch_execute("SELECT * FROM users").unwrap_err();
}

#[test]
fn diesel_is_refused_placeholders_that_it_gives_no_values() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let refused = connection.run_pending_migrations(WITH_PLACEHOLDER);
    assert_eq!(refused.unwrap_err().to_string(), REFUSAL);
}

#[sqlx::test(migrations = false)]
async fn sqlx_is_refused_placeholders_that_it_gives_no_values(_pool: sqlx::SqlitePool) {
    let refused = Migrator::try_from(&WITH_PLACEHOLDER).unwrap_err();
    assert_eq!(refused.to_string(), REFUSAL);
    let refused = Migrator::new(&WITH_PLACEHOLDER).await.unwrap_err();
    assert!(refused.to_string().contains(REFUSAL), "{refused}");
}
