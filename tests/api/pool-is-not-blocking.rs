static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;

fn migrate(mut pool: sqlx::SqlitePool) {
    let _ = MIGRATIONS.upgrade(&mut pool);
}

fn main() {}
