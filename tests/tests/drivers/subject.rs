//! One face for all drivers, and how each connects.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use diesel::Connection as _;
use rungs::{Acquire, AsyncConnection, Command, Connection, DriverError, Rows};
use rungs_servers::{Protocol, Role, require};
use sqlx::Connection as _;
use tokio::runtime::{Builder, Runtime};

pub(crate) trait Subject {
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError>;

    /// Starts the command, and when it has `started` drops it, as a run that is dropped does; false
    /// when calls block, so that nothing can be dropped.
    fn drop_run(
        &mut self,
        command: &Command,
        started: &mut dyn FnMut() -> bool,
        rollback: &Command,
    ) -> bool;

    /// Drops the connection, or gives it back to its pool.
    fn release(&mut self);
}

/// What a driver or a pool hands out, and the way from it to a connection that rungs knows.
struct Blocking<O, C> {
    object: Option<O>,
    connection: fn(&mut O) -> &mut C,
}

impl<O, C: Connection> Subject for Blocking<O, C> {
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let object = self.object.as_mut().unwrap();
        (self.connection)(object).run(command)
    }

    fn drop_run(&mut self, _: &Command, _: &mut dyn FnMut() -> bool, _: &Command) -> bool {
        false
    }

    fn release(&mut self) {
        self.object = None;
    }
}

/// The same, awaited.
struct Awaited<O, C> {
    runtime: Runtime,
    object: Option<O>,
    connection: fn(&mut O) -> &mut C,
}

impl<O, C: AsyncConnection> Subject for Awaited<O, C> {
    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let connection = (self.connection)(self.object.as_mut().unwrap());
        self.runtime.block_on(connection.run(command))
    }

    fn drop_run(
        &mut self,
        command: &Command,
        started: &mut dyn FnMut() -> bool,
        rollback: &Command,
    ) -> bool {
        let connection = (self.connection)(self.object.as_mut().unwrap());
        {
            let mut run = pin!(connection.run(command));
            loop {
                let moment = Duration::from_millis(5);
                let waiting = async { tokio::time::timeout(moment, run.as_mut()).await };
                assert!(
                    self.runtime.block_on(waiting).is_err(),
                    "it waits for a lock"
                );
                if started() {
                    break;
                }
            }
        }
        let _entered = self.runtime.enter();
        connection.abandon(std::slice::from_ref(rollback));
        true
    }

    fn release(&mut self) {
        let _entered = self.runtime.enter();
        self.object = None;
    }
}

impl<O, C> Drop for Awaited<O, C> {
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        self.object = None;
    }
}

fn blocking<O: 'static, C: Connection + 'static>(
    object: O,
    connection: fn(&mut O) -> &mut C,
) -> Box<dyn Subject> {
    let object = Some(object);
    Box::new(Blocking { object, connection })
}

fn awaited<O: 'static, C: AsyncConnection + 'static>(
    connect: impl Future<Output = O>,
    connection: fn(&mut O) -> &mut C,
) -> Box<dyn Subject> {
    let runtime = runtime();
    let object = Some(runtime.block_on(connect));
    Box::new(Awaited {
        runtime,
        object,
        connection,
    })
}

/// A thread beside that of the test: it reads what the test does not wait for.
fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// The address of the first server of a protocol, not of a pooler.
fn address(protocol: Protocol) -> String {
    let mut servers = require(protocol).into_iter();
    let server = servers.find(|server| matches!(server.role(), Role::Single));
    server.unwrap().admin_url()
}

pub(crate) fn postgres_address() -> String {
    address(Protocol::Postgres)
}

/// `mysql` and `mysql_async` would go around the address, through a socket.
pub(crate) fn mariadb_address() -> String {
    address(Protocol::MySql) + "?prefer_socket=false"
}

pub(crate) fn diesel_postgres() -> Box<dyn Subject> {
    let connection = diesel::PgConnection::establish(&postgres_address());
    blocking(connection.unwrap(), |it| it)
}

