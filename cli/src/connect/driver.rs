//! The drivers: one function each.

use rungs::Database;

#[cfg(any(feature = "postgres", all(feature = "mysql", feature = "tls")))]
use super::security::Mode;
#[cfg(all(feature = "mysql", feature = "tls"))]
use super::security::Security;
use super::{Address, AnyConnection};
use crate::error::CommandError;

/// How long a server may take to answer.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) fn open(address: &Address, only_reads: bool) -> Result<AnyConnection, CommandError> {
    match address.database {
        Database::Sqlite => sqlite(address, only_reads),
        Database::Postgres => postgres(address),
        Database::Mysql => mysql(address),
        _ => Err(failed(address, "it has no driver here")),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(address: &Address, only_reads: bool) -> Result<AnyConnection, CommandError> {
    let file = address.driver_url();
    let is_there = std::path::Path::new(file).exists();
    let file = if only_reads && !is_there {
        ":memory:"
    } else {
        file
    };
    let connection = rusqlite::Connection::open(file);
    let connection = connection.map_err(|error| failed(address, &error.to_string()))?;
    Ok(Box::new(connection))
}

#[cfg(feature = "postgres")]
fn postgres(address: &Address) -> Result<AnyConnection, CommandError> {
    use postgres::config::SslMode;

    let failed = |error: postgres::Error| failed(address, &chain(&error));
    let mut config: postgres::Config = address.driver_url().parse().map_err(failed)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    config.ssl_mode(match address.security.mode {
        Mode::Unsaid | Mode::Prefer => SslMode::Prefer,
        Mode::Disable => SslMode::Disable,
        Mode::Require | Mode::VerifyAuthority | Mode::VerifyHost => SslMode::Require,
    });
    #[cfg(feature = "tls")]
    let connector =
        super::tls::connector(&address.security).map_err(|error| self::failed(address, &error))?;
    #[cfg(not(feature = "tls"))]
    let connector = without_tls(address).map(|()| postgres::NoTls)?;
    let client = config.connect(connector).map_err(failed)?;
    Ok(Box::new(client))
}

#[cfg(feature = "mysql")]
fn mysql(address: &Address) -> Result<AnyConnection, CommandError> {
    let opts = mysql::Opts::from_url(address.driver_url());
    let opts = opts.map_err(|error| failed(address, &error.to_string()))?;
    let timeout = opts.get_tcp_connect_timeout().unwrap_or(PATIENCE);
    let opts = mysql::OptsBuilder::from_opts(opts).tcp_connect_timeout(Some(timeout));
    #[cfg(not(feature = "tls"))]
    without_tls(address)?;
    #[cfg(feature = "tls")]
    let opts = with_tls(opts, address);
    let connection = mysql::Conn::new(opts).map_err(|error| match &error {
        mysql::Error::MySqlError(said) => {
            failed(address, &format!("{} (code {})", said.message, said.code))
        }
        error => failed(address, &chain(error)),
    })?;
    Ok(Box::new(connection))
}

/// The driver cannot prefer TLS: it has it or not. So where a server may do without, it does.
#[cfg(all(feature = "mysql", feature = "tls"))]
fn with_tls(opts: mysql::OptsBuilder, address: &Address) -> mysql::OptsBuilder {
    let Security { mode, authorities } = &address.security;
    let ssl = mysql::SslOpts::default().with_root_cert_path(authorities.clone());
    opts.ssl_opts(match mode {
        Mode::Unsaid | Mode::Disable | Mode::Prefer => None,
        Mode::Require => Some(ssl.with_danger_accept_invalid_certs(true)),
        Mode::VerifyAuthority => Some(ssl.with_danger_skip_domain_validation(true)),
        Mode::VerifyHost => Some(ssl),
    })
}

#[cfg(all(any(feature = "mysql", feature = "postgres"), not(feature = "tls")))]
fn without_tls(address: &Address) -> Result<(), CommandError> {
    if address.security.is_optional() {
        return Ok(());
    }
    Err(CommandError::usage("this program is built without TLS")
        .help("build it with the feature `tls` of rungs-cli"))
}

/// What a driver says knows no password.
fn failed(address: &Address, said: &str) -> CommandError {
    CommandError::failed(format!("cannot connect to {}: {said}", address.place()))
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
fn sqlite(address: &Address, _: bool) -> Result<AnyConnection, CommandError> {
    Err(not_built_in(address, "sqlite"))
}

#[cfg(not(feature = "postgres"))]
fn postgres(address: &Address) -> Result<AnyConnection, CommandError> {
    Err(not_built_in(address, "postgres"))
}

#[cfg(not(feature = "mysql"))]
fn mysql(address: &Address) -> Result<AnyConnection, CommandError> {
    Err(not_built_in(address, "mysql"))
}

#[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
fn not_built_in(address: &Address, feature: &str) -> CommandError {
    let database = address.database;
    CommandError::usage(format!("this program is built without {database}")).help(format!(
        "build it with the feature `{feature}` of rungs-cli"
    ))
}
