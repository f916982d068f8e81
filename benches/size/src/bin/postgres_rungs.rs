//! PostgreSQL: the driver with rungs.

use std::error::Error;

static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations", dialect = postgres);

fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = postgres::Client::connect("postgres://localhost/size", postgres::NoTls)?;
    MIGRATIONS.upgrade(&mut connection)?;
    let count: i64 = connection
        .query_one("SELECT count(*) FROM tasks", &[])?
        .get(0);
    println!("{count}");
    Ok(())
}
