static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unsupported-file", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
