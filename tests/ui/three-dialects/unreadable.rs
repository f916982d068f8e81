static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unreadable", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
