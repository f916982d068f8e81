static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/empty-directory", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
