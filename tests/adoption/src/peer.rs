//! The tools themselves, each as its users call it, on a directory that is read at run time.

use std::path::Path;

use diesel::Connection as _;
use diesel::migration::MigrationSource;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use rungs::{Check, Database, Tool};
use tokio::runtime::Runtime;

use crate::{down, up};

/// A tool that migrates.
pub trait Peer: Sync {
    /// Which.
    fn tool(&self) -> Tool;

    /// The table of its history.
    fn table(&self) -> &'static str;

    /// What its checksums say about files that nobody has edited.
    fn check(&self) -> Check;

    /// The files of a migration, by its names for them.
    fn files(&self, number: usize) -> Vec<(String, String)>;

    /// Applies a directory to a database.
    fn migrate(&self, database: Database, url: &str, directory: &Path);
}

/// sqlx.
#[derive(Debug)]
pub struct Sqlx;

/// refinery.
#[derive(Debug)]
pub struct Refinery;

/// diesel.
#[derive(Debug)]
pub struct Diesel;

impl Peer for Sqlx {
    fn tool(&self) -> Tool {
        Tool::Sqlx
    }

    fn table(&self) -> &'static str {
        "_sqlx_migrations"
    }

    fn check(&self) -> Check {
        Check::Matches
    }

    fn files(&self, number: usize) -> Vec<(String, String)> {
        // Some as git checks them out on Windows.
        let text = match number % 10 {
            3 => up(number).replace('\n', "\r\n"),
            _ => up(number),
        };
        vec![
            (format!("{number:04}_make_t{number}.up.sql"), text),
            (format!("{number:04}_make_t{number}.down.sql"), down(number)),
        ]
    }

    fn migrate(&self, database: Database, url: &str, directory: &Path) {
        use sqlx::{ConnectOptions as _, Connection as _};

        let run = async {
            let migrator = sqlx::migrate::Migrator::new(directory).await.unwrap();
            match database {
                Database::Mysql => {
                    let mut connection = sqlx::MySqlConnection::connect(url).await.unwrap();
                    migrator.run(&mut connection).await.unwrap();
                }
                Database::Postgres => {
                    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
                    migrator.run(&mut connection).await.unwrap();
                }
                _ => {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(url);
                    let options = options.create_if_missing(true);
                    let mut connection = options.connect().await.unwrap();
                    migrator.run(&mut connection).await.unwrap();
                    connection.close().await.unwrap();
                }
            }
        };
        Runtime::new().unwrap().block_on(run);
    }
}

impl Peer for Refinery {
    fn tool(&self) -> Tool {
        Tool::Refinery
    }

    fn table(&self) -> &'static str {
        "refinery_schema_history"
    }

    fn check(&self) -> Check {
        Check::Matches
    }

    fn files(&self, number: usize) -> Vec<(String, String)> {
        vec![(format!("V{number}__make_t{number}.sql"), up(number))]
    }

    fn migrate(&self, database: Database, url: &str, directory: &Path) {
        let migrations = refinery::load_sql_migrations(directory).unwrap();
        let runner = refinery::Runner::new(&migrations);
        match database {
            Database::Mysql => {
                runner.run(&mut mysql::Conn::new(url).unwrap()).unwrap();
            }
            Database::Postgres => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                runner.run(&mut client).unwrap();
            }
            _ => {
                let mut connection = rusqlite::Connection::open(url).unwrap();
                runner.run(&mut connection).unwrap();
            }
        }
    }
}

impl Peer for Diesel {
    fn tool(&self) -> Tool {
        Tool::Diesel
    }

    fn table(&self) -> &'static str {
        "__diesel_schema_migrations"
    }

    fn check(&self) -> Check {
        Check::None
    }

    fn files(&self, number: usize) -> Vec<(String, String)> {
        // Its command line wrote times in both ways.
        let folder = match number {
            ..50 => format!("2019-12-05-{number:06}_make_t{number}"),
            _ => format!("2025-11-19-{number:06}-0000_make_t{number}"),
        };
        vec![
            (format!("{folder}/up.sql"), up(number)),
            (format!("{folder}/down.sql"), down(number)),
        ]
    }

    fn migrate(&self, database: Database, url: &str, directory: &Path) {
        let source = || FileBasedMigrations::from_path(directory).unwrap();
        match database {
            Database::Mysql => run(diesel::MysqlConnection::establish(url), source()),
            Database::Postgres => run(diesel::PgConnection::establish(url), source()),
            _ => run(diesel::SqliteConnection::establish(url), source()),
        }
    }
}

fn run<C, S>(connection: diesel::ConnectionResult<C>, source: S)
where
    C: diesel::Connection + MigrationHarness<C::Backend>,
    S: MigrationSource<C::Backend>,
{
    connection.unwrap().run_pending_migrations(source).unwrap();
}
