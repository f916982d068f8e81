//! PostgreSQL: the driver with refinery.

use std::error::Error;

mod embedded {
    refinery::embed_migrations!("refinery");
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut connection = postgres::Client::connect("postgres://localhost/size", postgres::NoTls)?;
    embedded::migrations::runner().run(&mut connection)?;
    let count: i64 = connection
        .query_one("SELECT count(*) FROM tasks", &[])?
        .get(0);
    println!("{count}");
    Ok(())
}
