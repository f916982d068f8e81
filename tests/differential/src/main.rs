//! Puts a directory of migrations to a real server and to the replay, and says where they part.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use rungs_build::catalog::{Catalog, Difference, compare};
use rungs_build::kinds::EMPTY_FILE;
use rungs_build::{
    Diagnostic, Dialect, History, Level, Migration, Output, Request, Script, compile,
};
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

    /// One row of a Markdown table for each directory
    #[arg(long, conflicts_with = "all")]
    table: bool,
}

/// What came of a directory.
#[derive(Debug, Default)]
struct Findings {
    migrations: usize,
    /// Files whose names or versions are mistakes, without which the others can be replayed.
    left_out: usize,
    statements: usize,
    /// Statements that the replay follows.
    followed: usize,
    /// What check says of a migration that the server refuses, and of ways down.
    finds: Vec<String>,
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
        let findings = match one(&server, directory) {
            Ok(findings) => findings,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{}: {error}", directory.display());
                continue;
            }
        };
        let told = if arguments.table {
            row(directory, &findings)
        } else {
            tell(directory, &findings, arguments.all)
        };
        told.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn one(server: &Server, directory: &Path) -> Result<Findings, String> {
    let copy = tempfile::tempdir().map_err(|error| error.to_string())?;
    let directory = copy_of(directory, copy.path()).map_err(|error| error.to_string())?;
    let mut left_out = 0;
    let (table, diagnostics) = loop {
        let Output {
            table, diagnostics, ..
        } = compile(&Request {
            directory: directory.to_string_lossy().into_owned(),
            dialects: vec![server.dialect],
            levels: vec![(&EMPTY_FILE, Level::Allow)],
            anywhere: true,
            ..Request::default()
        });
        let in_the_way = diagnostics.iter().filter(|it| is_in_the_way(it));
        let paths: BTreeSet<&str> = in_the_way.filter_map(Diagnostic::path).collect();
        if paths.is_empty() {
            break (table.ok_or("the directory cannot be read")?, diagnostics);
        }
        left_out += paths.len();
        for path in paths {
            remove(Path::new(path)).map_err(|error| format!("{path}: {error}"))?;
        }
    };
    let mut trial = Trial::new(server, &diagnostics)?;
    trial.findings.left_out = left_out;
    for migration in &table.migrations {
        trial.migration(migration)?;
    }
    let real = real(&mut trial.database)?;
    trial.findings.differences = trial.history.differences(&real).iter().map(line).collect();
    let mut findings = trial.findings;
    findings.name_files_within(&directory);
    Ok(findings)
}

impl Findings {
    /// Files are named as in the directory that was copied.
    fn name_files_within(&mut self, copy: &Path) {
        let prefix = format!("{}/", copy.display());
        let lists = [
            &mut self.alarms,
            &mut self.finds,
            &mut self.refused,
            &mut self.disagreements,
        ];
        for line in lists.into_iter().flatten() {
            *line = line.replace(&prefix, "");
        }
    }
}

/// Whether nothing is replayed for the name or the version of a file.
fn is_in_the_way(found: &Diagnostic) -> bool {
    const KINDS: [&str; 6] = [
        "bad-name",
        "bad-version",
        "duplicate-version",
        "missing-up",
        "mixed-layouts",
        "unsupported-file",
    ];
    KINDS.contains(&found.kind.id)
}

fn copy_of(from: &Path, to: &Path) -> io::Result<PathBuf> {
    let copy = to.join(from.file_name().unwrap_or_default());
    fs::create_dir(&copy)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if path.is_dir() {
            copy_of(&path, &copy)?;
        } else if let Some(name) = path.file_name() {
            fs::copy(&path, copy.join(name))?;
        }
    }
    Ok(copy)
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// A directory on a server and in the replay, as far as it has come.
struct Trial<'t> {
    server: &'t Server,
    diagnostics: &'t [Diagnostic],
    database: Database,
    history: History<'static>,
    /// The ways up that the server took.
    accepted: Vec<&'t Script>,
    findings: Findings,
}

impl<'t> Trial<'t> {
    fn new(server: &'t Server, diagnostics: &'t [Diagnostic]) -> Result<Self, String> {
        Ok(Self {
            server,
            diagnostics,
            database: server.create()?,
            history: History::new(server.dialect, &[]),
            accepted: Vec::new(),
            findings: Findings::default(),
        })
    }

