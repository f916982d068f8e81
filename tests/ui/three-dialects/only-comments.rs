static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/only-comments", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
