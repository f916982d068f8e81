//! Text in, text out.

use std::fmt::Write;
use std::sync::Arc;

use super::script;
use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::script::{InTransaction, Script};
use crate::source::SourceFile;

mod accepted;
mod directives;
#[cfg(feature = "mysql")]
mod mysql;
mod pages;
mod placeholders;
mod properties;
mod recovery;
mod rejected;
mod splitting;
mod transactions;

/// Runs the pass; what it reports comes as `line:column-line:column id: message`.
fn run(text: &str, dialects: &[Dialect]) -> (Script, String) {
    let file = SourceFile::new("a.sql", text);
    let mut diagnostics = Diagnostics::default();
    let script = script(&file, &[], dialects, &[], &mut diagnostics);
    let mut report = String::new();
    for found in diagnostics.into_sorted() {
        let label = &found.labels[0];
        let at = file.position(label.range.start);
        let marked = Arc::clone(&file)
            .slice(label.range.clone())
            .replace('\n', "\\n");
        let (line, column) = (at.line, at.column);
        let _ = writeln!(
            report,
            "{line}:{column} `{marked}` {}: {}",
            found.kind.id, found.message
        );
        if let Some(help) = found.help {
            let _ = writeln!(report, "  help: {help}");
        }
    }
    (script, report)
}

/// What is reported about a text.
fn report(text: &str, dialect: Dialect) -> String {
    run(text, &[dialect]).1
}

/// The statements of a text that has no errors, one a line.
fn statements(text: &str, dialect: Dialect) -> Vec<String> {
    let (script, report) = run(text, &[dialect]);
    assert_eq!(report, "", "{text}");
    let statements = script.statements.iter();
    statements
        .map(|statement| script.file.slice(statement.range.clone()).to_owned())
        .collect()
}

/// What the only statement of a text does in a transaction.
fn behaviour(text: &str, dialect: Dialect) -> InTransaction {
    let (script, report) = run(text, &[dialect]);
    assert_eq!(report, "", "{text}");
    assert_eq!(script.statements.len(), 1, "{text}");
    script.statements[0].in_transaction(dialect)
}
