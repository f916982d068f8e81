//! A service on PostgreSQL of which any number of instances may start at once: one of them migrates,
//! the others say whom they wait for.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is its log")]

use anyhow::Result;
use clap::Parser;
use rungs::{Ahead, Event, Migrations, Migrator};
use tokio_postgres::{Client, NoTls};

static MIGRATIONS: Migrations = rungs::migrations!("migrations");

/// Counts the parts in stock.
#[derive(Parser)]
struct Arguments {
    /// Where the database is: `postgres://user@host/database`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// What to call this instance in the log of the migrations.
    #[arg(long, default_value = "instance")]
    name: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (mut client, connection) = tokio_postgres::connect(&arguments.database, NoTls).await?;
    tokio::spawn(connection);

    let report = Migrator::new(&MIGRATIONS)
        .operator(&arguments.name)
        // While a release is rolled out, the one before it starts on a database that is ahead.
        .ahead(Ahead::Tolerate)
        .observer(tell)
        .upgrade_async(&mut client)
        .await?;
    println!("{report}");
    println!("parts in stock: {}", stock(&client).await?);
    Ok(())
}

/// What an operator wants to see while the service does not answer yet.
fn tell(event: &Event<'_>) {
    match event {
        Event::Waiting { .. } | Event::MigrationStarted { .. } => eprintln!("{event}"),
        _ => {}
    }
}

async fn stock(client: &Client) -> Result<i64> {
    let row = client
        .query_one("SELECT coalesce(sum(stock), 0)::bigint FROM parts", &[])
        .await?;
    Ok(row.get(0))
}
