static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/version-not-a-number", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
