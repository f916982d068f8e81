static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/replaces-other-versions", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
