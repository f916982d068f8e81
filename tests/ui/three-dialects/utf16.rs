static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/utf16", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
