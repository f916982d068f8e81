//! The drivers: each opens a connection as an application would, and upgrades.

use std::error::Error;
use std::future::Future;

use clap::ValueEnum;
use rungs::{Database, Migrator, Report};
use sqlx::Connection as _;

/// A driver that rungs has an adapter for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Driver {
    /// `postgres`
    Postgres,
    /// `tokio-postgres`
    TokioPostgres,
    /// `sqlx`, to `PostgreSQL`
    SqlxPostgres,
    /// `mysql`
    Mysql,
    /// `mysql_async`
    MysqlAsync,
    /// `sqlx`, to `MySQL`
    SqlxMysql,
}

type Upgraded = Result<Report, Box<dyn Error>>;

impl Driver {
    /// Those of a family of databases.
    pub fn of(database: Database) -> &'static [Self] {
        match database {
            Database::Mysql => &[Self::Mysql, Self::MysqlAsync, Self::SqlxMysql],
            _ => &[Self::Postgres, Self::TokioPostgres, Self::SqlxPostgres],
        }
    }

    /// What it is called on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Connects and upgrades.
    pub fn upgrade(self, url: &str, migrator: &Migrator<'_>) -> Upgraded {
        match self {
            Self::Postgres => {
                let mut client = postgres::Client::connect(url, postgres::NoTls)?;
                Ok(migrator.upgrade(&mut client)?)
            }
            Self::Mysql => {
                let mut connection = mysql::Conn::new(mysql::Opts::from_url(url)?)?;
                Ok(migrator.upgrade(&mut connection)?)
            }
            Self::TokioPostgres => awaited(async {
                let (mut client, connection) =
                    tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
                tokio::spawn(connection);
                Ok(migrator.upgrade_async(&mut client).await?)
            }),
            Self::SqlxPostgres => awaited(async {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                Ok(migrator.upgrade_async(&mut connection).await?)
            }),
            Self::MysqlAsync => awaited(async {
                let mut connection = mysql_async::Conn::from_url(url).await?;
                Ok(migrator.upgrade_async(&mut connection).await?)
            }),
            Self::SqlxMysql => awaited(async {
                let mut connection = sqlx::MySqlConnection::connect(url).await?;
                Ok(migrator.upgrade_async(&mut connection).await?)
            }),
        }
    }
}

fn awaited(upgraded: impl Future<Output = Upgraded>) -> Upgraded {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(upgraded)
}
