static MIGRATIONS: rungs::Migrations = rungs::migrations!();

fn main() {
    let _ = MIGRATIONS.len();
}
