//! Workflow commands of GitHub Actions, which it shows at the line in the pull request.

use crate::diagnostic::Diagnostic;

/// A diagnostic as one line such as `::error file=...,line=3,col=5,title=invalid-sql::message`.
pub fn github(diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(path) = diagnostic.path() {
        properties.push(format!("file={}", property(path)));
    }
    if let Some(position) = diagnostic.position() {
        properties.push(format!("line={},col={}", position.line, position.column));
    }
    properties.push(format!("title={}", property(diagnostic.kind.id)));
    format!(
        "::{} {}::{}",
        diagnostic.severity.name(),
        properties.join(","),
        data(&text(diagnostic))
    )
}

fn text(diagnostic: &Diagnostic) -> String {
    let labels = diagnostic.labels.iter().map(|label| label.text.as_str());
    let label = labels.take(1).find(|text| !text.is_empty());
    let mut text = diagnostic.message.clone();
    if let Some(label) = label {
        text += ": ";
        text += label;
    }
    if let Some(help) = &diagnostic.help {
        text += "\nhelp: ";
        text += help;
    }
    text
}

/// Escapes the message, as `escapeData` of GitHub's toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property, as `escapeProperty` of GitHub's toolkit does.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{INVALID_SQL, NOT_WATCHED};
    use crate::source::SourceFile;

    #[test]
    fn names_file_line_and_column() {
        let file = SourceFile::new("migrations/1_a.up.sql", "SELECT 1;\nSELEC 2;");
        let diagnostic = Diagnostic::new(&INVALID_SQL, "no such keyword `SELEC`")
            .at(&file, 10..15, "not a statement")
            .help("write `SELECT`");
        assert_eq!(
            github(&diagnostic),
            "::error file=migrations/1_a.up.sql,line=2,col=1,title=invalid-sql::\
             no such keyword `SELEC`: not a statement%0Ahelp: write `SELECT`"
        );
    }

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let diagnostic = Diagnostic::new(&NOT_WATCHED, "100 %\r\nof a, b: c").in_path("a,b:c%.sql");
        assert_eq!(
            github(&diagnostic),
            "::warning file=a%2Cb%3Ac%25.sql,title=not-watched::100 %25%0D%0Aof a, b: c"
        );
    }

    #[test]
    fn a_diagnostic_without_a_place_has_a_title_only() {
        let diagnostic = Diagnostic::new(&NOT_WATCHED, "nobody watches");
        assert_eq!(
            github(&diagnostic),
            "::warning title=not-watched::nobody watches"
        );
    }
}
