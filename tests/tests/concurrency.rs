//! Many processes at once, and runs that end in the middle.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rungs::{
    Command, Connection, Database, DriverError, Effect, Event, Migrations, Migrator, Rows,
};
use rungs_tests::adapters::sqlite::{pool, rusqlite};
use rungs_tests::{Case, Engine as _, adapters, engine, polled};

const THREADS: usize = 16;

/// A transaction, foreign keys suspended, no transaction.
const FILES: &[(&str, &str)] = &[
    (
        "1_a.up.sql",
        "CREATE TABLE a (b INTEGER);\nINSERT INTO a VALUES (1);\n",
    ),
    ("1_a.down.sql", "DROP TABLE a;\n"),
    (
        "2_rebuild.up.sql",
        "CREATE TABLE n (b INTEGER, c INTEGER);\nINSERT INTO n (b) SELECT b FROM a;\nDROP TABLE a;\nALTER TABLE n RENAME TO a;\n",
    ),
    ("2_rebuild.down.sql", "ALTER TABLE a DROP COLUMN c;\n"),
    (
        "3_outside.up.sql",
        "-- rungs: no-transaction\nINSERT INTO a (b) VALUES (2);\nVACUUM;\nINSERT INTO a (b) VALUES (3);\n",
    ),
    (
        "3_outside.down.sql",
        "-- rungs: no-transaction\nDELETE FROM a WHERE b = 3;\nDELETE FROM a WHERE b = 2;\n",
    ),
    ("4_last.up.sql", "CREATE TABLE last_one (id INTEGER);\n"),
    ("4_last.down.sql", "DROP TABLE last_one;\n"),
];

/// The same with what the database has instead of `VACUUM`.
fn files(case: &Case<'_>) -> Vec<(&'static str, &'static str)> {
    let outside = case.by_family(
        FILES[4].1,
        "-- rungs: no-transaction\nINSERT INTO a (b) VALUES (2);\n\
         CREATE INDEX CONCURRENTLY i ON a (b);\nINSERT INTO a (b) VALUES (3);\n",
        "-- rungs: no-transaction\nINSERT INTO a (b) VALUES (2);\n\
         CREATE INDEX i ON a (b);\nINSERT INTO a (b) VALUES (3);\n",
    );
    [&FILES[..4], &[(FILES[4].0, outside)], &FILES[5..]].concat()
}

#[test]
fn sixteen_at_once_apply_each_migration_once() {
    std::thread::scope(|scope| {
        for engine in engine::ALL.iter() {
            scope.spawn(|| {
                for adapter in adapters::on(&**engine) {
                    all_at_once(&Case::new(adapter, &**engine));
                }
            });
        }
    });
}

