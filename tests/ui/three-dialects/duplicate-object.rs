static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/duplicate-object", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
