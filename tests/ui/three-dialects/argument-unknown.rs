static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", dialekt = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
