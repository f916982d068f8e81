//! The drivers: one function each.

use rungs::Database;

use super::{Address, AnyConnection};

/// Why there is no connection.
pub(super) enum Refusal {
    /// The feature of the driver is off.
    NotBuiltIn(&'static str),
    /// What the driver says, which knows no password.
    Failed(String),
}

/// How long a server may take to answer.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) fn open(address: &Address, only_reads: bool) -> Result<AnyConnection, Refusal> {
    match address.database {
        Database::Sqlite => sqlite(address.driver_url(), only_reads),
        Database::Postgres => postgres(address.driver_url()),
        Database::Mysql => mysql(address.driver_url()),
        _ => Err(Refusal::NotBuiltIn("")),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(file: &str, only_reads: bool) -> Result<AnyConnection, Refusal> {
    let is_there = std::path::Path::new(file).exists();
    let file = if only_reads && !is_there {
        ":memory:"
    } else {
        file
    };
    let connection = rusqlite::Connection::open(file);
    let connection = connection.map_err(|error| Refusal::Failed(error.to_string()))?;
    Ok(Box::new(connection))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Result<AnyConnection, Refusal> {
    let failed = |error: postgres::Error| Refusal::Failed(chain(&error));
    let mut config: postgres::Config = url.parse().map_err(failed)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    let client = config.connect(postgres::NoTls).map_err(failed)?;
    Ok(Box::new(client))
}

#[cfg(feature = "mysql")]
fn mysql(url: &str) -> Result<AnyConnection, Refusal> {
    let opts = mysql::Opts::from_url(url).map_err(|error| Refusal::Failed(error.to_string()))?;
    let timeout = opts.get_tcp_connect_timeout().unwrap_or(PATIENCE);
    let opts = mysql::OptsBuilder::from_opts(opts).tcp_connect_timeout(Some(timeout));
    let connection = mysql::Conn::new(opts).map_err(|error| {
        Refusal::Failed(match &error {
            mysql::Error::MySqlError(error) => format!("{} (code {})", error.message, error.code),
            error => chain(error),
        })
    })?;
    Ok(Box::new(connection))
}

/// An error and what it stems from.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let error_text = error.to_string();
        if !text.contains(&error_text) {
            text = format!("{text}: {error_text}");
        }
        source = error.source();
    }
    text
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str, _: bool) -> Result<AnyConnection, Refusal> {
    Err(Refusal::NotBuiltIn("sqlite"))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<AnyConnection, Refusal> {
    Err(Refusal::NotBuiltIn("postgres"))
}

#[cfg(not(feature = "mysql"))]
fn mysql(_: &str) -> Result<AnyConnection, Refusal> {
    Err(Refusal::NotBuiltIn("mysql"))
}
