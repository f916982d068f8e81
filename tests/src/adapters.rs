//! The adapters that Rungs comes with.

mod mysql;
mod postgres;
pub mod sqlite;

use std::future::Future;

use rungs::{AsyncConnection, Database};
use sqlx::pool::PoolConnection;
use tokio::runtime::{Builder, Runtime};

use crate::engine::Engine;
use crate::recorder::Tape;
use crate::session::{Adapter, Awaited, Session};

/// Those that connect to a family of database systems.
pub fn of(database: Database) -> &'static [&'static dyn Adapter] {
    match database {
        Database::Mysql => mysql::ALL,
        Database::Postgres => postgres::ALL,
        Database::Sqlite => sqlite::ALL,
        _ => &[],
    }
}

/// Those that can be run on a database system.
pub fn on(engine: &dyn Engine) -> Vec<&'static dyn Adapter> {
    let adapters = of(engine.database()).iter().copied();
    let is_pooler = engine.name().starts_with("pgbouncer");
    let works = |adapter: &&dyn Adapter| !is_pooler || !adapter.prepares();
    adapters.filter(works).collect()
}

/// One of them that blocks, and one that is awaited.
pub fn kinds(database: Database) -> &'static [&'static dyn Adapter] {
    match database {
        Database::Mysql => &[&mysql::Mysql, &mysql::MysqlAsync],
        Database::Postgres => &[&postgres::Postgres, &postgres::TokioPostgres],
        Database::Sqlite => &[&sqlite::Rusqlite, &sqlite::SqlxConnection],
        _ => &[],
    }
}

/// What awaits: the thread of the test, and one beside it for what nobody waits for.
pub fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// A session that awaits: on a connection that is made on a runtime of its own.
fn awaited<C: AsyncConnection + 'static>(
    tape: Tape,
    connecting: impl Future<Output = C>,
    close: fn(&Runtime, C),
) -> Box<dyn Session> {
    let runtime = runtime();
    let connection = runtime.block_on(connecting);
    Box::new(Awaited::<C>::new(runtime, connection, tape).closing(close))
}

/// The same on a connection of a pool, which is made on it as well.
fn pooled<D: sqlx::Database>(
    tape: Tape,
    connecting: impl Future<Output = PoolConnection<D>>,
) -> Box<dyn Session>
where
    PoolConnection<D>: AsyncConnection,
    D::Connection: AsyncConnection,
{
    let runtime = runtime();
    let connection = runtime.block_on(connecting);
    let session = Awaited::<_, D::Connection>::new(runtime, connection, tape);
    Box::new(session.closing(|runtime, it| runtime.block_on(it.close()).unwrap()))
}