fn all_at_once(case: &Case<'_>) {
    let migrator = case.migrator(&files(case));
    let process = case.elsewhere();
    let start = Barrier::new(THREADS);
    let ran: usize = std::thread::scope(|scope| {
        let run = || {
            process.run(|session| {
                start.wait();
                session.upgrade(&migrator).unwrap().ran.len()
            })
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(ran, 4);
    assert_eq!(case.applied(), [1, 2, 3, 4]);
    let rows = case.observe().query("SELECT b FROM a ORDER BY b");
    assert_eq!(rows.concat(), ["1", "2", "3"].map(|b| Some(b.to_owned())));
    let log = case.log();
    let successes = log.iter().filter(|row| row.contains("success"));
    assert_eq!(successes.count(), 4, "{log:#?}");
}

fn table(files: &[(&str, &str)]) -> &'static Migrations {
    rungs_tests::table(Database::Sqlite, files)
}

/// The second migration fails, and SQLite drops the whole transaction.
const DROPPING: &[(&str, &str)] = &[
    FILES[0],
    (
        "2_drops.up.sql",
        "INSERT INTO a VALUES (7);\nCREATE UNIQUE INDEX i ON a (b);\nINSERT OR ROLLBACK INTO a VALUES (7);\n",
    ),
];

#[test]
fn a_run_that_is_dropped_leaves_its_connection_as_it_was() {
    let tables = [table(FILES), table(DROPPING)];
    let runtime = adapters::runtime();
    for migrations in tables {
        for target in ["head", "base"] {
            for polls in 0.. {
                if runtime.block_on(dropped_after(polls, migrations, target)) {
                    break;
                }
            }
        }
    }
}

/// Drops a run after so many polls and uses the pool; says whether the run had ended by then.
async fn dropped_after(polls: usize, migrations: &'static Migrations, target: &str) -> bool {
    let scratch = engine::Sqlite.create();
    let pool = pool(scratch.url().as_ref());
    if target == "base" {
        let _ = migrations.upgrade_async(&pool).await;
    }
    let to: rungs::Target = target.parse().unwrap();
    let ended = polled(polls, migrations.migrate_to_async(&pool, to))
        .await
        .is_some();
    let other = migrations.upgrade_to_async(&pool, 1).await;
    let began = pool.begin_with("BEGIN IMMEDIATE").await;
    assert!(
        began.is_ok(),
        "{polls} {target}: {:?} after {other:?}",
        began.err()
    );
    began.unwrap().rollback().await.unwrap();
    let enforced: i64 = sqlx::query_scalar("PRAGMA foreign_keys")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(enforced, 1, "{polls} {target}");
    let _ = migrations
        .migrate_to_async(&pool, "head".parse::<rungs::Target>().unwrap())
        .await;
    let free = scratch.observe().try_query("BEGIN IMMEDIATE; ROLLBACK");
    assert!(free.is_ok(), "{polls} {target}: {free:?}");
    if migrations.len() == 4 {
        assert_eq!(
            scratch.observe().applied(),
            [1, 2, 3, 4],
            "{polls} {target}"
        );
        assert_eq!(scratch.observe().rows("a").len(), 3, "{polls} {target}");
    }
    pool.close().await;
    ended
}

#[test]
fn a_dropped_run_leaves_the_transaction_of_its_caller_alone() {
    let migrations = table(FILES);
    adapters::runtime().block_on(async {
        for polls in 0.. {
            let scratch = engine::Sqlite.create();
            let pool = pool(scratch.url().as_ref());
            migrations.upgrade_to_async(&pool, 1).await.unwrap();
            let mut transaction = pool.begin().await.unwrap();
            sqlx::query("INSERT INTO a VALUES (2)")
                .execute(&mut *transaction)
                .await
                .unwrap();
            let ended = polled(polls, migrations.status_async(&mut *transaction))
                .await
                .is_some();
            transaction.commit().await.unwrap();
            let rows = scratch.observe().rows("a").len();
            assert_eq!(rows, 2, "{polls}");
            pool.close().await;
            if ended {
                break;
            }
        }
    });
}

#[test]
fn an_observer_that_panics_leaves_the_connection_as_it_was() {
    let migrations = table(FILES);
    for at in 0.. {
        let scratch = engine::Sqlite.create();
        let mut connection = rusqlite(scratch.url().as_ref());
        let seen = AtomicUsize::new(0);
        let migrator = Migrator::new(migrations).observer(move |_: &Event<'_>| {
            if seen.fetch_add(1, Ordering::Relaxed) == at {
                std::panic::resume_unwind(Box::new("observer"));
            }
        });
        let ended = catch_unwind(AssertUnwindSafe(|| migrator.upgrade(&mut connection))).is_ok();
        assert!(connection.is_autocommit(), "{at}");
        let enforced: rusqlite::Result<i64> =
            connection.query_row("PRAGMA foreign_keys", [], |row| row.get(0));
        assert_eq!(enforced, Ok(1), "{at}");
        migrations.upgrade(&mut connection).unwrap();
        assert_eq!(scratch.observe().applied(), [1, 2, 3, 4], "{at}");
        assert!(scratch.observe().dump().contains("table last_one"), "{at}");
        if ended {
            break;
        }
    }
}

/// A connection whose second transaction begins when somebody else has run everything.
struct Overtaken {
    connection: rusqlite::Connection,
    other: rusqlite::Connection,
    migrations: &'static Migrations,
    begun: usize,
    slept: usize,
}

impl Connection for Overtaken {
    fn database(&self) -> Database {
        Database::Sqlite
    }

    fn run(&mut self, command: &Command) -> Result<Rows, DriverError> {
        if command.effect() == Effect::Begin {
            self.begun += 1;
            if self.begun == 2 {
                self.migrations.upgrade(&mut self.other).unwrap();
            }
        }
        self.connection.run(command)
    }

    fn sleep(&mut self, _: Duration) {
        self.slept += 1;
        self.other
            .execute_batch("BEGIN IMMEDIATE; ROLLBACK")
            .unwrap();
    }
}

#[test]
fn who_gives_way_does_not_hold_the_database() {
    let migrations = table(&[(
        "1_a.up.sql",
        "-- rungs: no-transaction\nCREATE TABLE a (b);\nINSERT INTO a VALUES (1);\n",
    )]);
    let scratch = engine::Sqlite.create();
    let mut connection = Overtaken {
        connection: rusqlite(scratch.url().as_ref()),
        other: rusqlite(scratch.url().as_ref()),
        migrations,
        begun: 0,
        slept: 0,
    };
    let report = migrations.upgrade(&mut connection).unwrap();
    assert!(report.already_up_to_date());
    assert_eq!(connection.slept, 1);
    assert_eq!(scratch.observe().applied(), [1]);
}

#[test]
fn an_awaited_run_can_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let runtime = adapters::runtime();
    let scratch = engine::Sqlite.create();
    runtime.block_on(async {
        let pool = pool(scratch.url().as_ref());
        is_send(Migrations::EMPTY.upgrade_async(&pool));
        let mut connection = pool.acquire().await.unwrap();
        is_send(Migrations::EMPTY.upgrade_async(&mut *connection));
        is_send(Migrations::EMPTY.migrate_to_async(&mut connection, 1));
    });
}
