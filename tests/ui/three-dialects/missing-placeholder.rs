static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/missing-placeholder", dialect = postgres, placeholders = ["prefix=app_"]);

fn main() {
    let _ = MIGRATIONS.len();
}
