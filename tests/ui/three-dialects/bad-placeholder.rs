static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-placeholder", dialect = sqlite, placeholders = ["prefix"]);

fn main() {
    let _ = MIGRATIONS.len();
}
