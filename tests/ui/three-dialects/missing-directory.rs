static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/missing-directory", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
