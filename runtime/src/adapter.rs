//! Adapters: one file a driver, each behind the feature of its name.

#[cfg(feature = "rusqlite")]
mod rusqlite;
#[cfg(feature = "sqlx-sqlite")]
mod sqlx_sqlite;
