static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/goood", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
