//! What `rungs::testing` does for the tests of an application.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use postgres::NoTls;
use rungs::testing::{self, AsyncTempDatabase, RoundTripError, TempDatabase, TempFile};
use rungs::{Connection, Database};
use rungs_servers::{Protocol, Role, require};
use rungs_tests::engine::{self, Engine as _, Sqlite};
use sqlx::Connection as _;

const UP: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x');\n\
                  CREATE INDEX users_by_name ON users (name);\n\
                  CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER, \
                  CONSTRAINT written FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE);\n\
                  CREATE VIEW names AS SELECT name FROM users;\n";
const DOWN: &str = "DROP VIEW names;\nDROP TABLE posts;\nDROP TABLE users;\n";
const GOOD: &[(&str, &str)] = &[
    ("1_users.up.sql", UP),
    ("1_users.down.sql", DOWN),
    (
        "2_age.up.sql",
        "ALTER TABLE users ADD COLUMN age INTEGER;\n",
    ),
    ("2_age.down.sql", "ALTER TABLE users DROP COLUMN age;\n"),
    ("3_rows.up.sql", "INSERT INTO users (id) VALUES (1);\n"),
];

/// On a new database of every system.
fn everywhere(act: impl Fn(Database, &mut Box<dyn Connection>)) {
    for engine in engine::ALL.iter() {
        let scratch = engine.create();
        let url = scratch.url();
        let mut connection: Box<dyn Connection> = match engine.database() {
            Database::Postgres => Box::new(postgres::Client::connect(url, NoTls).unwrap()),
            Database::Mysql => Box::new(mysql::Conn::new(url).unwrap()),
            _ => Box::new(rusqlite::Connection::open(url).unwrap()),
        };
        act(engine.database(), &mut connection);
    }
}

#[test]
fn a_good_set_makes_the_round_trip() {
    everywhere(|database, connection| {
        let table = rungs_tests::table(database, GOOD);
        let trip = testing::round_trip(table, connection).unwrap();
        let numbers = |named: &[rungs::Named]| -> Vec<i64> {
            named.iter().map(|it| it.version.number()).collect()
        };
        assert_eq!(numbers(&trip.both_ways), [1, 2]);
        assert_eq!(numbers(&trip.one_way), [3]);
        assert!(table.is_up_to_date(connection).unwrap());
    });
}

#[test]
fn a_way_down_that_leaves_something_is_found() {
    everywhere(|database, connection| {
        let files = [
            GOOD[0],
            ("1_users.down.sql", "DROP VIEW names;\nDROP TABLE posts;\n"),
        ];
        let table = rungs_tests::table(database, &files);
        let error = testing::round_trip(table, connection).unwrap_err();
        let RoundTripError::NotUndone {
            migration,
            path,
            difference,
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!(migration.version.number(), 1);
        assert_eq!(*path, "migrations/1_users.down.sql");
        assert!(difference.gone.is_empty(), "{difference}");
        let has = |word: &str| difference.new.iter().any(|line| line.contains(word));
        assert!(has("users.name") && has("users_by_name"), "{difference}");
        assert!(
            !has("posts") && !has("written") && !has("names "),
            "{difference}"
        );
    });
}

#[test]
fn a_way_down_that_takes_too_much_is_found() {
    everywhere(|database, connection| {
        let more = "DROP INDEX users_by_name;\nALTER TABLE users DROP COLUMN age;\n";
        let more = match database {
            Database::Mysql => more.replace("users_by_name;", "users_by_name ON users;"),
            _ => more.to_owned(),
        };
        let files = [GOOD[0], GOOD[1], GOOD[2], ("2_age.down.sql", &more)];
        let table = rungs_tests::table(database, &files);
        let error = testing::round_trip(table, connection).unwrap_err();
        let RoundTripError::NotUndone { difference, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(difference.new.is_empty(), "{difference}");
        assert_eq!(difference.gone.len(), 1, "{difference}");
        assert!(difference.gone[0].contains("users_by_name"), "{difference}");
        assert!(error.to_string().contains("migrations/2_age.down.sql"));
    });
}

#[test]
fn a_database_with_something_in_it_is_refused() {
    everywhere(|database, connection| {
        let table = rungs_tests::table(database, GOOD);
        table.upgrade(connection).unwrap();
        let error = testing::round_trip(table, connection).unwrap_err();
        assert!(matches!(error, RoundTripError::NotEmpty(_)), "{error:?}");
    });
}

#[test]
fn a_round_trip_can_be_awaited() {
    let scratch = Sqlite.create();
    let table = rungs_tests::table(Database::Sqlite, GOOD);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}?mode=rwc", scratch.url());
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let trip = testing::round_trip_async(table, &mut connection)
            .await
            .unwrap();
        assert_eq!(trip.both_ways.len(), 2);
    });
}

#[test]
fn a_file_is_gone_with_its_guard() {
    let file = TempFile::new().unwrap();
    let path = file.path().to_owned();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE a (b)").unwrap();
    assert!(path.exists());
    drop((connection, file));
    assert!(!path.exists());
}

#[test]
fn a_database_on_a_server_is_gone_with_its_guard() {
    for server in require(Protocol::Postgres)
        .iter()
        .filter(|it| is_direct(it))
    {
        let open = |name: &str| postgres::Client::connect(&server.url(name), NoTls);
        let database = TempDatabase::create(open("postgres").unwrap()).unwrap();
        let name = database.name().to_owned();
        let _open = open(&name).unwrap();
        drop(database);
        assert!(open(&name).is_err());
    }
    for server in require(Protocol::MySql) {
        let open = |url: &str| mysql::Conn::new(url);
        let database = TempDatabase::create(open(&server.admin_url()).unwrap()).unwrap();
        let name = database.name().to_owned();
        open(&server.url(&name)).unwrap();
        drop(database);
        assert!(open(&server.url(&name)).is_err());
    }
}

#[test]
fn an_awaited_database_is_removed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for server in require(Protocol::Postgres)
            .iter()
            .filter(|it| is_direct(it))
        {
            let url = server.url("postgres");
            let connection = sqlx::PgConnection::connect(&url).await.unwrap();
            let database = AsyncTempDatabase::create(connection).await.unwrap();
            let inside = server.url(database.name());
            let open = sqlx::PgConnection::connect(&inside).await.unwrap();
            open.close().await.unwrap();
            database.remove().await.unwrap();
            assert!(sqlx::PgConnection::connect(&inside).await.is_err());
        }
    });
}

fn is_direct(server: &rungs_servers::Running) -> bool {
    !matches!(server.role(), Role::Pooler(_))
}
