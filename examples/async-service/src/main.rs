//! A link shortener that migrates its database before it listens.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is its log")]

mod demo;
mod links;
mod server;

use std::net::Ipv4Addr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::net::TcpListener;

use crate::links::Links;

rungs::migrations!(
    /// The migrations, and a constant for each of their versions.
    pub(crate) mod db in "migrations"
);

/// Redirects short links and counts how often each is followed.
#[derive(Parser)]
struct Arguments {
    /// The database; it is created when it does not exist.
    #[arg(long, default_value = "links.sqlite")]
    file: PathBuf,
    /// The port on this machine; 0 takes any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Use a database in memory and a free port, follow a few links, and exit.
    #[arg(long)]
    demo: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.demo {
        return demo::run().await;
    }
    let options = SqliteConnectOptions::new().filename(&arguments.file);
    let pool = SqlitePool::connect_with(options.create_if_missing(true)).await?;
    println!("{}", db::MIGRATIONS.upgrade_async(&pool).await?);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    server::run(listener, Links::new(pool)).await
}
