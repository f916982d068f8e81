//! Migrations that were written from a difference, on real databases: up, down and up again.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../../build-support/src/evolve/tests/listing.rs"]
mod listing;

use std::fmt::Write as _;
use std::fs;

use listing::{COMMON, Case, MYSQL, POSTGRES, SQLITE};
use rungs::{Database, Error, Migrator};
use rungs_build::evolve::{self, Evolution, Outcome};
use rungs_build::{Dialect, Request};
use rungs_tests::{Engine, Scratch, Tape, adapters, engine, try_table};

#[test]
fn what_was_written_leads_there_and_back_on_sqlite() {
    on_all(Database::Sqlite, Dialect::Sqlite, SQLITE);
}

#[test]
fn what_was_written_leads_there_and_back_on_postgres() {
    on_all(Database::Postgres, Dialect::Postgres, POSTGRES);
}

#[test]
fn what_was_written_leads_there_and_back_on_mariadb_and_mysql() {
    on_all(Database::Mysql, Dialect::Mysql, MYSQL);
}

/// Every case on every system of a family; what is wrong is told together.
fn on_all(database: Database, dialect: Dialect, cases: &[Case]) {
    let mut wrong = String::new();
    let mut count = 0;
    // Servers of a group give a table without a key one that nobody sees.
    let has_hidden_keys = |engine: &&dyn Engine| engine.name().starts_with("group-replication");
    for engine in engine::of(database).filter(|engine| !has_hidden_keys(engine)) {
        for case in COMMON.iter().chain(cases) {
            let wanted = listing::wanted(case, dialect != Dialect::Sqlite);
            // What cannot be written is for other tests.
            let Some(evolution) = written(case.1, &wanted, dialect) else {
                continue;
            };
            count += 1;
            if let Err(problem) = is_right(engine, case.1, &wanted, &evolution) {
                writeln!(wrong, "{} on {}: {problem}", case.0, engine.name()).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > COMMON.len() / 2, "only {count} cases were written");
}

fn written(history: &str, wanted: &str, dialect: Dialect) -> Option<Evolution> {
    let package = tempfile::tempdir().unwrap();
    fs::create_dir(package.path().join("migrations")).unwrap();
    fs::write(package.path().join("migrations/1_first.sql"), history).unwrap();
    fs::write(package.path().join("schema.sql"), wanted).unwrap();
    let comparison = evolve::compare(&Request {
        package: package.path().to_owned(),
        directory: "migrations".to_owned(),
        dialects: vec![dialect],
        anywhere: true,
        ..Request::default()
    });
    match comparison.outcome {
        Outcome::Compared(evolution) => (!evolution.up.is_empty()).then_some(evolution),
        Outcome::Refused(_) => None,
        Outcome::Wrong | Outcome::Missing => panic!("{:?}", comparison.diagnostics),
    }
}

/// The migration must make what the wanted schema makes, and its way back what there was.
fn is_right(
    engine: &dyn Engine,
    history: &str,
    wanted: &str,
    evolution: &Evolution,
) -> Result<(), String> {
    let up = evolve::text(&evolution.up);
    let down = evolve::text(&evolution.down);
    let files = [
        ("1_first.sql", history),
        ("2_second.up.sql", up.as_str()),
        ("2_second.down.sql", down.as_str()),
    ];
    let migrations = try_table(engine.database(), &files)?;
    let migrator = Migrator::new(migrations);
    let scratch = engine.create();
    let adapter = adapters::on(engine)[0];
    let mut session = adapter.open(scratch.url(), Tape::default());
    let told = |error: Error| format!("{error}\n{}---\n{up}---\n{down}", error.help());
    session.upgrade_to(&migrator, "1").map_err(told)?;
    let before = schema(&*scratch);
    let rows = count(&*scratch);
    session.upgrade(&migrator).map_err(told)?;
    let after = schema(&*scratch);
    session.downgrade_to(&migrator, "1").map_err(told)?;
    if count(&*scratch) != rows {
        return Err(format!("rows were lost\n{up}---\n{down}"));
    }
    is_same("the way back", &schema(&*scratch), &before, &down)?;
    session.upgrade(&migrator).map_err(told)?;
    is_same("the second way up", &schema(&*scratch), &after, &up)?;
    drop(session);
    let direct = engine.create();
    let made = try_table(engine.database(), &[("1_wanted.sql", wanted)])?;
    let mut session = adapter.open(direct.url(), Tape::default());
    session.upgrade(&Migrator::new(made)).map_err(told)?;
    is_same("the way up", &after, &schema(&*direct), &up)
}

/// How many rows there are in all tables.
fn count(scratch: &dyn Scratch) -> usize {
    let mut observer = scratch.observe();
    let tables = observer.tables();
    let is_own = |table: &&String| !table.contains("rungs");
    let counts = tables
        .iter()
        .filter(is_own)
        .map(|table| observer.rows(table).len());
    counts.sum()
}

fn is_same(what: &str, is: &[String], should_be: &[String], sql: &str) -> Result<(), String> {
    let missing: Vec<_> = should_be.iter().filter(|it| !is.contains(it)).collect();
    let left: Vec<_> = is.iter().filter(|it| !should_be.contains(it)).collect();
    if missing.is_empty() && left.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{what} lacks {missing:#?} and has {left:#?}\n{sql}"
    ))
}

/// What there is, a line each: columns in any order, and of SQLite, which keeps every text as it was
/// written, names and columns.
fn schema(scratch: &dyn Scratch) -> Vec<String> {
    let mut observer = scratch.observe();
    let mut lines = Vec::new();
    for object in observer.schema() {
        let words: Vec<&str> = object.iter().flatten().map(String::as_str).collect();
        let [kind, name, rest @ ..] = words.as_slice() else {
            continue;
        };
        // PostgreSQL 18 gives names to what was nameless before; they stay when the table gets another.
        if *kind == "constraint" && name.ends_with("_not_null") {
            continue;
        }
        if name.contains("rungs") || rest.iter().any(|text| text.contains("rungs")) {
            continue;
        }
        let is_text = rest.first().is_some_and(|text| text.starts_with("CREATE"));
        let text = match (is_text, *kind) {
            (true, "table") => observer
                .query(&format!("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo('{name}')"))
                .iter()
                .map(|row| format!("{row:?}"))
                .collect::<Vec<_>>()
                .join(", "),
            (true, _) => String::new(),
            (false, _) => rest.join(" "),
        };
        let mut parts: Vec<&str> = text.split(", ").collect();
        if *kind == "table" {
            parts.sort_unstable();
        }
        lines.push(format!("{kind} {name} {}", parts.join(", ")));
    }
    lines
}
