static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/transaction-control", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
