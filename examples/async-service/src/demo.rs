//! The service as its own client.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use sqlx::sqlite::SqlitePoolOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::db;
use crate::links::Links;
use crate::server;

/// Where the release before this one ended. If that migration is renamed, this does not compile.
const PREVIOUS_RELEASE: rungs::Version = db::versions::SEED_LINKS;

/// Migrates a database in memory, rehearses a rollback, serves, follows a few links.
pub(crate) async fn run() -> Result<()> {
    // Each connection to `:memory:` is a database of its own, so there must be one that stays.
    let options = SqlitePoolOptions::new().max_connections(1);
    let options = options.idle_timeout(None).max_lifetime(None);
    let pool = options.connect("sqlite::memory:").await?;

    println!("{}", db::MIGRATIONS.upgrade_async(&pool).await?);
    println!(
        "{}",
        db::MIGRATIONS
            .downgrade_to_async(&pool, PREVIOUS_RELEASE)
            .await?
    );
    println!("{}", db::MIGRATIONS.upgrade_async(&pool).await?);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::run(listener, Links::new(pool)));
    for path in ["/book", "/sqlite", "/book", "/nowhere", "/"] {
        println!("GET {path}\n    {}", get(address, path).await?);
    }
    Ok(())
}

/// What the service answers, a line below the other.
async fn get(address: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let lines = response.lines().filter(|line| !line.is_empty());
    Ok(lines.collect::<Vec<_>>().join("\n    "))
}
