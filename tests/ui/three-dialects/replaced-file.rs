static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/replaced-file", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
