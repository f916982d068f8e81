static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/missing-up", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
