static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unused-placeholder", dialect = sqlite, placeholders = ["prefix"]);

fn main() {
    let _ = MIGRATIONS.len();
}
