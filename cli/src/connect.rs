//! Databases that a URL leads to.

mod address;
mod driver;
mod variables;

use rungs::Database;

pub(crate) use self::address::Address;
pub(crate) use self::variables::Variables;
use crate::error::CommandError;

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
