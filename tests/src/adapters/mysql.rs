//! Drivers of MySQL and MariaDB.

use diesel::Connection as _;
use mysql::{Conn, Opts};
use rungs::Database;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{Connection as _, MySqlConnection};

use super::{awaited, pooled};
use crate::recorder::Tape;
use crate::session::{Adapter, Blocking, Session};

pub(super) const ALL: &[&dyn Adapter] = &[&Mysql, &MysqlAsync, &SqlxConnection, &SqlxPool, &Diesel];

/// `mysql::Conn`.
#[derive(Debug)]
pub(super) struct Mysql;

impl Adapter for Mysql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connection = Conn::new(Opts::from_url(url).unwrap()).unwrap();
        Box::new(Blocking::new(connection, tape))
    }
}

/// `mysql_async::Conn`.
#[derive(Debug)]
pub(super) struct MysqlAsync;

impl Adapter for MysqlAsync {
    fn name(&self) -> &'static str {
        "mysql_async"
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async { mysql_async::Conn::from_url(url).await.unwrap() };
        awaited(tape, connecting, |runtime, it| {
            // After a run that was dropped the driver may not know what to read.
            let _ = runtime.block_on(it.disconnect());
        })
    }

    fn survives_a_drop(&self) -> bool {
        false
    }
}

/// `sqlx::MySqlConnection`.
#[derive(Debug)]
pub(super) struct SqlxConnection;

impl Adapter for SqlxConnection {
    fn name(&self) -> &'static str {
        "sqlx MySqlConnection"
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async { MySqlConnection::connect(url).await.unwrap() };
        awaited(tape, connecting, |runtime, it| {
            runtime.block_on(it.close()).unwrap();
        })
    }

    fn survives_a_drop(&self) -> bool {
        false
    }
}

/// A connection of a `sqlx::MySqlPool`.
#[derive(Debug)]
pub(super) struct SqlxPool;

impl Adapter for SqlxPool {
    fn name(&self) -> &'static str {
        "sqlx MySqlPool"
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        let connecting = async {
            let pool = MySqlPoolOptions::new()
                .max_connections(1)
                .connect(url)
                .await;
            pool.unwrap().acquire().await.unwrap()
        };
        pooled(tape, connecting)
    }
}

/// `diesel::MysqlConnection`.
#[derive(Debug)]
pub(super) struct Diesel;

impl Adapter for Diesel {
    fn name(&self) -> &'static str {
        "diesel MysqlConnection"
    }

    fn database(&self) -> Database {
        Database::Mysql
    }

    fn open(&self, url: &str, tape: Tape) -> Box<dyn Session> {
        // Its client library knows no options that only other drivers have.
        let (url, _) = url.split_once('?').unwrap();
        let connection = diesel::MysqlConnection::establish(url).unwrap();
        Box::new(Blocking::new(connection, tape))
    }

    fn counts(&self) -> bool {
        false
    }
}
