static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/ambiguous-column", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
