static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-column", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
