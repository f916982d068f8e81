static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/levels", dialect = sqlite, allow = ["empty-file"]);

fn main() {
    let _ = MIGRATIONS.len();
}
