static MIGRATIONS: rungs::Migrations = rungs::migrations!(r"db\migrations", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
