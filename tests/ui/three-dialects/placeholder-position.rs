static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/placeholder-position", dialect = postgres, placeholders = ["prefix"]);

fn main() {
    let _ = MIGRATIONS.len();
}
