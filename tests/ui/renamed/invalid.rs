//! The errors do not change with the name.

static MIGRATIONS: ladder::Migrations = ladder::migrations!("migrations/invalid-sqlite");

fn main() {
    let _ = MIGRATIONS.len();
}
