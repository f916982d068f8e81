static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/still-needed", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
