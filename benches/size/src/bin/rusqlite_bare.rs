//! SQLite: the driver by itself, with the same SQL.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let connection = rusqlite::Connection::open("size.sqlite")?;
    connection.execute_batch(include_str!("../../migrations/0001_projects.sql"))?;
    connection.execute_batch(include_str!("../../migrations/0002_tasks.sql"))?;
    connection.execute_batch(include_str!("../../migrations/0003_task_projects.sql"))?;
    let count: i64 = connection.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
    println!("{count}");
    Ok(())
}
