//! SQLite: the driver with rungs.

use std::error::Error;

static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations", dialect = sqlite);

fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = rusqlite::Connection::open("size.sqlite")?;
    MIGRATIONS.upgrade(&mut connection)?;
    let count: i64 = connection.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
    println!("{count}");
    Ok(())
}
