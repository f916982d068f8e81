//! Puts a directory of migrations to a real server and to the replay, and says where they part.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rungs_build::catalog::{Catalog, Difference, compare};
use rungs_build::{Diagnostic, Dialect, History, Output, Request, Script, compile};
use rungs_cli::introspect;
use rungs_differential::{Database, Server, apply, line};

/// Applies migrations to a new database of the server that `cargo xtask servers up` has started, and
/// compares its schema with the replayed one
#[derive(Debug, Parser)]
struct Arguments {
    /// The directories of the migrations
    #[arg(required = true)]
    directories: Vec<PathBuf>,

    /// What the SQL is written for
    #[arg(long)]
    dialect: Dialect,

    /// Tell every difference, not how many there are
    #[arg(long)]
    all: bool,
}

/// What came of a directory.
#[derive(Debug, Default)]
struct Findings {
    migrations: usize,
    statements: usize,
    /// What check or the replay says of a migration that the server accepts.
    alarms: Vec<String>,
    /// What the server refuses.
    refused: Vec<String>,
    differences: Vec<String>,
    /// Ways down: those that undo, those that do not and are told, and where the verdicts differ.
    undone: usize,
    not_undone: usize,
    disagreements: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let server = Server::of(arguments.dialect)?;
    for directory in &arguments.directories {
        let findings = one(&server, directory)?;
        tell(directory, &findings, arguments.all).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn one(server: &Server, directory: &Path) -> Result<Findings, String> {
    let Output {
        table, diagnostics, ..
    } = compile(&Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: vec![server.dialect],
        anywhere: true,
        ..Request::default()
    });
    let table = table.ok_or("the directory cannot be read")?;
    let mut findings = Findings::default();
    let mut database = server.create()?;
    let mut history = History::new(server.dialect, &[]);
    for migration in &table.migrations {
        findings.migrations += 1;
        findings.statements += migration.up.statements.len();
        let before = real(&mut database)?;
        if let Err(error) = apply(&mut *database.connection, &migration.up, server.dialect) {
            findings.refused.push(error);
            // MySQL keeps what came before the statement.
            if server.dialect == Dialect::Mysql {
                return Ok(findings);
            }
            continue;
        }
        accepted(&diagnostics, &migration.up.file.path, &mut findings);
        history.apply(&migration.up);
        let Some(down) = migration
            .down
            .as_ref()
            .filter(|it| !it.statements.is_empty())
        else {
            continue;
        };
        let is_told = diagnostics
            .iter()
            .any(|found| found.kind.id == "down-differs" && found.path() == Some(&*down.file.path));
        let outcome = back(&mut database, server, down, &before, is_told, &mut findings);
        let again =
            outcome.and_then(|()| apply(&mut *database.connection, &migration.up, server.dialect));
        if let Err(error) = again {
            // Who knows how far it came.
            findings.refused.push(format!("on the way back: {error}"));
            return Ok(findings);
        }
    }
    let real = real(&mut database)?;
    findings.differences = history.differences(&real).iter().map(line).collect();
    Ok(findings)
}

/// Goes back, and judges whether that undoes the way up; the order of columns does not count.
fn back(
    database: &mut Database,
    server: &Server,
    down: &Script,
    before: &Catalog,
    is_told: bool,
    findings: &mut Findings,
) -> Result<(), String> {
    apply(&mut *database.connection, down, server.dialect)?;
    let after = real(database)?;
    let mut found = compare(before, &after, server.dialect, &|_| true);
    found.retain(|it| !matches!(it, Difference::Changed(what, ..) if what.starts_with("table ")));
    let path = &down.file.path;
    match (found.is_empty(), is_told) {
        (true, false) => findings.undone += 1,
        (false, true) => findings.not_undone += 1,
        (true, true) => findings
            .disagreements
            .push(format!("{path}: told, but it undoes")),
        (false, false) => {
            let lines: Vec<String> = found.iter().map(line).collect();
            let lines = lines.join("\n      ");
            findings
                .disagreements
                .push(format!("{path}: not told, but\n      {lines}"));
        }
    }
    Ok(())
}

fn real(database: &mut Database) -> Result<Catalog, String> {
    introspect(&mut *database.connection).map_err(|error| error.to_string())
}

/// What is certain to fail did not.
fn accepted(diagnostics: &[Diagnostic], path: &str, findings: &mut Findings) {
    const OF_SERVERS: [&str; 11] = [
        "bad-insert",
        "invalid-sql",
        "unknown-table",
        "unknown-column",
        "unknown-object",
        "ambiguous-column",
        "duplicate-table",
        "duplicate-column",
        "duplicate-object",
        "still-needed",
        "bad-foreign-key",
    ];
    for found in diagnostics
        .iter()
        .filter(|found| found.path() == Some(path))
    {
        if OF_SERVERS.contains(&found.kind.id) {
            findings.alarms.push(format!("{path}: {}", found.message));
        }
    }
}

fn tell(directory: &Path, findings: &Findings, all: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {} migrations, {} statements, {} refused by the server, {} false alarms, \
         {} differences, ways down: {} undo, {} do not and are told, {} judged otherwise",
        directory.display(),
        findings.migrations,
        findings.statements,
        findings.refused.len(),
        findings.alarms.len(),
        findings.differences.len(),
        findings.undone,
        findings.not_undone,
        findings.disagreements.len(),
    )?;
    let lists = [
        ("refused", &findings.refused),
        ("false alarm", &findings.alarms),
        ("difference", &findings.differences),
        ("way down", &findings.disagreements),
    ];
    for (kind, list) in lists {
        let most = if all { list.len() } else { 5 };
        for item in list.iter().take(most) {
            writeln!(out, "  {kind}: {item}")?;
        }
        if list.len() > most {
            writeln!(out, "  and {} more", list.len() - most)?;
        }
    }
    Ok(())
}
