//! Histories of ours: after every migration, up and down, the replay has what the server has.
//!
//! A file of `histories` holds many. `=== name` begins one, and `--- up` and `--- down` each of its
//! migrations: a way down undoes the way up before it, after which that is applied again.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use rungs_build::catalog::compare;
use rungs_build::{Dialect, History, SourceFile, check_file};
use rungs_cli::introspect;
use rungs_differential::{Database, Server, apply, line};

#[test]
fn sqlite() {
    run(Dialect::Sqlite, include_str!("../histories/sqlite.sql"));
}

#[test]
fn postgres() {
    run(Dialect::Postgres, include_str!("../histories/postgres.sql"));
}

#[test]
fn mysql() {
    run(Dialect::Mysql, include_str!("../histories/mysql.sql"));
}

fn run(dialect: Dialect, text: &str) {
    const FEWEST: usize = 40;
    let server = Server::of(dialect).unwrap_or_else(|error| panic!("{error}"));
    let mut count = 0;
    let mut wrong = String::new();
    for history in text.split("\n=== ").skip(1) {
        let (name, steps) = history.split_once('\n').unwrap_or((history, ""));
        count += 1;
        let outcome = follow(&server, steps);
        if let Err(outcome) = outcome {
            let _ = writeln!(wrong, "{name}: {outcome}");
        }
    }
    assert!(wrong.is_empty(), "{dialect}:\n{wrong}");
    assert!(count >= FEWEST, "only {count} histories of {dialect}");
}

/// One way of a migration.
struct Step<'t> {
    is_down: bool,
    text: &'t str,
}

fn follow(server: &Server, steps: &str) -> Result<(), String> {
    let dialect = server.dialect;
    let mut database = server.create()?;
    let mut history = History::new(dialect, &[]);
    let mut up = None;
    let marked = format!("\n{steps}");
    for step in marked.split("\n--- ").skip(1) {
        let (way, text) = step.split_once('\n').unwrap_or((step, ""));
        let is_down = way.trim() == "down";
        let step = Step { is_down, text };
        one(&mut database, &mut history, dialect, &step)?;
        match up.take() {
            Some(text) if is_down => {
                let again = Step {
                    is_down: false,
                    text,
                };
                one(&mut database, &mut history, dialect, &again)?;
            }
            _ => up = Some(text),
        }
    }
    Ok(())
}

fn one(
    database: &mut Database,
    history: &mut History<'_>,
    dialect: Dialect,
    step: &Step<'_>,
) -> Result<(), String> {
    let way = if step.is_down { "down" } else { "up" };
    let file = SourceFile::new(way, step.text);
    let (script, found) = check_file(&file, &[], &[dialect]);
    if let Some(found) = found.first() {
        return Err(format!("{}: {}", step.text, found.message));
    }
    let said = history.found().len();
    apply(&mut *database.connection, &script, dialect)
        .map_err(|error| format!("{error}\n{}", step.text))?;
    history.apply(&script);
    if let Some(found) = history.found().get(said) {
        return Err(format!("a false alarm: {}\n{}", found.message, step.text));
    }
    let real = introspect(&mut *database.connection).map_err(|error| error.to_string())?;
    let differences = compare(&history.catalog(), &real, dialect, &|_| true);
    let lines: Vec<String> = differences.iter().map(line).collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(format!(
        "after\n{}\n  {}",
        step.text.trim(),
        lines.join("\n  ")
    ))
}