pub(crate) fn diesel_async() -> Box<dyn Subject> {
    use diesel_async::AsyncConnection as _;

    let connect = async {
        let connecting = diesel_async::AsyncPgConnection::establish(&postgres_address()).await;
        connecting.unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn diesel_mysql() -> Box<dyn Subject> {
    let connection = diesel::MysqlConnection::establish(&address(Protocol::MySql));
    blocking(connection.unwrap(), |it| it)
}

pub(crate) fn postgres() -> Box<dyn Subject> {
    let client = postgres::Client::connect(&postgres_address(), postgres::NoTls).unwrap();
    blocking(client, |it| it)
}

pub(crate) fn postgres_in_r2d2() -> Box<dyn Subject> {
    let config = postgres_address().parse().unwrap();
    let manager = r2d2_postgres::PostgresConnectionManager::new(config, postgres::NoTls);
    let pool = r2d2_postgres::r2d2::Pool::builder()
        .max_size(1)
        .build(manager);
    blocking(pool.unwrap().get().unwrap(), |it| &mut **it)
}

pub(crate) fn tokio_postgres() -> Box<dyn Subject> {
    let connect = async {
        let address = postgres_address();
        let connecting = tokio_postgres::connect(&address, postgres::NoTls);
        let (client, connection) = connecting.await.unwrap();
        tokio::spawn(connection);
        client
    };
    awaited(connect, |it| it)
}

pub(crate) fn tokio_postgres_in_bb8() -> Box<dyn Subject> {
    let connect = async {
        let config = postgres_address().parse().unwrap();
        let manager = bb8_postgres::PostgresConnectionManager::new(config, postgres::NoTls);
        let pool = bb8_postgres::bb8::Pool::builder()
            .max_size(1)
            .build(manager);
        pool.await.unwrap().get_owned().await.unwrap()
    };
    awaited(connect, |it| &mut **it)
}

pub(crate) fn tokio_postgres_in_deadpool() -> Box<dyn Subject> {
    let connect = async {
        let config = postgres_address().parse().unwrap();
        let manager = deadpool_postgres::Manager::new(config, postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
        pool.get().await.unwrap()
    };
    awaited(connect, |it| &mut ***it)
}

pub(crate) fn sqlx_postgres() -> Box<dyn Subject> {
    let connect = async {
        sqlx::PgConnection::connect(&postgres_address())
            .await
            .unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn sqlx_postgres_pool() -> Box<dyn Subject> {
    let connect = async {
        let pool = sqlx::PgPool::connect(&postgres_address()).await.unwrap();
        Acquire::acquire(&pool).await.unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn mysql() -> Box<dyn Subject> {
    let options = mysql::Opts::from_url(&mariadb_address()).unwrap();
    blocking(mysql::Conn::new(options).unwrap(), |it| it)
}

pub(crate) fn mysql_pool() -> Box<dyn Subject> {
    let pool = mysql::Pool::new(mariadb_address().as_str()).unwrap();
    blocking(pool.get_conn().unwrap(), |it| it)
}

pub(crate) fn mysql_async() -> Box<dyn Subject> {
    let connect = async {
        mysql_async::Conn::from_url(mariadb_address())
            .await
            .unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn mysql_async_pool() -> Box<dyn Subject> {
    let connect = async {
        let pool = mysql_async::Pool::new(mariadb_address().as_str());
        Acquire::acquire(&pool).await.unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn sqlx_mysql() -> Box<dyn Subject> {
    let connect = async {
        sqlx::MySqlConnection::connect(&mariadb_address())
            .await
            .unwrap()
    };
    awaited(connect, |it| it)
}

pub(crate) fn sqlx_mysql_pool() -> Box<dyn Subject> {
    let connect = async {
        let pool = sqlx::MySqlPool::connect(&mariadb_address()).await.unwrap();
        Acquire::acquire(&pool).await.unwrap()
    };
    awaited(connect, |it| it)
}

/// What pools say when nobody listens at the address that they were given.
pub(crate) fn unreachable() -> [DriverError; 3] {
    let timeout = Duration::from_millis(100);
    let postgres = sqlx::postgres::PgPoolOptions::new().acquire_timeout(timeout);
    let mysql = sqlx::mysql::MySqlPoolOptions::new().acquire_timeout(timeout);
    runtime().block_on(async {
        let postgres = postgres
            .connect_lazy("postgres://me:s3cret@127.0.0.1:1/x")
            .unwrap();
        let mysql = mysql
            .connect_lazy("mysql://me:s3cret@127.0.0.1:1/x")
            .unwrap();
        let mysql_async = mysql_async::Pool::new("mysql://me:s3cret@127.0.0.1:1/x");
        [
            Acquire::acquire(&postgres).await.err().unwrap(),
            Acquire::acquire(&mysql).await.err().unwrap(),
            Acquire::acquire(&mysql_async).await.err().unwrap(),
        ]
    })
}
