static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/not-watched", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
