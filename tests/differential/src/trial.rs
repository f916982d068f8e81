//! A directory on a server and in the replay, side by side.

use std::path::Path;

use rungs_build::{Diagnostic, History, Migration, Script};
use rungs_differential::{Database, Server, apply, line};

use crate::copy;
use crate::findings::Findings;
use crate::state::{State, extensions_that_may_stay};

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
    let real = State::of(&mut trial.database)?;
    trial.findings.differences = trial
        .history
        .differences(&real.catalog)
        .iter()
        .map(line)
        .collect();
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
        let before = State::of(&mut self.database)?;
        if let Err(error) = apply(&mut *self.database.connection, up, dialect) {
            self.refused(up, error);
            return self.begin_again();
        }
        self.accepted.push(up);
        let told = self.told(up);
        self.findings.alarms.extend(told);
        let down = migration.down.as_ref();
        if let Some(down) = down.filter(|it| !it.statements.is_empty()) {
            return self.back_and_forth(up, down, &before);
        }
        self.history.apply(up);
        Ok(())
    }

    fn back_and_forth(
        &mut self,
        up: &'t Script,
        down: &'t Script,
        before: &State,
    ) -> Result<(), String> {
        let dialect = self.server.dialect;
        // On what the server has taken, which may be less than all that was checked.
        let told = self.history.apply_both(up, down);
        let mut told = told.iter().filter(|found| found.kind.id == "down-differs");
        let differing = told.next().and_then(|found| found.help.as_deref());
        let optional = extensions_that_may_stay(up);
        let connection = &mut *self.database.connection;
        if let Err(error) = apply(connection, down, dialect) {
            self.refused(down, error);
            return self.begin_again();
        }
        let after = State::of(&mut self.database)?;
        let differences = before.differences(&after, dialect, &optional);
        self.findings
            .judge(&down.file.path, differing, &differences);
        let told = self.told(down);
        self.findings.alarms.extend(told);
        if let Err(error) = apply(&mut *self.database.connection, up, dialect) {
            // A way down that leaves something does so.
            self.findings.refused.push(format!("again: {error}"));
            return self.begin_again();
        }
        if differences.is_empty() {
            return Ok(());
        }
        // What it left or took is no part of the history.
        self.begin_again()
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
const OF_SERVERS: [&str; 12] = [
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
    "misspelt-name",
];
