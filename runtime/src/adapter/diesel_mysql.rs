//! MySQL and MariaDB through `diesel`.
//!
//! Of a text that fails diesel does not say how many of its statements were complete.

use std::any::Any;

use diesel::connection::SimpleConnection as _;
use diesel::deserialize::{self, FromSql};
use diesel::mysql::{Mysql, MysqlConnection, MysqlType, MysqlValue};
use diesel::result::Error;
use diesel::sql_types::{BigInt, Unsigned};

use super::diesel::{AsText, load, parts};
use crate::connection::{Command, Connection, Database, DriverError, Rows};

impl Connection for MysqlConnection {
    fn database(&self) -> Database {
        Database::Mysql
    }

    fn as_any(&mut self) -> Option<&mut dyn Any> {
        Some(self)
    }

    fn counts_statements(&self) -> bool {
        false
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let (before, last) = parts(command);
        let done = if before.is_empty() {
            Ok(())
        } else {
            self.batch_execute(before)
        };
        let answer = done
            .and_then(|()| last.map_or_else(|| Ok(Rows::new()), |(_, query)| load(self, query)));
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

/// Diesel hides the number of an error; the server knows that of the latest, behind any warnings of
/// the same statement.
fn code(connection: &mut MysqlConnection) -> Option<String> {
    const KEEP: &str = "GET DIAGNOSTICS @rungs_conditions = NUMBER; \
                        GET DIAGNOSTICS CONDITION @rungs_conditions @rungs_errno = MYSQL_ERRNO";
    connection.batch_execute(KEEP).ok()?;
    let rows = load(connection, "SELECT CAST(@rungs_errno AS CHAR)").ok()?;
    rows.into_iter().next()?.into_iter().next()?
}
