static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-foreign-key", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
