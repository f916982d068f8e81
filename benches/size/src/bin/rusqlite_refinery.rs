//! SQLite: the driver with refinery.

use std::error::Error;

mod embedded {
    refinery::embed_migrations!("refinery");
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = rusqlite::Connection::open("size.sqlite")?;
    embedded::migrations::runner().run(&mut connection)?;
    let count: i64 = connection.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
    println!("{count}");
    Ok(())
}
