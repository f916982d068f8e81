static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/copy-data", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
