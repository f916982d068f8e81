static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/invalid-postgres", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
