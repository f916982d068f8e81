static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/invalid-in-one-of-several", dialect = [postgres, mysql]);

fn main() {
    let _ = MIGRATIONS.len();
}
