//! Adapters: one file a driver, each behind the feature of its name.

#[cfg(feature = "diesel-async-postgres")]
mod diesel_async_postgres;
#[cfg(feature = "diesel-mysql")]
mod diesel_mysql;
#[cfg(feature = "diesel-postgres")]
mod diesel_postgres;
#[cfg(feature = "diesel-sqlite")]
mod diesel_sqlite;
#[cfg(feature = "mysql-async")]
mod mysql_async;
#[cfg(feature = "rusqlite")]
mod rusqlite;
#[cfg(feature = "rust-mysql")]
mod rust_mysql;
#[cfg(feature = "rust-postgres")]
mod rust_postgres;
#[cfg(feature = "sqlx-mysql")]
mod sqlx_mysql;
#[cfg(feature = "sqlx-postgres")]
mod sqlx_postgres;
#[cfg(feature = "sqlx-sqlite")]
mod sqlx_sqlite;
#[cfg(feature = "tokio-postgres")]
mod tokio_postgres;

// What several of them share.
#[cfg(any(
    feature = "mysql-async",
    feature = "rust-mysql",
    feature = "sqlx-mysql",
    feature = "sqlx-postgres",
    feature = "tokio-postgres",
))]
mod answers;
#[cfg(any(
    feature = "diesel-async-postgres",
    feature = "diesel-mysql",
    feature = "diesel-postgres",
    feature = "diesel-sqlite"
))]
mod diesel;
#[cfg(any(feature = "diesel-async-postgres", feature = "diesel-postgres"))]
mod diesel_postgres_family;
#[cfg(any(
    feature = "diesel-async-postgres",
    feature = "diesel-postgres",
    feature = "rust-postgres",
    feature = "sqlx-postgres",
    feature = "tokio-postgres",
))]
mod postgres_error;
#[cfg(any(feature = "rust-postgres", feature = "tokio-postgres"))]
mod rust_postgres_family;
#[cfg(any(
    feature = "sqlx-mysql",
    feature = "sqlx-postgres",
    feature = "sqlx-sqlite"
))]
mod sqlx;
