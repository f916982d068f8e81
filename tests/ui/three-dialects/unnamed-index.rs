static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unnamed-index", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
