static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/bad-insert", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
