static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/irreversible-with-down", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
