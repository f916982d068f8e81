static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unused-allow", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
