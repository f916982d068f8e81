//! Many adopt at once, die while they do, or meet a binary of sqlx at work.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rungs::{Database, Event, Migrations, Migrator, Tool};
use rungs_adoption::{Connection, Peer as _, Sqlx, up};
use rungs_tests::{Fault, Recorder, Scratch, Tape, engine, is_crash, polled, table};
use sqlx::Connection as _;
use sqlx::migrate::Migrate;
use tokio::runtime::Runtime;

const ALL: [Database; 3] = [Database::Sqlite, Database::Postgres, Database::Mysql];
const THEIRS: usize = 5;

#[test]
fn sixteen_that_adopt_and_upgrade_at_once_record_each_migration_once() {
    for database in ALL {
        let (scratch, migrations) = made_by_sqlx(database);
        let start = || {
            let mut connection = Connection::open(database, scratch.url());
            let adoption = migrations.adopt(&mut connection, Tool::Sqlx).unwrap();
            let report = migrations.upgrade(&mut connection).unwrap();
            (adoption.migrations.len(), report.ran.len())
        };
        let counts: Vec<(usize, usize)> = thread::scope(|scope| {
            let started: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
            started.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let adopted: usize = counts.iter().map(|(adopted, _)| adopted).sum();
        let ran: usize = counts.iter().map(|(_, ran)| ran).sum();
        assert_eq!((adopted, ran), (THEIRS, 1), "{database}");
        let log = scratch.observe().log();
        let is_adopted = |line: &&String| line.contains("adopt success");
        assert_eq!(log.iter().filter(is_adopted).count(), THEIRS);
        assert_eq!(log.len(), THEIRS + 1, "{database}: {log:?}");
    }
}

#[test]
fn a_crash_before_any_command_is_made_good_by_the_next_adoption() {
    for database in ALL {
        let (scratch, migrations) = made_by_sqlx(database);
        let mut observer = scratch.observe();
        for command in 0.. {
            let mut recorder = Recorder {
                connection: Connection::open(database, scratch.url()),
                tape: Tape::default(),
            };
            let tape = recorder.tape.clone();
            tape.fault(Some(Fault::Crash(command)));
            let run = || migrations.adopt(&mut recorder, Tool::Sqlx);
            match catch_unwind(AssertUnwindSafe(run)) {
                Ok(adoption) => assert_eq!(adoption.unwrap().migrations.len(), THEIRS),
                Err(panic) => assert!(is_crash(&*panic)),
            }
            drop(recorder);

            let mut connection = Connection::open(database, scratch.url());
            migrations.adopt(&mut connection, Tool::Sqlx).unwrap();
            assert_eq!(observer.log().len(), THEIRS, "{database} {command}");
            observer.query("DROP TABLE rungs_log");
            if tape.is_armed() {
                break;
            }
        }
    }
}

#[test]
fn a_binary_of_sqlx_that_is_at_work_is_waited_for() {
    let runtime = Runtime::new().unwrap();
    for database in [Database::Postgres, Database::Mysql] {
        let (scratch, migrations) = made_by_sqlx(database);
        let mut theirs = runtime.block_on(Locked::take(database, scratch.url()));
        let (tell, told) = mpsc::channel();
        let url = scratch.url();
        thread::scope(|scope| {
            let adopting = scope.spawn(move || {
                let tell = Mutex::new(tell);
                let migrator = Migrator::new(migrations).observer(move |event| {
                    if let Event::Waiting { .. } = event {
                        // Nobody listens any more after the first.
                        let _ = tell.lock().unwrap().send(());
                    }
                });
                migrator.adopt(&mut Connection::open(database, url), Tool::Sqlx)
            });
            told.recv().unwrap();
            runtime.block_on(theirs.unlock());
            assert_eq!(adopting.join().unwrap().unwrap().migrations.len(), THEIRS);
        });
        // The lock has been given back.
        runtime.block_on(theirs.lock());
    }
}

#[test]
fn a_lock_that_sqlx_has_left_behind_is_not_waited_for_without_end() {
    let runtime = Runtime::new().unwrap();
    for database in [Database::Postgres, Database::Mysql] {
        let (scratch, migrations) = made_by_sqlx(database);
        let _theirs = runtime.block_on(Locked::take(database, scratch.url()));
        let migrator = Migrator::new(migrations).wait_limit(Duration::ZERO);
        let mut connection = Connection::open(database, scratch.url());
        let error = migrator.adopt(&mut connection, Tool::Sqlx).unwrap_err();
        let error = format!("{error:?}");
        assert!(error.starts_with("cannot take the lock of sqlx"), "{error}");
        assert!(
            error.contains("another process migrates with sqlx"),
            "{error}"
        );
    }
}

#[test]
fn an_adoption_that_is_dropped_gives_the_lock_of_sqlx_back() {
    let runtime = Runtime::new().unwrap();
    let (scratch, migrations) = made_by_sqlx(Database::Mysql);
    runtime.block_on(async {
        let pool = sqlx::MySqlPool::connect(scratch.url()).await.unwrap();
        for polls in 1.. {
            let adoption = migrations.adopt_async(&pool, Tool::Sqlx);
            let adopted = polled(polls, adoption).await;
            let mut theirs = Locked::take(Database::Mysql, scratch.url()).await;
            theirs.unlock().await;
            if let Some(adopted) = adopted {
                adopted.unwrap();
                break;
            }
        }
    });
}

/// A database to which sqlx has applied all but the last migration.
fn made_by_sqlx(database: Database) -> (Arc<dyn Scratch>, &'static Migrations) {
    let scratch = engine::of(database).next().unwrap().create();
    let directory = tempfile::tempdir().unwrap();
    let mut files: Vec<(String, String)> =
        (1..=THEIRS).flat_map(|number| Sqlx.files(number)).collect();
    for (name, text) in &files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    Sqlx.migrate(database, scratch.url(), directory.path());
    files.push(("9999_ours.sql".to_owned(), up(9999)));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    (scratch, table(database, &files))
}

/// A connection of sqlx that holds its lock.
enum Locked {
    Mysql(sqlx::MySqlConnection),
    Postgres(sqlx::PgConnection),
}

impl Locked {
    async fn take(database: Database, url: &str) -> Self {
        let mut locked = match database {
            Database::Mysql => Self::Mysql(sqlx::MySqlConnection::connect(url).await.unwrap()),
            _ => Self::Postgres(sqlx::PgConnection::connect(url).await.unwrap()),
        };
        locked.lock().await;
        locked
    }

    async fn lock(&mut self) {
        match self {
            // What sqlx itself sends, `GET_LOCK(key, -1)`, takes a lock on MySQL only: on MariaDB it
            // answers NULL.
            Self::Mysql(connection) => {
                let lock = "SELECT GET_LOCK(LOWER(HEX(0x3d32ad9e * CRC32(DATABASE()))), 30)";
                let taken: Option<i64> = sqlx::query_scalar(lock)
                    .fetch_one(connection)
                    .await
                    .unwrap();
                assert_eq!(taken, Some(1));
            }
            Self::Postgres(connection) => connection.lock().await.unwrap(),
        }
    }

    async fn unlock(&mut self) {
        match self {
            Self::Mysql(connection) => connection.unlock().await.unwrap(),
            Self::Postgres(connection) => connection.unlock().await.unwrap(),
        }
    }
}
