static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-name", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
