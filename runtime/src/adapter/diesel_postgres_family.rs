//! The values and the errors of PostgreSQL that `diesel` and `diesel-async` share.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{BigInt, Bool, Integer, SmallInt};

use super::diesel::AsText;
use super::postgres_error::{byte_offset, lines};
use crate::connection::DriverError;

/// What a prepared statement answers is binary: numbers and truth are made the text that PostgreSQL
/// would make of them, and what else the engine reads is text.
impl AsText for Pg {
    fn text(value: PgValue<'_>) -> deserialize::Result<String> {
        const BOOL: u32 = 16;
        const INT8: u32 = 20;
        const INT2: u32 = 21;
        const INT4: u32 = 23;
        Ok(match value.get_oid().get() {
            BOOL if FromSql::<Bool, Self>::from_sql(value)? => "t".to_owned(),
            BOOL => "f".to_owned(),
            INT2 => <i16 as FromSql<SmallInt, Self>>::from_sql(value)?.to_string(),
            INT4 => <i32 as FromSql<Integer, Self>>::from_sql(value)?.to_string(),
            INT8 => <i64 as FromSql<BigInt, Self>>::from_sql(value)?.to_string(),
            _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
    }
}

/// Takes the error of a statement apart, which begins at `start` in the text of its command.
pub(super) fn driver_error(sql: &str, start: usize, error: Error) -> DriverError {
    let Error::DatabaseError(kind, database) = &error else {
        return DriverError::new(error.to_string(), error);
    };
    let message = database.message().to_owned();
    let code = code(*kind, &message).map(str::to_owned);
    let detail = lines([database.details(), database.hint()]);
    let position = database.statement_position();
    let position = position.and_then(|position| usize::try_from(position).ok());
    let offset = position.and_then(|position| byte_offset(sql, position));
    DriverError::new(message, error)
        .code(code)
        .detail(detail)
        .offset(offset.map(|offset| start + offset))
}

/// The SQLSTATE, which diesel shows as a kind and for most not at all: those that the engine has to
/// tell apart are recognised by their message, as long as the server speaks English.
fn code(kind: DatabaseErrorKind, message: &str) -> Option<&'static str> {
    match kind {
        DatabaseErrorKind::UniqueViolation => Some("23505"),
        DatabaseErrorKind::ForeignKeyViolation => Some("23503"),
        DatabaseErrorKind::NotNullViolation => Some("23502"),
        DatabaseErrorKind::CheckViolation => Some("23514"),
        DatabaseErrorKind::RestrictViolation => Some("23001"),
        DatabaseErrorKind::ExclusionViolation => Some("23P01"),
        DatabaseErrorKind::SerializationFailure => Some("40001"),
        DatabaseErrorKind::ReadOnlyTransaction => Some("25006"),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => None,
        _ => Some(code_of_message(message)),
    }
}

fn code_of_message(message: &str) -> &'static str {
    let (is_about_relation, is_about_schema) = (
        message.starts_with("relation \""),
        message.starts_with("schema \""),
    );
    match message {
        "deadlock detected" => "40P01",
        "canceling statement due to lock timeout" => "55P03",
        _ if message.starts_with("could not obtain lock on ") => "55P03",
        _ if message.starts_with("unsafe use of new value ") => "55P04",
        _ if message.ends_with(" because it has pending trigger events") => "55006",
        _ if is_about_relation && message.ends_with(" does not exist") => "42P01",
        _ if is_about_schema && message.ends_with(" does not exist") => "3F000",
        _ => "hidden by diesel",
    }
}
