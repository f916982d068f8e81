//! Tests of rows that nothing else shows; each is called by the row.

use rungs::testing::{self, RoundTripError, TempFile};
use rungs::{
    Database, Direction, Error, ErrorKind, Migrations, Migrator, Operation, OutOfOrder, Outcome,
    Registry, RolledBack, State, Target, Version,
};
use rungs_build::evolve::{self, Outcome as Compared};
use rungs_build::{Dialect, Request};
use rusqlite::Connection;

const USERS: (&str, &str) = (
    "1_users.up.sql",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n",
);
const NO_USERS: (&str, &str) = ("1_users.down.sql", "DROP TABLE users;\n");
const EMAIL: (&str, &str) = (
    "5_email.up.sql",
    "ALTER TABLE users ADD COLUMN email TEXT;\n",
);
const NO_EMAIL: (&str, &str) = ("5_email.down.sql", "ALTER TABLE users DROP COLUMN email;\n");
const TAGS: (&str, &str) = ("3_tags.up.sql", "CREATE TABLE tags (id INTEGER);\n");
const BOTH: &[(&str, &str)] = &[USERS, NO_USERS, EMAIL, NO_EMAIL];

fn table(files: &[(&str, &str)]) -> &'static Migrations {
    rungs_tests::table(Database::Sqlite, files)
}

/// What the build says about files that are wrong.
fn refused(files: &[(&str, &str)]) -> String {
    rungs_tests::try_table(Database::Sqlite, files).unwrap_err()
}

fn database() -> Connection {
    Connection::open_in_memory().unwrap()
}

/// A database with these migrations applied.
fn migrated(files: &[(&str, &str)]) -> Connection {
    let mut connection = database();
    table(files).upgrade(&mut connection).unwrap();
    connection
}

/// The names of the tables.
fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

#[test]
fn p39_where_it_is_already_there_is_nothing_to_do() {
    let mut connection = migrated(BOTH);
    for target in ["5", "base", "base"] {
        table(BOTH).downgrade_to(&mut connection, target).unwrap();
    }
    let again = table(BOTH).downgrade_to(&mut connection, "base").unwrap();
    assert!(again.already_up_to_date(), "{again}");
}

#[test]
fn p68_a_failure_is_told_once() {
    let bad = table(&[("1_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n")]);
    let error = bad.upgrade(&mut database()).unwrap_err();
    let mut told = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        told.push_str(&error.to_string());
        cause = error.source();
    }
    assert_eq!(told.matches("no such table: nowhere").count(), 1, "{told}");
}

#[test]
fn c11_migrations_come_in_the_order_of_numbers() {
    let ten = ("10_last.up.sql", "CREATE TABLE last (id INTEGER);\n");
    let numbers = |files| table(files).iter().map(|it| it.version().number());
    assert!(numbers(&[ten, USERS, EMAIL]).eq([1, 5, 10]));
}

#[test]
fn c19_a_target_says_which_way() {
    let mut connection = migrated(BOTH);
    let table = table(BOTH);
    for (target, direction, current) in [
        (Target::Base, Direction::Down, None),
        (Target::Head, Direction::Up, Some(5)),
        (Target::Version(Version::new(1)), Direction::Down, Some(1)),
    ] {
        let report = table.migrate_to(&mut connection, target).unwrap();
        assert!(report.ran.iter().all(|ran| ran.direction == direction));
        assert_eq!(report.current.map(Version::number), current);
    }
}

#[test]
fn c34_all_sets_can_be_asked() {
    let file = TempFile::new().unwrap();
    let path = file.path().to_owned();
    let mut registry = Registry::new();
    let connect = move || Connection::open(&path);
    registry.register("users", table(BOTH), connect).unwrap();
    let is_up_to_date = |registry: &Registry<'_>| registry.all().is_up_to_date().unwrap()[0].1;
    assert!(!is_up_to_date(&registry));
    registry.all().upgrade().unwrap();
    assert!(is_up_to_date(&registry));
}

#[test]
fn b5_another_process_goes_on() {
    let file = TempFile::new().unwrap();
    let open = || Connection::open(file.path()).unwrap();
    table(&[USERS]).upgrade(&mut open()).unwrap();
    let report = table(BOTH).upgrade(&mut open()).unwrap();
    assert_eq!(report.ran.len(), 1);
}

