static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/hidden-shape", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
