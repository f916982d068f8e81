static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/misplaced-directive", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
