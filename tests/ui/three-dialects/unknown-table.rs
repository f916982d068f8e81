static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-table", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
