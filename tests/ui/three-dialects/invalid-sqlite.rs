static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/invalid-sqlite", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
