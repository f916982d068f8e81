static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-config-key");

fn main() {
    let _ = MIGRATIONS.len();
}
