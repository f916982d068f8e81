static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/argument-placeholder", dialect = sqlite, placeholders = [prefix]);

fn main() {
    let _ = MIGRATIONS.len();
}
