static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/not-utf8", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
