static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-directive", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
