static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;

async fn migrate(mut connection: rusqlite::Connection) {
    let _ = MIGRATIONS.upgrade_async(&mut connection).await;
}

fn main() {}
