//! Drivers of PostgreSQL.

use diesel::Connection as _;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use postgres::{Client, NoTls};
use rungs::Database;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgConnection};

use super::{awaited, pooled};
use crate::recorder::Tape;
use crate::session::{Adapter, Blocking, Session};

pub(super) const ALL: &[&dyn Adapter] = &[
    &Postgres,
    &TokioPostgres,
    &SqlxConnection,
    &SqlxPool,
    &Diesel,
    &DieselAsync,
];

/// `postgres::Client`.
#[derive(Debug)]
pub(super) struct Postgres;

impl Adapter for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let client = Client::connect(url, NoTls).unwrap();
        Box::new(Blocking::new(client, tape))
    }

    fn counts(&self) -> bool {
        false
    }
}

/// `tokio_postgres::Client`.
#[derive(Debug)]
pub(super) struct TokioPostgres;

impl Adapter for TokioPostgres {
    fn name(&self) -> &'static str {
        "tokio-postgres"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        };
        awaited(tape, connecting, |_, client| drop(client))
    }
}

/// `sqlx::PgConnection`.
#[derive(Debug)]
pub(super) struct SqlxConnection;

impl Adapter for SqlxConnection {
    fn name(&self) -> &'static str {
        "sqlx PgConnection"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async { PgConnection::connect(url).await.unwrap() };
        awaited(tape, connecting, |runtime, it| {
            runtime.block_on(it.close()).unwrap();
        })
    }
}

/// A connection of a `sqlx::PgPool`.
#[derive(Debug)]
pub(super) struct SqlxPool;

impl Adapter for SqlxPool {
    fn name(&self) -> &'static str {
        "sqlx PgPool"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async {
            let pool = PgPoolOptions::new().max_connections(1).connect(url).await;
            pool.unwrap().acquire().await.unwrap()
        };
        pooled(tape, connecting)
    }
}

/// `diesel::PgConnection`.
#[derive(Debug)]
pub(super) struct Diesel;

impl Adapter for Diesel {
    fn name(&self) -> &'static str {
        "diesel PgConnection"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connection = diesel::PgConnection::establish(url).unwrap();
        Box::new(Blocking::new(connection, tape))
    }

    fn counts(&self) -> bool {
        false
    }

    fn tells_context(&self) -> bool {
        false
    }

    fn prepares(&self) -> bool {
        true
    }
}

/// `diesel_async::AsyncPgConnection`.
#[derive(Debug)]
pub(super) struct DieselAsync;

impl Adapter for DieselAsync {
    fn name(&self) -> &'static str {
        "diesel-async AsyncPgConnection"
    }

    fn database(&self) -> Database {
        Database::Postgres
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async { AsyncPgConnection::establish(url).await.unwrap() };
        awaited(tape, connecting, |_, connection| drop(connection))
    }

    fn counts(&self) -> bool {
        false
    }

    fn tells_context(&self) -> bool {
        false
    }

    fn tells_place(&self) -> bool {
        false
    }

    fn prepares(&self) -> bool {
        true
    }
}
