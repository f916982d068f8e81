//! The adapters that Rungs comes with.

pub mod sqlite;

use rungs::Database;
use tokio::runtime::{Builder, Runtime};

use crate::session::Adapter;

/// Those that connect to a family of database systems.
pub fn of(database: Database) -> &'static [&'static dyn Adapter] {
    match database {
        Database::Sqlite => sqlite::ALL,
        _ => &[],
    }
}

/// One of them that blocks, and one that is awaited.
pub fn kinds(database: Database) -> &'static [&'static dyn Adapter] {
    match database {
        Database::Sqlite => &[&sqlite::Rusqlite, &sqlite::SqlxConnection],
        _ => &[],
    }
}

/// What awaits: one thread.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
