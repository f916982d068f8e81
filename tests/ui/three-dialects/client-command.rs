static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/client-command", dialect = postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
