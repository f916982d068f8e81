static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/new-enum-value", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