    fn migration(&mut self, migration: &'t Migration) -> Result<(), String> {
        let dialect = self.server.dialect;
        let up = &migration.up;
        let followed = up.statements.iter().filter(|it| it.is_followed(dialect));
        self.findings.migrations += 1;
        self.findings.statements += up.statements.len();
        self.findings.followed += followed.count();
        let before = real(&mut self.database)?;
        if let Err(error) = apply(&mut *self.database.connection, up, dialect) {
            self.refused(up, error);
            return self.begin_again();
        }
        self.accepted.push(up);
        let told = self.told(up);
        self.findings.alarms.extend(told);
        self.history.apply(up);
        let down = migration.down.as_ref();
        let Some(down) = down.filter(|it| !it.statements.is_empty()) else {
            return Ok(());
        };
        let is_told = self
            .diagnostics
            .iter()
            .any(|found| found.kind.id == "down-differs" && found.path() == Some(&*down.file.path));
        let gone = back(
            &mut self.database,
            dialect,
            down,
            &before,
            is_told,
            &mut self.findings,
        );
        if let Err(error) = gone {
            self.refused(down, error);
            return self.begin_again();
        }
        let told = self.told(down);
        self.findings.alarms.extend(told);
        if let Err(error) = apply(&mut *self.database.connection, up, dialect) {
            // A way down that leaves something does so.
            self.findings.refused.push(format!("again: {error}"));
            return self.begin_again();
        }
        Ok(())
    }

    fn refused(&mut self, script: &Script, error: String) {
        let told = self.told(script);
        self.findings.finds.extend(told);
        self.findings.refused.push(error);
    }

    /// A server may keep a part of what it refused.
    fn begin_again(&mut self) -> Result<(), String> {
        self.database = self.server.create()?;
        for script in &self.accepted {
            apply(&mut *self.database.connection, script, self.server.dialect)?;
        }
        Ok(())
    }

    /// What is told of a script and certain to fail on a server; both ways may stand in one file.
    fn told(&self, script: &Script) -> Vec<String> {
        let file = &script.file;
        let line = |at: usize| file.position(at).line;
        let first = script.statements.first().map_or(0, |it| it.range.start);
        let last = script.statements.last().map_or(0, |it| it.range.end);
        let lines = line(first)..=line(last);
        let is_meant = |found: &&Diagnostic| {
            OF_SERVERS.contains(&found.kind.id)
                && found.path() == Some(&*file.path)
                && found.position().is_none_or(|at| lines.contains(&at.line))
        };
        let place = |found: &Diagnostic| found.position().map_or(0, |at| at.line);
        self.diagnostics
            .iter()
            .filter(is_meant)
            .map(|found| format!("{}:{}: {}", file.path, place(found), found.message))
            .collect()
    }
}

/// What the server would refuse.
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

/// Goes back, and judges whether that undoes the way up; the order of columns does not count.
fn back(
    database: &mut Database,
    dialect: Dialect,
    down: &Script,
    before: &Catalog,
    is_told: bool,
    findings: &mut Findings,
) -> Result<(), String> {
    apply(&mut *database.connection, down, dialect)?;
    let after = real(database)?;
    let mut found = compare(before, &after, dialect, &|_| true);
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

fn row(directory: &Path, findings: &Findings) -> io::Result<()> {
    writeln!(
        io::stdout().lock(),
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        directory.display(),
        findings.migrations,
        findings.left_out,
        findings.statements,
        findings.followed,
        findings.refused.len(),
        findings.finds.len(),
        findings.alarms.len(),
        findings.differences.len(),
        findings.undone,
        findings.not_undone,
        findings.disagreements.len(),
    )
}

fn tell(directory: &Path, findings: &Findings, all: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {} migrations, {} files left out, {} statements, {} of them followed, {} refused by the server, \
         {} found in those, {} false alarms, \
         {} differences, ways down: {} undo, {} do not and are told, {} judged otherwise",
        directory.display(),
        findings.migrations,
        findings.left_out,
        findings.statements,
        findings.followed,
        findings.refused.len(),
        findings.finds.len(),
        findings.alarms.len(),
        findings.differences.len(),
        findings.undone,
        findings.not_undone,
        findings.disagreements.len(),
    )?;
    let lists = [
        ("refused", &findings.refused),
        ("found", &findings.finds),
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
