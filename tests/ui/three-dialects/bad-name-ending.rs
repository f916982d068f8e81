static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-name-ending", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
