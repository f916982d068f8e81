//! What a run costs on the way to a server: every wait for an answer, after the connection is there.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use rungs::Database;
use rungs_tests::proxy::Proxy;
use rungs_tests::{Adapter, Case, Session, Tape, adapters, engine};

/// What is done, and how many round trips that is.
type Cost = (&'static str, usize);

/// Ten migrations, each of two statements.
fn ten(case: &Case<'_>) -> Vec<(String, String)> {
    let table = |version| {
        let kind = case.by_family("INTEGER", "integer", "INTEGER");
        let text = format!(
            "CREATE TABLE t{version} (id {kind} PRIMARY KEY);\nINSERT INTO t{version} VALUES (1);\n"
        );
        (format!("{version}_t.up.sql"), text)
    };
    (1..=10).map(table).collect()
}

/// The round trips of one release after the other: the first of one migration, the second of one
/// more, the third of eight more, and a start with nothing to do.
fn costs(
    adapter: &'static dyn Adapter,
    engine: &dyn rungs_tests::Engine,
    schema: Option<&str>,
) -> Vec<Cost> {
    let case = Case::new(adapter, engine);
    let files = ten(&case);
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let (proxy, mut session) = through_proxy(adapter, &case);
    let mut costs = Vec::new();
    for (what, count) in [
        ("first", 1),
        ("one more", 2),
        ("eight more", 10),
        ("nothing", 10),
    ] {
        let mut migrator = case.migrator(&files[..count]);
        if let Some(schema) = schema {
            migrator = migrator.schema(schema).create_schema(true);
        }
        proxy.round_trips();
        session.upgrade(&migrator).unwrap();
        costs.push((what, proxy.round_trips()));
    }
    costs
}

fn through_proxy(adapter: &dyn Adapter, case: &Case<'_>) -> (Proxy, Box<dyn Session>) {
    let (before, rest) = case.url().split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let proxy = Proxy::new(server.parse().unwrap());
    let url = format!("{before}@{}/{database}", proxy.address());
    let session = adapter.open(&url, Tape::default());
    (proxy, session)
}

#[test]
fn postgres_takes_several_migrations_in_a_message() {
    insta::assert_snapshot!(all(Database::Postgres, "postgres-15"), @r#"
    postgres: 2 first, 3 one more, 10 eight more, 1 nothing
    tokio-postgres: 2 first, 3 one more, 3 eight more, 1 nothing
    sqlx PgConnection: 2 first, 3 one more, 3 eight more, 1 nothing
    sqlx PgPool: 2 first, 3 one more, 3 eight more, 1 nothing
    "#);
}

#[test]
fn mysql_takes_a_message_for_each_migration() {
    insta::assert_snapshot!(all(Database::Mysql, "mariadb-10.11"), @r#"
    mysql: 2 first, 3 one more, 10 eight more, 1 nothing
    mysql_async: 2 first, 3 one more, 10 eight more, 1 nothing
    sqlx MySqlConnection: 2 first, 3 one more, 10 eight more, 1 nothing
    sqlx MySqlPool: 2 first, 3 one more, 10 eight more, 1 nothing
    "#);
}

#[test]
fn a_schema_costs_nothing_more_but_the_question_where_a_session_of_mysql_is() {
    let costs = [
        (Database::Postgres, "postgres-15", "tokio-postgres"),
        (Database::Mysql, "mariadb-10.11", "mysql_async"),
    ];
    let costs = costs.map(|(database, engine, adapter)| {
        let schema = format!("rungs_{}_schema", std::process::id());
        let engine = running(database, engine);
        let adapters = adapters::of(database).iter();
        let mut adapters = adapters.filter(|it| it.name() == adapter);
        let costs = costs_of(*adapters.next().unwrap(), engine, Some(&schema));
        if database == Database::Mysql {
            // It is no part of the database of the case.
            let scratch = engine.create();
            scratch.observe().query(&format!("DROP DATABASE {schema}"));
        }
        costs
    });
    insta::assert_snapshot!(costs.concat(), @r#"
    tokio-postgres: 2 first, 3 one more, 3 eight more, 1 nothing
    mysql_async: 3 first, 4 one more, 11 eight more, 1 nothing
    "#);
}

/// What each adapter of an engine costs, a line each.
fn all(database: Database, name: &str) -> String {
    let engine = running(database, name);
    let adapters = adapters::of(database).iter();
    // Diesel sends in pieces, which the server sometimes answers before the next one comes.
    let exact = adapters.filter(|adapter| !adapter.name().starts_with("diesel"));
    let lines = exact.map(|adapter| costs_of(*adapter, engine, None));
    lines.collect()
}

fn running(database: Database, name: &str) -> &'static dyn rungs_tests::Engine {
    let engine = engine::of(database).find(|engine| engine.name() == name);
    engine.unwrap_or_else(|| panic!("{name} does not run"))
}

/// What an adapter costs, as a line.
fn costs_of(
    adapter: &'static dyn Adapter,
    engine: &dyn rungs_tests::Engine,
    schema: Option<&str>,
) -> String {
    let costs = costs(adapter, engine, schema);
    let costs: Vec<_> = costs
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    format!("{}: {}\n", adapter.name(), costs.join(", "))
}
