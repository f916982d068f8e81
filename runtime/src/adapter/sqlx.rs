//! What the databases of `sqlx` have in common.

use std::any::Any;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

use crate::connection::{Acquire, AsyncConnection, Command, DriverError, Rows};

/// A database whose connections rungs knows.
pub trait Known: Database<Connection: AsyncConnection> {
    /// Whether a pool has to close a connection on which a run was dropped.
    const CLOSE_ABANDONED: bool;
}

impl<D: Known> AsyncConnection for PoolConnection<D> {
    fn database(&self) -> crate::Database {
        D::Connection::database(self)
    }

    fn as_any(&mut self) -> Option<&mut (dyn Any + Send)> {
        D::Connection::as_any(self)
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        D::Connection::run(self, command).await
    }

    async fn sleep(&mut self, pause: Duration) {
        D::Connection::sleep(self, pause).await;
    }

    fn abandon(&mut self, commands: &[Command]) {
        D::Connection::abandon(self, commands);
        if D::CLOSE_ABANDONED {
            self.close_on_drop();
        }
    }
}

impl<D: Known> Acquire for &Pool<D> {
    type Connection = PoolConnection<D>;

    async fn acquire(self) -> Result<Self::Connection, DriverError> {
        let connection = Pool::acquire(self).await;
        connection.map_err(|error| DriverError::new(error.to_string(), error))
    }
}

#[cfg(any(feature = "sqlx-mysql", feature = "sqlx-postgres"))]
pub(super) use several::read;

/// Commands of several statements, which SQLite never gets.
#[cfg(any(feature = "sqlx-mysql", feature = "sqlx-postgres"))]
mod several {
    use futures_util::TryStreamExt as _;
    use futures_util::stream::BoxStream;
    use sqlx::{Database, Either, Error, Row as _};

    use crate::adapter::answers::Answers;

    /// What sqlx makes of the answers to several statements: a row, or the end of a statement.
    type Stream<'c, D> = BoxStream<'c, Result<Item<D>, Error>>;
    type Item<D> = Either<<D as Database>::QueryResult, <D as Database>::Row>;

    /// Reads the answer of every statement.
    pub(in crate::adapter) async fn read<D: Database>(
        mut stream: Stream<'_, D>,
        value: fn(&D::Row, usize) -> Result<Option<String>, Error>,
        answers: &mut Answers,
    ) -> Result<(), Error> {
        while let Some(answer) = stream.try_next().await? {
            match answer {
                Either::Left(_) => answers.complete(),
                Either::Right(row) => {
                    let values = (0..row.len()).map(|column| value(&row, column));
                    answers.row(values.collect::<Result<_, _>>()?);
                }
            }
        }
        Ok(())
    }
}
