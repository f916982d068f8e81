static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;

fn migrate(mut pool: sqlx::PgPool) {
    let _ = MIGRATIONS.upgrade(&mut pool);
}

fn main() {}
