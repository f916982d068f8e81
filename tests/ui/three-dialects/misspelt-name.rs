static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/misspelt-name", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
