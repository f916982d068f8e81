static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/duplicate-column", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
