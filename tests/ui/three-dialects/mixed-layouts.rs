static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/mixed-layouts", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
