static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;

async fn migrate(mut client: postgres::Client) {
    let _ = MIGRATIONS.upgrade_async(&mut client).await;
}

fn main() {}
