//! Diagnostics on their way out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;

use rungs_build::render::{Look, frame};
use rungs_build::{Diagnostic, Severity};
use serde::Serialize;

/// A diagnostic in JSON.
#[derive(Serialize)]
pub(crate) struct JsonDiagnostic<'a> {
    id: &'static str,
    severity: &'static str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

impl<'a> From<&'a Diagnostic> for JsonDiagnostic<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Self {
        let position = diagnostic.position();
        Self {
            id: diagnostic.kind.id,
            severity: diagnostic.kind.severity.name(),
            file: diagnostic.path(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
        }
    }
}

/// Writes a code frame each, and where to read more.
pub(crate) fn write_frames(err: &mut dyn Write, diagnostics: &[Diagnostic]) -> io::Result<()> {
    for diagnostic in diagnostics {
        writeln!(err, "{}\n", frame(diagnostic, Look::Terminal))?;
    }
    let ids: BTreeSet<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.kind.id)
        .collect();
    let ids: Vec<_> = ids.into_iter().collect();
    match ids.as_slice() {
        [] => Ok(()),
        [id] => writeln!(err, "run `rungs explain {id}` for more"),
        ids => writeln!(err, "run `rungs explain <id>` for more: {}", ids.join(", ")),
    }
}

/// How many there are, such as `2 errors, 1 warning`.
pub(crate) fn tally(diagnostics: &[Diagnostic]) -> String {
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning")];
    let counts = severities.into_iter().filter_map(|(severity, noun)| {
        let alike = |diagnostic: &&Diagnostic| diagnostic.kind.severity == severity;
        let number = diagnostics.iter().filter(alike).count();
        (number > 0).then(|| count(number, noun))
    });
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() {
        return "no problems".to_owned();
    }
    counts.join(", ")
}

/// A number and what it counts, such as `1 migration` or `2 migrations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Failure if any of them is an error.
pub(crate) fn exit_code(diagnostics: &[Diagnostic]) -> ExitCode {
    let is_error = |diagnostic: &Diagnostic| diagnostic.kind.severity == Severity::Error;
    if diagnostics.iter().any(is_error) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
