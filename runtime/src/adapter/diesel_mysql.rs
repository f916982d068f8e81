//! MySQL and MariaDB through `diesel`.
//!
//! Diesel does not say how many statements of a text were complete: an error counts none.

use diesel::connection::SimpleConnection as _;
use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlConnection, MysqlType, MysqlValue};
use diesel::result::Error;
use diesel::sql_types::{BigInt, Unsigned};

use super::diesel::{AsText, load};
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for MysqlConnection {
    fn database(&self) -> Database {
        Database::Mysql
    }

    /// Reads the rows of a text that ends with a query, the query by itself. All others stay one
    /// message, whose first statement may be what keeps other writers out.
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let (start, last) = command.statements().last().unwrap_or_default();
        let answer = if last.starts_with("SELECT") {
            let before = command.sql().get(..start).unwrap_or_default();
            let before = if start == 0 {
                Ok(())
            } else {
                self.batch_execute(before)
            };
            before.and_then(|()| load(self, last))
        } else {
            self.batch_execute(command.sql()).map(|()| Rows::new())
        };
        answer.map_err(|error| driver_error(self, error))
    }
}

/// What a prepared statement answers is binary: whole numbers are made text, and what else the
/// engine reads is text.
impl AsText for Mysql {
    fn text(value: MysqlValue<'_>) -> deserialize::Result<String> {
        use MysqlType::{
            Long, LongLong, Short, Tiny, UnsignedLong, UnsignedLongLong, UnsignedShort,
            UnsignedTiny,
        };
        Ok(match value.value_type() {
            Tiny | Short | Long | LongLong => {
                <i64 as FromSql<BigInt, Self>>::from_sql(value)?.to_string()
            }
            UnsignedTiny | UnsignedShort | UnsignedLong | UnsignedLongLong => {
                <u64 as FromSql<Unsigned<BigInt>, Self>>::from_sql(value)?.to_string()
            }
            _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
    }
}

fn driver_error(connection: &mut MysqlConnection, error: Error) -> DriverError {
    let Error::DatabaseError(_, information) = &error else {
        return DriverError::new(error.to_string(), error);
    };
    let message = information.message().to_owned();
    DriverError::new(message, error).code(code(connection))
}

/// Diesel hides the number of an error; the server knows that of the latest.
fn code(connection: &mut MysqlConnection) -> Option<String> {
    const KEEP: &str = "GET DIAGNOSTICS CONDITION 1 @rungs_errno = MYSQL_ERRNO";
    connection.batch_execute(KEEP).ok()?;
    let rows = load(connection, "SELECT CAST(@rungs_errno AS CHAR)").ok()?;
    rows.into_iter().next()?.into_iter().next()?
}
