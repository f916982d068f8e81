static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/duplicate-version", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
