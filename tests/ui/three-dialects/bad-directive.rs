static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-directive", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
