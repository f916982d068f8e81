//! For the tests of an application: the feature `testing`.
//!
//! [`round_trip`] applies each migration of a set to an empty database, rolls it back and applies it
//! again, and compares the schema that is there after each step. [`TempFile`], [`TempDatabase`] and
//! [`AsyncTempDatabase`] are databases for one test.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "rusqlite")] {
//! # static MIGRATIONS: rungs::Migrations = rungs::Migrations::EMPTY;
//! let mut connection = rusqlite::Connection::open_in_memory()?;
//! let trip = rungs::testing::round_trip(&MIGRATIONS, &mut connection)?;
//! assert!(trip.one_way.is_empty(), "these have no way down: {:?}", trip.one_way);
//! # }
//! # Ok(())
//! # }
//! ```

mod database;
mod schema;
mod trip;

pub use database::{AsyncTempDatabase, TempDatabase, TempFile};
pub use schema::{Difference, Schema};
pub use trip::{RoundTrip, RoundTripError};

use crate::connection::{Acquire, AsyncConnection as _, Command, Connection, Rows};
use crate::error::Error;
use crate::migrator::Migrator;
use crate::table::Migrations;
use trip::{Move, Trip};

/// Applies each migration, rolls it back and applies it again, and compares the schemas.
///
/// What a way down leaves must be what was there before, and what comes of applying the migration again
/// must be what came of it the first time. The database must be empty; it ends with all migrations
/// applied. Columns are compared without their order, and rows not at all.
pub fn round_trip<C: Connection>(
    migrations: &Migrations,
    connection: &mut C,
) -> Result<RoundTrip, RoundTripError> {
    let migrator = Migrator::new(migrations);
    let mut trip = Trip::new(migrations);
    loop {
        let seen = schema(connection)?;
        match trip.next(seen)? {
            Some(Move(target)) => drop(migrator.migrate_to(connection, target)?),
            None => return Ok(trip.end()),
        }
    }
}

/// Like [`round_trip`], awaited.
pub async fn round_trip_async<A: Acquire>(
    migrations: &Migrations,
    connection: A,
) -> Result<RoundTrip, RoundTripError> {
    let migrator = Migrator::new(migrations);
    let mut trip = Trip::new(migrations);
    let mut connection = connection.acquire().await.map_err(unconnected)?;
    loop {
        let seen = schema_async(&mut connection).await?;
        match trip.next(seen)? {
            Some(Move(target)) => drop(migrator.migrate_to_async(&mut connection, target).await?),
            None => return Ok(trip.end()),
        }
    }
}

/// Everything that is in a database but the log: a line for each thing.
pub fn schema<C: Connection>(connection: &mut C) -> Result<Schema, Error> {
    let mut rows = Rows::new();
    for question in schema::questions(connection.database()) {
        rows.extend(connection.run(&ask(question)).map_err(unread)?);
    }
    Ok(Schema::new(rows))
}

/// Like [`schema`], awaited.
pub async fn schema_async<A: Acquire>(connection: A) -> Result<Schema, Error> {
    let mut connection = connection.acquire().await.map_err(unconnected)?;
    let mut rows = Rows::new();
    for question in schema::questions(connection.database()) {
        rows.extend(connection.run(&ask(question)).await.map_err(unread)?);
    }
    Ok(Schema::new(rows))
}

fn ask(question: &'static str) -> Command {
    Command::of(&[question]).with_answer(true)
}

fn unread(source: crate::DriverError) -> Error {
    Error::Database {
        doing: "read the schema",
        source: Box::new(source),
    }
}

fn unconnected(source: crate::DriverError) -> Error {
    Error::Database {
        doing: "get a connection",
        source: Box::new(source),
    }
}
