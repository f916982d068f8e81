//! A directory on a server and in the replay, side by side.

use std::path::Path;

use rungs_build::catalog::{Catalog, Difference, compare};
use rungs_build::{Diagnostic, Dialect, History, Migration, Script};
use rungs_cli::introspect;
use rungs_differential::{Database, Server, apply, line};

use crate::copy;
use crate::findings::Findings;

/// Applies a directory, its ways down and its ways up again, and compares.
pub(crate) fn run(server: &Server, directory: &Path) -> Result<Findings, String> {
    let place = tempfile::tempdir().map_err(|error| error.to_string())?;
    let directory = copy::copy_of(directory, place.path()).map_err(|error| error.to_string())?;
    let (table, diagnostics, left_out) = copy::read(&directory, server.dialect)?;
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

/// A directory on a server and in the replay, as far as it has come.
struct Trial<'t> {
    server: &'t Server,
    diagnostics: &'t [Diagnostic],
    database: Database,
    history: History<'static>,
    /// What the server took and kept, in order.
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
        match down.filter(|it| !it.statements.is_empty()) {
            Some(down) => self.back_and_forth(up, down, &before),
            None => Ok(()),
        }
    }

    fn back_and_forth(
        &mut self,
        up: &'t Script,
        down: &'t Script,
        before: &Catalog,
    ) -> Result<(), String> {
        let dialect = self.server.dialect;
        let is_told = self
            .diagnostics
            .iter()
            .any(|found| found.kind.id == "down-differs" && found.path() == Some(&*down.file.path));
        let gone = back(
            &mut self.database,
            dialect,
            down,
            before,
            is_told,
            &mut self.findings,
        );
        let undoes = match gone {
            Ok(undoes) => undoes,
            Err(error) => {
                self.refused(down, error);
                return self.begin_again();
            }
        };
        let told = self.told(down);
        self.findings.alarms.extend(told);
        if let Err(error) = apply(&mut *self.database.connection, up, dialect) {
            // A way down that leaves something does so.
            self.findings.refused.push(format!("again: {error}"));
            return self.begin_again();
        }
        if !undoes {
            // What it left or took is so on the server.
            for script in [down, up] {
                self.history.apply(script);
                self.accepted.push(script);
            }
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
        self.database = self.server.migrated(&self.accepted)?;
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

/// Goes back, and tells whether that undoes the way up; the order of columns does not count.
fn back(
    database: &mut Database,
    dialect: Dialect,
    down: &Script,
    before: &Catalog,
    is_told: bool,
    findings: &mut Findings,
) -> Result<bool, String> {
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
    Ok(found.is_empty())
}

fn real(database: &mut Database) -> Result<Catalog, String> {
    introspect(&mut *database.connection).map_err(|error| error.to_string())
}
