//! SQLite: the driver in a program with a command line.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let migrate = clap::Command::new("migrate").about("Migrate the database");
    let matches = clap::Command::new("shop").subcommand(migrate).get_matches();
    let connection = rusqlite::Connection::open("size.sqlite")?;
    if matches.subcommand_matches("migrate").is_some() {
        connection.execute_batch(include_str!("../../migrations/0001_projects.sql"))?;
        connection.execute_batch(include_str!("../../migrations/0002_tasks.sql"))?;
        connection.execute_batch(include_str!("../../migrations/0003_task_projects.sql"))?;
    }
    let count: i64 = connection.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
    println!("{count}");
    Ok(())
}
