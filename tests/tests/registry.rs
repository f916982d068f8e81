//! Several sets, each with the way to its database.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rungs::{
    AsyncRegistry, Database, Error, ErrorKind, Goal, Migrations, Migrator, Registry, Target,
};
use rungs_tests::Scratch;
use rungs_tests::engine::{Engine as _, Sqlite};
use sqlx::{Connection as _, SqliteConnection};

const ORDERS: &[(&str, &str)] = &[
    (
        "1_orders.up.sql",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n",
    ),
    ("1_orders.down.sql", "DROP TABLE orders;\n"),
];
const BILLS: &[(&str, &str)] = &[
    (
        "1_bills.up.sql",
        "CREATE TABLE bills (id INTEGER PRIMARY KEY);\n",
    ),
    ("1_bills.down.sql", "DROP TABLE bills;\n"),
];
const BAD: &[(&str, &str)] = &[("1_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n")];

fn table(files: &[(&str, &str)]) -> &'static Migrations {
    rungs_tests::table(Database::Sqlite, files)
}

/// A way to a database, as applications write it.
fn connecting(
    scratch: &Arc<dyn Scratch>,
) -> impl Fn() -> rusqlite::Result<rusqlite::Connection> + Send + Sync + 'static {
    let path = scratch.url().to_owned();
    move || rusqlite::Connection::open(&path)
}

/// Orders and bills, in a database each.
fn two(first: &Arc<dyn Scratch>, second: &Arc<dyn Scratch>) -> Registry<'static> {
    let mut registry = Registry::new();
    let bills = Migrator::new(table(BILLS)).key("bills");
    registry
        .register("orders", table(ORDERS), connecting(first))
        .unwrap();
    registry
        .register("bills", bills, connecting(second))
        .unwrap();
    registry
}

fn keys<T>(answers: &[(String, T)]) -> Vec<&str> {
    answers.iter().map(|(key, _)| &**key).collect()
}

#[test]
fn every_set_is_found_by_its_key() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let registry = two(&first, &second);
    assert_eq!(registry.keys().collect::<Vec<_>>(), ["orders", "bills"]);
    registry.get("bills").unwrap().upgrade().unwrap();
    assert!(first.observe().tables().is_empty());
    assert_eq!(second.observe().tables(), ["bills", "rungs_log"]);
    assert!(registry.get("bills").unwrap().is_up_to_date().unwrap());
}

#[test]
fn an_unknown_key_is_told_from_other_errors() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let registry = two(&first, &second);
    let Err(error) = registry.get("nope") else {
        panic!("it is not registered");
    };
    assert_eq!(error.kind(), ErrorKind::AdapterNotFound);
    assert_eq!(error.help(), "there are orders, bills");
}

#[test]
fn a_key_is_not_given_twice() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let mut registry = two(&first, &second);
    let again = registry.register("orders", table(BILLS), connecting(&second));
    assert!(
        matches!(again, Err(Error::DuplicateKey { .. })),
        "{again:?}"
    );
    registry.all().upgrade().unwrap();
    assert_eq!(first.observe().tables(), ["orders", "rungs_log"]);
}

#[test]
fn all_go_up_in_order_and_down_in_reverse() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let registry = two(&first, &second);
    let up = registry.all().upgrade().unwrap();
    assert_eq!(keys(&up), ["orders", "bills"]);
    assert!(up.iter().all(|(_, report)| report.ran.len() == 1));
    assert_eq!(keys(&registry.all().status().unwrap()), ["orders", "bills"]);
    let down = registry.all().downgrade_to(Target::Base).unwrap();
    assert_eq!(keys(&down), ["bills", "orders"]);
    assert!(
        registry
            .all()
            .current()
            .unwrap()
            .iter()
            .all(|(_, at)| at.is_none())
    );
}

#[test]
fn all_are_planned_before_one_is_changed() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let registry = two(&first, &second);
    registry.get("orders").unwrap().upgrade().unwrap();
    // The second set has no such version.
    let error = registry
        .all()
        .reach(Goal::Downgrade(Target::Down(1)))
        .unwrap_err();
    assert_eq!(error.key, "bills");
    assert!(
        matches!(*error.error, Error::OutOfRange { .. }),
        "{error:?}"
    );
    assert!(error.done.is_empty());
    assert!(registry.get("orders").unwrap().is_up_to_date().unwrap());
}

#[test]
fn a_failure_tells_what_was_done_before() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let mut registry = Registry::new();
    registry
        .register("orders", table(ORDERS), connecting(&first))
        .unwrap();
    registry
        .register("bad", table(BAD), connecting(&second))
        .unwrap();
    let error = registry.all().upgrade().unwrap_err();
    assert_eq!((&*error.key, keys(&error.done)), ("bad", vec!["orders"]));
    assert_eq!(error.error.kind(), ErrorKind::Upgrade);
    assert!(
        error
            .to_string()
            .starts_with("set `bad`: migration 1 `bad` (up) failed at ")
    );
}

#[test]
fn sets_share_a_database_by_key() {
    let shared = Sqlite.create();
    let registry = two(&shared, &shared);
    registry.all().upgrade().unwrap();
    assert_eq!(shared.observe().tables(), ["bills", "orders", "rungs_log"]);
}

#[test]
fn a_database_that_cannot_be_reached_fails_before_one_is_changed() {
    let first = Sqlite.create();
    let mut registry = Registry::new();
    registry
        .register("orders", table(ORDERS), connecting(&first))
        .unwrap();
    let nowhere = || rusqlite::Connection::open("/nowhere/at/all.sqlite");
    registry.register("bills", table(BILLS), nowhere).unwrap();
    let error = registry.all().upgrade().unwrap_err();
    assert_eq!(
        (&*error.key, error.error.kind()),
        ("bills", ErrorKind::Database)
    );
    assert!(first.observe().tables().is_empty());
}

#[test]
fn awaited_sets_do_the_same() {
    let (first, second) = (Sqlite.create(), Sqlite.create());
    let connecting = |scratch: &Arc<dyn Scratch>| {
        let url = format!("sqlite://{}?mode=rwc", scratch.url());
        move || {
            let url = url.clone();
            async move { SqliteConnection::connect(&url).await }
        }
    };
    let mut registry = AsyncRegistry::new();
    registry
        .register("orders", table(ORDERS), connecting(&first))
        .unwrap();
    registry
        .register("bills", table(BILLS), connecting(&second))
        .unwrap();
    let again = registry.register("bills", table(BILLS), connecting(&second));
    assert!(matches!(again, Err(Error::DuplicateKey { .. })));
    assert!(registry.get("nope").is_err());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let up = registry.all().upgrade().await.unwrap();
        assert_eq!(keys(&up), ["orders", "bills"]);
        let orders = registry.get("orders").unwrap();
        assert!(orders.is_up_to_date().await.unwrap());
        let down = registry.all().migrate_to("base").await.unwrap();
        assert_eq!(keys(&down), ["bills", "orders"]);
    });
}
