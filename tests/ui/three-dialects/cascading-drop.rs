static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/cascading-drop", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
