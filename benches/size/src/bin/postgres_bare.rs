//! PostgreSQL: the driver by itself, with the same SQL.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = postgres::Client::connect("postgres://localhost/size", postgres::NoTls)?;
    connection.batch_execute(include_str!("../../migrations/0001_projects.sql"))?;
    connection.batch_execute(include_str!("../../migrations/0002_tasks.sql"))?;
    connection.batch_execute(include_str!("../../migrations/0003_task_projects.sql"))?;
    let count: i64 = connection
        .query_one("SELECT count(*) FROM tasks", &[])?
        .get(0);
    println!("{count}");
    Ok(())
}
