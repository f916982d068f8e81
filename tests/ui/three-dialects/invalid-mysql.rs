static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/invalid-mysql", dialect = mysql);

fn main() {
    let _ = MIGRATIONS.len();
}
