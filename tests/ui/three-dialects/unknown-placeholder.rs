static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-placeholder", dialect = sqlite, placeholders = ["prefix"]);

fn main() {
    let _ = MIGRATIONS.len();
}
