static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", dialect = "postgres");

fn main() {
    let _ = MIGRATIONS.len();
}
