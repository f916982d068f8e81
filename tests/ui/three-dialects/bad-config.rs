static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-config");

fn main() {
    let _ = MIGRATIONS.len();
}
