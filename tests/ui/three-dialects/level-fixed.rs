static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/levels", dialect = sqlite, allow = ["invalid-sql"]);

fn main() {
    let _ = MIGRATIONS.len();
}
