//! The rows and the errors that `postgres` and `tokio-postgres` share.

use tokio_postgres::error::ErrorPosition;
use tokio_postgres::{Error, SimpleQueryRow};

use super::postgres_error::{byte_offset, lines};
use crate::connection::DriverError;

pub(super) fn values(row: &SimpleQueryRow) -> Result<Vec<Option<String>>, Error> {
    (0..row.len())
        .map(|column| Ok(row.try_get(column)?.map(str::to_owned)))
        .collect()
}

/// Takes the error apart; `sql` is the text that was sent.
pub(super) fn driver_error(sql: &str, error: Error) -> DriverError {
    let Some(database) = error.as_db_error() else {
        return DriverError::new(error.to_string(), error);
    };
    let (offset, query) = match database.position() {
        Some(ErrorPosition::Original(position)) => {
            let position = usize::try_from(*position).ok();
            (position.and_then(|it| byte_offset(sql, it)), None)
        }
        Some(ErrorPosition::Internal { query, .. }) => (None, Some(query.as_str())),
        None => (None, None),
    };
    let detail = lines([database.detail(), database.hint(), database.where_(), query]);
    let message = database.message().to_owned();
    let code = database.code().code().to_owned();
    DriverError::new(message, error)
        .code(Some(code))
        .detail(detail)
        .offset(offset)
}
