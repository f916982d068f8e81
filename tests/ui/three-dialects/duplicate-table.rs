static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/duplicate-table", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
