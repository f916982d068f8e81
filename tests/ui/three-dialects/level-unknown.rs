static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/levels", dialect = sqlite, warn = ["emtpy-file"]);

fn main() {
    let _ = MIGRATIONS.len();
}
