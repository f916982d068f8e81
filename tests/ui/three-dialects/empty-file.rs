static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/empty-file", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
