//! SQLite with sqlx: the driver by itself, with the same SQL.

use std::error::Error;

use sqlx::{Connection as _, Executor as _, SqliteConnection};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = SqliteConnection::connect("sqlite:size.sqlite").await?;
    for migration in [
        include_str!("../../migrations/0001_projects.sql"),
        include_str!("../../migrations/0002_tasks.sql"),
        include_str!("../../migrations/0003_task_projects.sql"),
    ] {
        connection.execute(sqlx::raw_sql(migration)).await?;
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tasks")
        .fetch_one(&mut connection)
        .await?;
    println!("{count}");
    Ok(())
}
