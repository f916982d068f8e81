static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/missing-baseline", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
