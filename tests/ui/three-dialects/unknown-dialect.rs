static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-dialect");

fn main() {
    let _ = MIGRATIONS.len();
}
