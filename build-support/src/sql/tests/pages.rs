//! The pages of these diagnostics are run: the example has the error, what stands instead has none.

use super::run;
use crate::diagnostic::Kind;
use crate::dialect::Dialect;
use crate::kinds;

/// The kinds that this pass reports.
static OURS: [&Kind; 10] = [
    &kinds::EMPTY_FILE,
    &kinds::INVALID_SQL,
    &kinds::UNTERMINATED,
    &kinds::UNSUPPORTED_CLIENT_COMMAND,
    &kinds::COPY_DATA,
    &kinds::TRANSACTION_CONTROL,
    &kinds::UNNAMED_INDEX,
    &kinds::UNKNOWN_DIRECTIVE,
    &kinds::MISPLACED_DIRECTIVE,
    &kinds::DIALECTS_DISAGREE,
];

#[test]
fn examples_have_the_error_and_corrections_have_none() {
    for kind in OURS {
        assert!(
            kind.page.starts_with(&format!("# {}\n", kind.id)),
            "{}",
            kind.id
        );
        let (_, example) = kind.page.split_once("\n## Example\n").unwrap_or_default();
        let (example, instead) = example.split_once("\n## Instead\n").unwrap_or_default();
        let reported = check(example);
        assert!(
            reported.contains(&format!(" {}: ", kind.id)),
            "{}: {reported}",
            kind.id
        );
        assert_eq!(check(instead), "", "{}", kind.id);
    }
}

/// What is reported about the only fenced block of a section: SQLite, or the dialects it names.
fn check(section: &str) -> String {
    let (_, fenced) = section.split_once("```sql").unwrap_or_default();
    let (words, fenced) = fenced.split_once('\n').unwrap_or_default();
    let (text, after) = fenced.split_once("```").unwrap_or_default();
    assert_eq!(after.trim(), "", "one block a section");
    let dialects: Vec<Dialect> = words.split_whitespace().flat_map(str::parse).collect();
    let dialects = if dialects.is_empty() {
        vec![Dialect::Sqlite]
    } else {
        dialects
    };
    run(text, &dialects).1
}
