static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/good", postgres);

fn main() {
    let _ = MIGRATIONS.len();
}
