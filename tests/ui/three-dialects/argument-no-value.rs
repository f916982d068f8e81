static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", dialect);

fn main() {
    let _ = MIGRATIONS.len();
}
