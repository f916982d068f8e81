static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/levels", dialect = sqlite, since = "2");

fn main() {
    let _ = MIGRATIONS.len();
}
