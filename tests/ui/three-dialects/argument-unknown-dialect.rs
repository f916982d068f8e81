static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", dialect = [sqlite, postgrse]);

fn main() {
    let _ = MIGRATIONS.len();
}
