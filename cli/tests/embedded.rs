//! The verbs as a subcommand of an application, which connects in its own way.

#![expect(clippy::expect_used, reason = "a test may stop where it stands")]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use clap::ArgMatches;
use rungs::{
    AsyncConnection, AsyncRegistry, Command, Connection as _, Database, DriverError, Migrations,
    Registry, Rows,
};
use rungs_cli::{Cli, SetsCli};
use rusqlite::Connection;

/// One migration that creates a table, as the macro would have it.
static MIGRATIONS: LazyLock<Migrations> = LazyLock::new(|| {
    compiled(&[
        (
            "1_customers.up.sql",
            "CREATE TABLE customers (id INTEGER);\n",
        ),
        ("1_customers.down.sql", "DROP TABLE customers;\n"),
    ])
});

fn compiled(files: &[(&str, &str)]) -> Migrations {
    let package = tempfile::tempdir().expect("a temporary directory");
    let write = |name: &str, text: &str| {
        std::fs::write(package.path().join(name), text).expect("a new file");
    };
    for (name, text) in files {
        write(name, text);
    }
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
}

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

#[test]
fn functions_are_told_where_files_are() {
    let cli = Cli::new(&MIGRATIONS);
    let root = |line| cli.fs_root(&typed(&cli, line));
    assert_eq!(root("shop migrate up"), None);
    assert_eq!(root("shop serve"), None);
    let typed_root = root("shop migrate up --fs-root uploads");
    assert_eq!(typed_root.as_deref(), Some("uploads".as_ref()));
}

/// Files that a migration moves, and rows about them, go together.
#[test]
fn a_migration_moves_files_below_the_folder_that_is_named() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("ada.png"), "face").expect("a new file");
    let table = compiled(&[("1_faces.up.sql", "-- rungs: call(sort_faces)\n")]);
    let plain = Cli::new(&table);
    let line = format!("shop migrate up --fs-root {}", folder.path().display());
    let matches = typed(&plain, &line);
    let root = plain.fs_root(&matches).expect("it was typed");
    let sorts = move |_: &mut Connection| {
        std::fs::create_dir(root.join("faces"))?;
        std::fs::rename(root.join("ada.png"), root.join("faces/ada.png"))
    };
    let migrator = rungs::Migrator::new(&table).function("sort_faces", sorts);
    assert!(is_success(
        Cli::with(migrator).run(&matches, &mut connection())
    ));
    assert!(folder.path().join("faces/ada.png").exists());
}

#[test]
fn a_set_that_fails_leaves_those_behind_it_alone() {
    let bad = compiled(&[("1_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n")]);
    let folder = tempfile::tempdir().expect("a temporary directory");
    let open = |name: &str| {
        let path = folder.path().join(name);
        move || Connection::open(&path)
    };
    let mut sets = Registry::new();
    let mut register = |key: &str, table| {
        sets.register(key, table, open(key)).expect("a new key");
    };
    register("first", &*MIGRATIONS);
    register("second", &bad);
    register("third", &*MIGRATIONS);
    let cli = SetsCli::new(&sets);
    let application = || cli.mount(clap::Command::new("shop"));
    let run = |line: &str| {
        let matches = application().try_get_matches_from(line.split(' '));
        is_success(cli.run(&matches.expect("it makes sense")))
    };
    let current = |key| {
        sets.get(key)
            .and_then(|set| set.current())
            .expect("an answer")
    };
    assert!(!run("shop migrate up"));
    assert!(current("first").is_some());
    assert!(current("third").is_none());
    assert!(run("shop migrate up --set third"));
    assert!(!run("shop migrate up --set nope"));
    // The second has nothing that could be planned to that version.
    assert!(!run("shop migrate to customers --yes"));
    assert!(!run("shop migrate trace"), "which?");
}

#[test]
fn sets_are_awaited() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("shop.sqlite");
    let connect = || std::future::ready(Connection::open(&path).map(Slow));
    let mut sets = AsyncRegistry::new();
    let other = rungs::Migrator::new(&MIGRATIONS)
        .key("other")
        .log_table("other_log");
    sets.register("shop", &*MIGRATIONS, connect)
        .expect("a new key");
    sets.register("other", other, connect).expect("a new key");
    let cli = SetsCli::new_async(&sets);
    let matches = cli
        .mount(clap::Command::new("shop"))
        .try_get_matches_from(["shop", "migrate", "status"]);
    let matches = matches.expect("it makes sense");
    assert!(is_success(block_on(cli.run_async(&matches))));
    can_be_spawned(&cli.run_async(&matches));
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
