static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", "sqlite");

fn main() {
    let _ = MIGRATIONS.len();
}
