//! Databases that the other tools themselves have made: taken over, gone on with, left as they were.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use rungs::{Database, Migrations, Migrator, Source};
use rungs_adoption::{Connection, Diesel, Peer, Refinery, Sqlx};
use rungs_tests::{engine, table};

/// How many migrations the other tool applies ...
const THEIRS: usize = 100;
/// ... and how many there are in the end.
const ALL: usize = 103;

#[test]
fn sqlx_on_sqlite() {
    is_taken_over(&Sqlx, Database::Sqlite);
}

#[test]
fn sqlx_on_postgres() {
    is_taken_over(&Sqlx, Database::Postgres);
}

#[test]
fn sqlx_on_mariadb() {
    is_taken_over(&Sqlx, Database::Mysql);
}

#[test]
fn refinery_on_sqlite() {
    is_taken_over(&Refinery, Database::Sqlite);
}

#[test]
fn refinery_on_postgres() {
    is_taken_over(&Refinery, Database::Postgres);
}

#[test]
fn refinery_on_mariadb() {
    is_taken_over(&Refinery, Database::Mysql);
}

#[test]
fn diesel_on_sqlite() {
    is_taken_over(&Diesel, Database::Sqlite);
}

#[test]
fn diesel_on_postgres() {
    is_taken_over(&Diesel, Database::Postgres);
}

#[test]
fn diesel_on_mariadb() {
    is_taken_over(&Diesel, Database::Mysql);
}

fn is_taken_over(peer: &dyn Peer, database: Database) {
    let scratch = engine::of(database).next().unwrap().create();
    let directory = tempfile::tempdir().unwrap();
    write(peer, directory.path());
    peer.migrate(database, scratch.url(), directory.path());
    let mut observer = scratch.observe();
    let history = observer.rows(peer.table());
    assert_eq!(history.len(), THEIRS);

    let all = migrations(peer, database);
    let migrator = Migrator::new(all).operator("somebody");
    let mut connection = Connection::open(database, scratch.url());
    let planned = migrator
        .plan_adoption(&mut connection, Source::any())
        .unwrap();
    assert!(!observer.tables().contains(&"rungs_log".to_owned()));

    let adopted = migrator.adopt(&mut connection, Source::any()).unwrap();
    assert_eq!(adopted, planned);
    assert_eq!((adopted.tool, &*adopted.table), (peer.tool(), peer.table()));
    let expected = all.iter().take(THEIRS);
    let expected: Vec<_> = expected.map(|it| (it.version(), peer.check())).collect();
    let recorded = adopted.migrations.iter();
    let recorded: Vec<_> = recorded
        .map(|it| (it.migration.version, it.check))
        .collect();
    assert_eq!(recorded, expected);

    let again = migrator.adopt(&mut connection, peer.tool()).unwrap();
    assert_eq!((again.migrations.len(), again.known), (0, THEIRS));

    let report = migrator.upgrade(&mut connection).unwrap();
    assert_eq!(report.ran.len(), ALL - THEIRS);
    assert_eq!(observer.applied().len(), ALL);
    let tables = |tables: Vec<String>| tables.iter().filter(|it| it.starts_with('t')).count();
    assert_eq!(tables(observer.tables()), ALL);

    // Nothing of theirs has changed, and they find nothing to do and nothing to complain about.
    assert_eq!(observer.rows(peer.table()), history);
    peer.migrate(database, scratch.url(), directory.path());
    assert_eq!(observer.rows(peer.table()), history);
}

fn write(peer: &dyn Peer, directory: &Path) {
    for (name, text) in (1..=THEIRS).flat_map(|number| peer.files(number)) {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn migrations(peer: &dyn Peer, database: Database) -> &'static Migrations {
    let files: Vec<_> = (1..=ALL).flat_map(|number| peer.files(number)).collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    table(database, &files)
}
