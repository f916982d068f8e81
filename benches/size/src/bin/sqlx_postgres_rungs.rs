//! PostgreSQL with sqlx: the driver with rungs.

use std::error::Error;

use sqlx::{Connection as _, PgConnection};

static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations", dialect = postgres);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = PgConnection::connect("postgres://localhost/size").await?;
    MIGRATIONS.upgrade_async(&mut connection).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tasks")
        .fetch_one(&mut connection)
        .await?;
    println!("{count}");
    Ok(())
}
