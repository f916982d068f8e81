static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/down-differs", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
