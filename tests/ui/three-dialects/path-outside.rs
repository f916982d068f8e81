static MIGRATIONS: rungs::Migrations = rungs::migrations!("../elsewhere", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
