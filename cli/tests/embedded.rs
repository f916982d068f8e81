//! The verbs as a subcommand of an application, which connects in its own way.

#![expect(clippy::expect_used, reason = "a test may stop where it stands")]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use clap::ArgMatches;
use rungs::{AsyncConnection, Command, Connection as _, Database, DriverError, Migrations, Rows};
use rungs_cli::Cli;
use rusqlite::Connection;

/// One migration that creates a table, as the macro would have it.
static MIGRATIONS: LazyLock<Migrations> = LazyLock::new(|| {
    let package = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| {
        std::fs::write(package.path().join(name), text).expect("a new file");
    };
    write(
        "1_customers.up.sql",
        "CREATE TABLE customers (id INTEGER);\n",
    );
    write("1_customers.down.sql", "DROP TABLE customers;\n");
    let output = rungs_build::compile(&rungs_build::Request {
        package: package.path().to_owned(),
        directory: ".".to_owned(),
        dialects: vec![rungs_build::Dialect::Sqlite],
        anywhere: true,
        ..rungs_build::Request::default()
    });
    let table = output.table.expect("a table");
    let encoded = rungs_build::encode(&table);
    Migrations::from_encoded(
        encoded.data,
        encoded.len,
        &[Database::Sqlite],
        encoded.state,
    )
});

fn typed(cli: &Cli<'_>, line: &str) -> ArgMatches {
    let application = clap::Command::new("shop").subcommand(clap::Command::new("serve"));
    let matches = cli.mount(application).try_get_matches_from(line.split(' '));
    matches.expect("it makes sense")
}

/// Whether it is what success looks like; exit codes cannot be compared.
fn is_success(status: Option<ExitCode>) -> bool {
    let status = status.expect("the subcommand was typed");
    format!("{status:?}") == format!("{:?}", ExitCode::SUCCESS)
}

fn connection() -> Connection {
    Connection::open_in_memory().expect("a database")
}

#[test]
fn a_connection_is_lent() {
    let cli = Cli::new(&MIGRATIONS);
    let mut connection = connection();
    assert!(is_success(
        cli.run(&typed(&cli, "shop migrate up"), &mut connection)
    ));
    let current = MIGRATIONS.current(&mut connection);
    assert_eq!(
        current.expect("an answer").map(rungs::Version::number),
        Some(1)
    );
    let down = typed(&cli, "shop migrate down");
    assert!(
        !is_success(cli.run(&down, &mut connection)),
        "nobody says yes"
    );
}

#[test]
fn other_subcommands_are_none_of_its_business() {
    let cli = Cli::new(&MIGRATIONS).name("db");
    let serve = typed(&cli, "shop serve");
    assert!(cli.run(&serve, &mut connection()).is_none());
    let connect = || -> Result<Connection, String> { Err("not asked for".to_owned()) };
    assert!(cli.run_with(&serve, connect).is_none());
    assert!(is_success(
        cli.run(&typed(&cli, "shop db status"), &mut connection())
    ));
}

#[test]
fn an_application_that_cannot_connect_says_so() {
    let cli = Cli::new(&MIGRATIONS);
    let connect = || -> Result<Connection, String> { Err("the cable is loose".to_owned()) };
    assert!(!is_success(
        cli.run_with(&typed(&cli, "shop migrate status"), connect)
    ));
}

#[test]
fn production_is_left_alone() {
    let cli = Cli::new(&MIGRATIONS).production(true);
    let mut connection = connection();
    assert!(is_success(
        cli.run(&typed(&cli, "shop migrate up"), &mut connection)
    ));
    let down = typed(&cli, "shop migrate down --yes");
    assert!(!is_success(cli.run(&down, &mut connection)));
    let current = MIGRATIONS.current(&mut connection);
    assert!(current.expect("an answer").is_some());
}

#[test]
fn a_connection_is_awaited() {
    let cli = Cli::new(&MIGRATIONS);
    let mut slow = Slow(connection());
    let up = typed(&cli, "shop migrate up");
    assert!(is_success(block_on(cli.run_async(&up, &mut slow))));
    let current = MIGRATIONS.current(&mut slow.0);
    assert!(current.expect("an answer").is_some());
    can_be_spawned(&cli.run_async(&up, &mut slow));
}

fn can_be_spawned<F: Future + Send>(_: &F) {}

/// A connection that answers only when it is asked again.
struct Slow(Connection);

impl AsyncConnection for Slow {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    async fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        let mut is_first = true;
        poll_fn(|_| {
            if std::mem::take(&mut is_first) {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        self.0.run(command)
    }

    async fn sleep(&mut self, _: Duration) {}

    fn abandon(&mut self, _: &[Command]) {}
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return output;
        }
    }
}
