static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/unterminated", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
