static MIGRATIONS: rungs::Migrations = rungs::migrations!("migrations/directory-is-file/1_users.sql", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
