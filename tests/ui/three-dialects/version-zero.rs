static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/version-zero", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