#[test]
fn b6_the_history_has_what_its_documentation_says() {
    let mut connection = migrated(BOTH);
    let history = table(BOTH).history(&mut connection).unwrap();
    let names: Vec<&str> = history.iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["users", "email"]);
    let is_run = |row: &rungs::LogEntry| {
        (row.operation, row.outcome) == (Operation::Run, Outcome::Success)
            && row.started_at.ends_with('Z')
    };
    assert!(history.iter().all(is_run), "{history:?}");
}

#[test]
fn b7_an_unknown_target_is_of_the_kind_not_found() {
    let mut connection = migrated(BOTH);
    for error in [
        table(BOTH).upgrade_to(&mut connection, "nope").unwrap_err(),
        table(BOTH).downgrade_to(&mut connection, "9").unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[test]
fn b8_a_migration_that_failed_half_way_can_be_run_again() {
    let two = "CREATE TABLE first (id INTEGER);\nINSERT INTO second VALUES (1);\n";
    let files = [USERS, ("2_two.up.sql", two)];
    let mut connection = database();
    table(&files).upgrade(&mut connection).unwrap_err();
    assert_eq!(tables(&connection), ["rungs_log", "users"]);
    connection
        .execute_batch("CREATE TABLE second (id INTEGER)")
        .unwrap();
    table(&files).upgrade(&mut connection).unwrap();
    assert_eq!(
        tables(&connection),
        ["first", "rungs_log", "second", "users"]
    );
}

#[test]
fn b10_a_way_down_that_does_nothing_is_found() {
    let empty = refused(&[USERS, ("1_users.down.sql", "-- Nothing.\n")]);
    assert!(empty.contains("empty-file"), "{empty}");
    let idle = table(&[USERS, ("1_users.down.sql", "SELECT 1;\n")]);
    let trip = testing::round_trip(idle, &mut database());
    assert!(
        matches!(trip, Err(RoundTripError::NotUndone { .. })),
        "{trip:?}"
    );
}

#[test]
fn b11_an_edited_migration_is_noticed() {
    let mut connection = migrated(&[USERS]);
    let edited = table(&[(USERS.0, "CREATE TABLE users (id INTEGER);\n")]);
    let error = edited.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error:?}");
}

#[test]
fn b13_an_upgrade_to_an_older_version_is_an_error() {
    let mut connection = migrated(BOTH);
    for older in ["1", "users", "base"] {
        let error = table(BOTH).upgrade_to(&mut connection, older).unwrap_err();
        assert!(matches!(error, Error::WrongDirection { .. }), "{error:?}");
    }
}

#[test]
fn b14_a_difference_needs_no_database_and_is_not_written_when_there_is_none() {
    let package = tempfile::tempdir().unwrap();
    let migrations = package.path().join("migrations");
    std::fs::create_dir(&migrations).unwrap();
    std::fs::write(migrations.join(USERS.0), USERS.1).unwrap();
    let compared = |wanted: &str| {
        std::fs::write(package.path().join("schema.sql"), wanted).unwrap();
        let comparison = evolve::compare(&Request {
            package: package.path().to_owned(),
            directory: "migrations".to_owned(),
            dialects: vec![Dialect::Sqlite],
            ..Request::default()
        });
        match comparison.outcome {
            Compared::Compared(evolution) => evolution.up,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(compared(USERS.1), Vec::<String>::new());
    let wanted = format!("{}CREATE TABLE tags (id INTEGER);", USERS.1);
    assert_eq!(compared(&wanted).len(), 1);
}

#[test]
fn b18_a_version_is_the_number_in_the_file_name() {
    let mut connection = migrated(BOTH);
    let at = table(BOTH).current(&mut connection).unwrap();
    assert_eq!(at.map(Version::number), Some(5));
    let allowed = Migrator::new(table(&[USERS, TAGS, EMAIL])).out_of_order(OutOfOrder::Allow);
    let report = allowed.upgrade(&mut connection).unwrap();
    assert_eq!(report.ran[0].version.number(), 3);
}

#[test]
fn b19_a_database_that_is_ahead_is_refused_and_left_alone() {
    let mut connection = migrated(BOTH);
    let old = table(&[USERS, NO_USERS]);
    for error in [
        old.upgrade(&mut connection).unwrap_err(),
        old.migrate_to(&mut connection, "head").unwrap_err(),
    ] {
        assert!(matches!(error, Error::Ahead { .. }), "{error:?}");
    }
    assert!(table(BOTH).is_up_to_date(&mut connection).unwrap());
}

#[test]
fn b20_nothing_lies_below_the_beginning() {
    let mut connection = database();
    let error = table(BOTH).migrate_to(&mut connection, "-1").unwrap_err();
    assert!(matches!(error, Error::OutOfRange { .. }), "{error:?}");
    assert!(tables(&connection).is_empty());
}

#[test]
fn b21_without_a_way_down_nothing_is_rolled_back() {
    let files = [USERS, EMAIL, NO_EMAIL];
    let mut connection = migrated(&files);
    let error = table(&files)
        .downgrade_to(&mut connection, "base")
        .unwrap_err();
    assert!(matches!(error, Error::Irreversible(_)), "{error:?}");
    assert!(table(&files).is_up_to_date(&mut connection).unwrap());
}

#[test]
fn b29_a_late_migration_is_never_passed_over_in_silence() {
    let mut connection = migrated(&[USERS, EMAIL]);
    let table = table(&[USERS, TAGS, EMAIL]);
    let error = table.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, Error::OutOfOrder { .. }), "{error:?}");
    let status = table.status(&mut connection).unwrap();
    assert_eq!(status[1].state, State::OutOfOrder);
}

#[test]
fn b32_a_failure_and_what_became_of_it_are_recorded() {
    let bad = table(&[("1_bad.up.sql", "INSERT INTO nowhere VALUES (1);\n")]);
    let mut connection = database();
    let error = bad.upgrade(&mut connection).unwrap_err();
    let Error::Statement(failed) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(failed.rolled_back, RolledBack::Migration);
    let history = bad.history(&mut connection).unwrap();
    assert_eq!(history[0].outcome, Outcome::Error);
    let recorded = history[0].error.as_deref().unwrap();
    assert!(recorded.contains("rolled back"), "{recorded}");
}

#[test]
fn b33_a_migration_that_never_ran_is_not_rebuilt() {
    let mut connection = database();
    let error = table(BOTH).rebuild(&mut connection, "1").unwrap_err();
    assert!(matches!(error, Error::NotFailed(_)), "{error:?}");
    assert_eq!(table(BOTH).current(&mut connection).unwrap(), None);
}

#[test]
fn b36_what_failed_is_recorded_as_it_was_said() {
    let said = r#"it's "wrong" \ twice"#;
    let trigger = format!(
        "CREATE TABLE a (b);\nCREATE TRIGGER t BEFORE INSERT ON a BEGIN\n  \
         SELECT RAISE(ABORT, '{}');\nEND;\n",
        said.replace('\'', "''")
    );
    let insert = ("2_b.up.sql", "INSERT INTO a VALUES (1);\n");
    let table = table(&[("1_a.up.sql", &trigger), insert]);
    let mut connection = database();
    table.upgrade(&mut connection).unwrap_err();
    let history = table.history(&mut connection).unwrap();
    let recorded = history[1].error.as_deref().unwrap();
    assert!(recorded.contains(said), "{recorded}");
}

#[test]
fn b40_twins_do_not_compile_and_what_is_gone_is_noticed() {
    let twins = refused(&[USERS, ("1_twin.up.sql", "SELECT 1;\n")]);
    assert!(twins.contains("duplicate-version"), "{twins}");
    let mut connection = migrated(&[USERS, TAGS, EMAIL]);
    let gone = table(&[USERS, EMAIL]).upgrade(&mut connection).unwrap_err();
    assert!(matches!(gone, Error::Missing { .. }), "{gone:?}");
}

#[test]
fn b43_looking_writes_nothing() {
    let mut connection = database();
    let table = table(BOTH);
    assert_eq!(
        table.plan(&mut connection, "head").unwrap().steps().len(),
        2
    );
    assert_eq!(table.status(&mut connection).unwrap().len(), 2);
    assert!(table.history(&mut connection).unwrap().is_empty());
    assert!(!table.is_up_to_date(&mut connection).unwrap());
    assert!(tables(&connection).is_empty());
}

#[test]
fn b44_a_file_that_is_no_sql_does_not_compile() {
    let wrong = refused(&[("1_a.up.sql", "CREATE TABEL a (b);\n")]);
    assert!(wrong.contains("invalid-sql"), "{wrong}");
}
