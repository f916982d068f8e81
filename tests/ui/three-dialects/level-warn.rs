static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/levels", dialect = sqlite, warn = "empty-file");

fn main() {
    let _ = MIGRATIONS.len();
}
