static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good" dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
