static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/version-too-large", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
