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

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
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
    let code = code(connection, &message);
    DriverError::new(message, error).code(code)
}

/// Diesel hides the number of an error; the server knows it of the latest statement. The error stands
/// behind the warnings of its statement, and before a note that says where in a routine it was.
fn code(connection: &mut MysqlConnection, message: &str) -> Option<String> {
    const KEEP: &str = "GET DIAGNOSTICS @rungs_conditions = NUMBER; \
                        GET DIAGNOSTICS CONDITION 1 \
                        @rungs_first = MYSQL_ERRNO, @rungs_first_text = MESSAGE_TEXT; \
                        GET DIAGNOSTICS CONDITION @rungs_conditions @rungs_last = MYSQL_ERRNO";
    const READ: &str = "SELECT CAST(@rungs_first AS CHAR), CAST(@rungs_first_text AS CHAR), \
                        CAST(@rungs_last AS CHAR)";
    connection.batch_execute(KEEP).ok()?;
    let row = load(connection, READ).ok()?.into_iter().next()?;
    let [first, first_text, last] = row.try_into().ok()?;
    let is_first = first_text.is_some_and(|text| text == message);
    if is_first { first } else { last }
}
