static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/everything-at-once", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
