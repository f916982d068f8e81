//! Databases that a URL leads to.

mod address;
mod driver;
mod security;
#[cfg(all(feature = "tls", feature = "postgres"))]
mod tls;
mod variables;

use std::io::Write as _;

use rungs::Database;

pub(crate) use self::address::Address;
pub(crate) use self::variables::{ONLY_SAFE, OPERATOR, Variables};
use crate::error::CommandError;
use crate::verb::{Session, Verb};

/// A connection, whatever its driver.
pub(crate) type AnyConnection = Box<dyn rungs::Connection + Send>;

/// The database that the environment names.
pub(crate) fn from_environment(databases: &[Database]) -> Result<Address, CommandError> {
    let environment = |name: &str| std::env::var(name).ok();
    match Variables(&environment).address(databases)? {
        Some((address, _)) => Ok(address),
        None => Err(
            CommandError::usage("it is not said which database to migrate")
                .help("set DATABASE_URL, such as sqlite:app.sqlite or postgres://user@host/name"),
        ),
    }
}

/// What the environment says of how to run.
pub(crate) fn apply_environment(
    verb: &Verb,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let environment = |name: &str| std::env::var(name).ok();
    let variables = Variables(&environment);
    if let Some(operator) = variables.set(OPERATOR) {
        session.migrator = session.migrator.clone().operator(operator);
    }
    if variables.safe()? == Some(false) && !verb.only_reads() {
        writeln!(session.terminal.err, "warning: {ONLY_SAFE}")?;
    }
    Ok(())
}
