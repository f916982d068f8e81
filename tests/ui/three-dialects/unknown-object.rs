static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unknown-object", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
