static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/dialects-disagree", dialect = [sqlite, mysql]);

fn main() {
    let _ = MIGRATIONS.len();
}
