//! Diagnostics on their way out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;

use rungs_build::render::{Look, frames};
use rungs_build::{Diagnostic, Severity};
use serde::Serialize;

use crate::format::count;

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
            severity: diagnostic.severity.name(),
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
    for frame in frames(diagnostics.iter(), Look::Terminal) {
        writeln!(err, "{frame}\n")?;
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
        let alike = |diagnostic: &&Diagnostic| diagnostic.severity == severity;
        let number = diagnostics.iter().filter(alike).count();
        (number > 0).then(|| count(number, noun))
    });
    let counts: Vec<_> = counts.collect();
    if counts.is_empty() {
        return "no problems".to_owned();
    }
    counts.join(", ")
}

/// Failure if any of them is an error.
pub(crate) fn exit_code(diagnostics: &[Diagnostic]) -> ExitCode {
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    if diagnostics.iter().any(is_error) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use rungs_build::SourceFile;
    use rungs_build::kinds::{INVALID_SQL, MISSING_DIRECTORY, NOT_WATCHED};

    use super::*;

    fn wrong() -> Diagnostic {
        let file = SourceFile::new("migrations/1_a.up.sql", "SELECT 1;\nSELEC 2;\n");
        Diagnostic::new(&INVALID_SQL, "no such keyword `SELEC`").at(&file, 10..15, "")
    }

    #[test]
    fn json_has_every_key() {
        assert_snapshot!(json(&wrong()), @r#"
        {
          "id": "invalid-sql",
          "severity": "error",
          "file": "migrations/1_a.up.sql",
          "line": 2,
          "column": 1,
          "message": "no such keyword `SELEC`",
          "help": null
        }
        "#);
        let nowhere = Diagnostic::new(&NOT_WATCHED, "nobody watches").help("watch");
        assert_snapshot!(json(&nowhere), @r#"
        {
          "id": "not-watched",
          "severity": "warning",
          "file": null,
          "line": null,
          "column": null,
          "message": "nobody watches",
          "help": "watch"
        }
        "#);
    }

    #[test]
    fn frames_end_with_where_to_read_more() {
        let missing = Diagnostic::new(&MISSING_DIRECTORY, "no directory").in_path("migrations");
        assert_snapshot!(frames(&[wrong(), wrong()]), @"
        error[invalid-sql]: no such keyword `SELEC`
         --> migrations/1_a.up.sql:2:1
          |
        2 | SELEC 2;
          | ^^^^^

        error[invalid-sql]: no such keyword `SELEC`
         --> migrations/1_a.up.sql:2:1
          |
        2 | SELEC 2;
          | ^^^^^

        run `rungs explain invalid-sql` for more
        ");
        assert_snapshot!(frames(&[wrong(), missing]), @"
        error[invalid-sql]: no such keyword `SELEC`
         --> migrations/1_a.up.sql:2:1
          |
        2 | SELEC 2;
          | ^^^^^

        error[missing-directory]: no directory
        --> migrations

        run `rungs explain <id>` for more: invalid-sql, missing-directory
        ");
        assert_eq!(frames(&[]), "");
    }

    #[test]
    fn a_tally_counts_each_severity() {
        let watch = || Diagnostic::new(&NOT_WATCHED, "nobody watches");
        assert_eq!(tally(&[]), "no problems");
        assert_eq!(tally(&[watch()]), "1 warning");
        assert_eq!(tally(&[watch(), wrong(), watch()]), "1 error, 2 warnings");
    }

    fn json(diagnostic: &Diagnostic) -> String {
        serde_json::to_string_pretty(&JsonDiagnostic::from(diagnostic)).unwrap()
    }

    fn frames(diagnostics: &[Diagnostic]) -> String {
        let mut text = Vec::new();
        write_frames(&mut text, diagnostics).unwrap();
        let text = anstream::adapter::strip_bytes(&text).into_vec();
        String::from_utf8(text).unwrap()
    }
}
