static MIGRATIONS: rungs::Migrations = rungs::migrations!("", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
