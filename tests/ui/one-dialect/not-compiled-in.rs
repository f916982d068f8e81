static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/not-compiled-in", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
