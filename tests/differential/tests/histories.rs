//! Histories of ours: after every migration, up and down, the replay has what the server has.
//!
//! A file of `histories` holds many. `=== name` begins one, and `--- up` and `--- down` each of its
//! migrations: a way down undoes the way up before it, after which that is applied again.
//! `=== name @mariadb` is for servers of that product alone, `=== name @postgres-15` for that version
//! and those after it.
//!
//! At the end the replayed schema is written as SQL and made anew in another database, and what the
//! tools of the server say of both must be the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rungs_build::catalog::compare;
use rungs_build::evolve::schema;
use rungs_build::{Dialect, History, Script, SourceFile, check_file};
use rungs_cli::introspect;
use rungs_differential::{Database, Server, apply, dump, line};

/// Servers and histories with something that the replay does not keep, or the server shows otherwise.
const NOT_REMADE: [(&str, &str); 10] = [
    // One of the views reads another that was renamed, which breaks it.
    ("mariadb", "views"),
    ("mysql", "views"),
    // It takes what is for MySQL for a comment.
    ("mariadb", "a column in the comment of some servers"),
    // It shows whether a default was dropped, in which order checks came, and what was converted.
    ("mysql", "defaults"),
    ("mysql", "checks"),
    ("mysql", "character sets"),
    // Defaults keep the type that their column had.
    ("postgres", "defaults"),
    ("postgres", "defaults that are computed"),
    // Parameters of storage, and statistics.
    ("postgres", "privileges and settings"),
    ("postgres", "unlogged tables and storage"),
];

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
    let mut wrong = String::new();
    for server in Server::all(dialect) {
        let mut count = 0;
        for history in text.split("\n=== ").skip(1) {
            let (title, steps) = history.split_once('\n').unwrap_or((history, ""));
            let (name, only) = title.split_once(" @").unwrap_or((title, ""));
            if !is_for(server.name(), only) {
                continue;
            }
            count += 1;
            let product = server.name().split('-').next().unwrap_or_default();
            let is_remade = !NOT_REMADE.contains(&(product, name));
            if let Err(outcome) = follow(&server, steps, is_remade) {
                let _ = writeln!(wrong, "{name} on {}: {outcome}", server.name());
            }
        }
        assert!(
            count >= FEWEST,
            "only {count} histories for {}",
            server.name()
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whether a server such as `postgres-16` is of a product, and not older than its version.
fn is_for(server: &str, only: &str) -> bool {
    let parts = |name: &str| {
        let (product, version) = name.split_once('-').unwrap_or((name, ""));
        let numbers = version.split('.').filter_map(|it| it.parse::<u32>().ok());
        (product.to_owned(), numbers.collect::<Vec<_>>())
    };
    let ((product, version), (wanted, oldest)) = (parts(server), parts(only));
    only.is_empty() || (product == wanted && version >= oldest)
}

/// One way of a migration.
struct Step<'t> {
    is_down: bool,
    text: &'t str,
}

fn follow(server: &Server, steps: &str, is_remade: bool) -> Result<(), String> {
    let dialect = server.dialect;
    let mut database = server.create()?;
    let mut history = History::new(dialect, &[]);
    let mut scripts = Vec::new();
    let mut up = None;
    let marked = format!("\n{steps}");
    for step in marked.split("\n--- ").skip(1) {
        let (way, text) = step.split_once('\n').unwrap_or((step, ""));
        let is_down = way.trim() == "down";
        let step = Step { is_down, text };
        scripts.push(one(&mut database, &mut history, dialect, &step)?);
        match up.take() {
            Some(text) if is_down => {
                let again = Step {
                    is_down: false,
                    text,
                };
                scripts.push(one(&mut database, &mut history, dialect, &again)?);
            }
            _ => up = Some(text),
        }
    }
    let scripts: Vec<&Script> = scripts.iter().collect();
    let (sql, notes) = schema(&history.catalog(), &scripts, dialect);
    if !notes.is_empty() || !is_remade {
        return Ok(());
    }
    let remade = remade(server, &mut database, &sql)?;
    if remade.is_empty() {
        return Ok(());
    }
    Err(format!("made anew:\n{sql}\n{}", remade.join("\n")))
}

/// How a database that the replayed schema makes differs from the one of the history, as the tools of
/// the server see both.
fn remade(server: &Server, database: &mut Database, sql: &str) -> Result<Vec<String>, String> {
    let file = SourceFile::new("schema.sql", sql);
    let (script, _) = check_file(&file, &[], &[server.dialect]);
    let mut other = server.create()?;
    apply(&mut *other.connection, &script, server.dialect)
        .map_err(|error| format!("{error}\n{sql}"))?;
    let (Some(is), Some(should_be)) = (dump(&mut other)?, dump(database)?) else {
        return Ok(Vec::new());
    };
    let names = is.keys().chain(should_be.keys());
    let names: BTreeSet<&String> = names.collect();
    let differs = |name: &&String| is.get(*name) != should_be.get(*name);
    let show = |name: &String| {
        let text = |it: Option<&String>| it.map_or("nothing", |it| it).to_owned();
        let (is, should_be) = (text(is.get(name)), text(should_be.get(name)));
        format!("{name} is\n{is}\nnot\n{should_be}")
    };
    Ok(names.into_iter().filter(differs).map(show).collect())
}

fn one(
    database: &mut Database,
    history: &mut History<'_>,
    dialect: Dialect,
    step: &Step<'_>,
) -> Result<Script, String> {
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
        return Ok(script);
    }
    Err(format!(
        "after\n{}\n  {}",
        step.text.trim(),
        lines.join("\n  ")
    ))
}
