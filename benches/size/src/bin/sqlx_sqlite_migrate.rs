//! SQLite with sqlx: the driver with its own migrations.

use std::error::Error;

use sqlx::{Connection as _, SqliteConnection};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = SqliteConnection::connect("sqlite:size.sqlite").await?;
    sqlx::migrate!("./migrations").run(&mut connection).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tasks")
        .fetch_one(&mut connection)
        .await?;
    println!("{count}");
    Ok(())
}
