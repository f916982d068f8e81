//! Many processes at once, and runs that end in the middle.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use rungs::{
    Command, Connection, Database, DriverError, Effect, Event, Migrations, Migrator, Rows,
};
use rungs_tests::{Adapter, Tape, adapters, applied, dump, log, observer, query, table};

const THREADS: usize = 16;

/// A transaction, foreign keys suspended, no transaction.
const FILES: &[(&str, &str)] = &[
    (
        "1_a.up.sql",
        "CREATE TABLE a (b);\nINSERT INTO a VALUES (1);\n",
    ),
    ("1_a.down.sql", "DROP TABLE a;\n"),
    (
        "2_rebuild.up.sql",
        "CREATE TABLE n (b, c);\nINSERT INTO n (b) SELECT b FROM a;\nDROP TABLE a;\nALTER TABLE n RENAME TO a;\n",
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
    ("4_last.up.sql", "CREATE TABLE last (id);\n"),
    ("4_last.down.sql", "DROP TABLE last;\n"),
];

#[test]
fn sixteen_at_once_apply_each_migration_once() {
    let migrations = table(FILES);
    for adapter in adapters::ALL {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("database.sqlite");
        all_at_once(*adapter, &file, migrations);
        assert_eq!(applied(&file), [1, 2, 3, 4], "{adapter:?}");
        let rows = query(&observer(&file), "SELECT b FROM a ORDER BY b");
        assert_eq!(rows.concat(), ["1", "2", "3"].map(|b| Some(b.to_owned())));
        let log = log(&file);
        let successes = log.iter().filter(|row| row.contains("success"));
        assert_eq!(successes.count(), 4, "{log:#?}");
    }
}

fn all_at_once(adapter: &dyn Adapter, file: &Path, migrations: &'static Migrations) {
    let start = Barrier::new(THREADS);
    let ran: usize = std::thread::scope(|scope| {
        let process = || {
            let mut session = adapter.open(file, Tape::default());
            start.wait();
            let report = session.upgrade(&Migrator::new(migrations)).unwrap();
            report.ran.len()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(process)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(ran, migrations.len());
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
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("database.sqlite");
    let pool = adapters::pool(&file);
    if target == "base" {
        let _ = migrations.upgrade_async(&pool).await;
    }
    let to: rungs::Target = target.parse().unwrap();
    let ended = polled(polls, migrations.migrate_to_async(&pool, to)).await;
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
    let free = observer(&file).execute_batch("BEGIN IMMEDIATE; ROLLBACK");
    assert!(free.is_ok(), "{polls} {target}: {free:?}");
    if migrations.len() == 4 {
        assert_eq!(applied(&file), [1, 2, 3, 4], "{polls} {target}");
        assert_eq!(
            query(&observer(&file), "SELECT b FROM a").len(),
            3,
            "{polls} {target}"
        );
    }
    pool.close().await;
    ended
}

#[test]
fn a_dropped_run_leaves_the_transaction_of_its_caller_alone() {
    let migrations = table(FILES);
    adapters::runtime().block_on(async {
        for polls in 0.. {
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("database.sqlite");
            let pool = adapters::pool(&file);
            migrations.upgrade_to_async(&pool, 1).await.unwrap();
            let mut transaction = pool.begin().await.unwrap();
            sqlx::query("INSERT INTO a VALUES (2)")
                .execute(&mut *transaction)
                .await
                .unwrap();
            let ended = polled(polls, migrations.status_async(&mut *transaction)).await;
            transaction.commit().await.unwrap();
            let rows = query(&observer(&file), "SELECT b FROM a").len();
            assert_eq!(rows, 2, "{polls}");
            pool.close().await;
            if ended {
                break;
            }
        }
    });
}

/// Polls a future so many times, each time when it has asked for it, and drops it.
async fn polled<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    let mut count = 0;
    std::future::poll_fn(|context| {
        if count == polls {
            return Poll::Ready(false);
        }
        count += 1;
        let ended = future.as_mut().poll(context).is_ready();
        if ended {
            return Poll::Ready(true);
        }
        if count == polls {
            Poll::Ready(false)
        } else {
            Poll::Pending
        }
    })
    .await
}

#[test]
fn an_observer_that_panics_leaves_the_connection_as_it_was() {
    let migrations = table(FILES);
    for at in 0.. {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("database.sqlite");
        let mut connection = adapters::rusqlite(&file);
        let seen = AtomicUsize::new(0);
        let migrator = Migrator::new(migrations).observer(move |_: &Event<'_>| {
            if seen.fetch_add(1, Ordering::Relaxed) == at {
                std::panic::resume_unwind(Box::new("observer"));
            }
        });
        let ended = catch_unwind(AssertUnwindSafe(|| migrator.upgrade(&mut connection))).is_ok();
        assert!(connection.is_autocommit(), "{at}");
        let enforced = query(&connection, "PRAGMA foreign_keys").concat();
        assert_eq!(enforced, [Some("1".to_owned())], "{at}");
        migrations.upgrade(&mut connection).unwrap();
        assert_eq!(applied(&file), [1, 2, 3, 4], "{at}");
        assert!(dump(&file).contains("table last"), "{at}");
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
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("database.sqlite");
    let mut connection = Overtaken {
        connection: adapters::rusqlite(&file),
        other: adapters::rusqlite(&file),
        migrations,
        begun: 0,
        slept: 0,
    };
    let report = migrations.upgrade(&mut connection).unwrap();
    assert!(report.already_up_to_date());
    assert_eq!(connection.slept, 1);
    assert_eq!(applied(&file), [1]);
}

#[test]
fn an_awaited_run_can_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let runtime = adapters::runtime();
    let directory = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let pool = adapters::pool(&directory.path().join("database.sqlite"));
        is_send(Migrations::EMPTY.upgrade_async(&pool));
        let mut connection = pool.acquire().await.unwrap();
        is_send(Migrations::EMPTY.upgrade_async(&mut *connection));
        is_send(Migrations::EMPTY.migrate_to_async(&mut connection, 1));
    });
}
