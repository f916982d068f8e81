//! Text in, text out: a history, and what is said about it.

use std::fmt::Write;
use std::path::Path;

use super::{KINDS, catalog, check};
use crate::catalog::sql;
use crate::diagnostic::Diagnostics;
use crate::dialect::Dialect;
use crate::script::Script;
use crate::source::SourceFile;
use crate::table::{Migration, Table};

mod certain;
mod changes;
mod doubt;
mod down;
mod level;
mod misspelt;
mod names;
mod time;

#[test]
fn examples_have_the_error_and_corrections_have_none() {
    for kind in KINDS {
        let (_, example) = kind.page.split_once("\n## Example\n").unwrap_or_default();
        let (example, instead) = example.split_once("\n## Instead\n").unwrap_or_default();
        let reported = of_section(example);
        let is_told = reported.contains(&format!(" {}: ", kind.id));
        assert!(is_told, "{}: {reported}", kind.id);
        assert_eq!(of_section(instead), "", "{}", kind.id);
    }
}

/// What is said about the fenced block of a section: SQLite, or the dialect that it names.
fn of_section(section: &str) -> String {
    let (_, fenced) = section.split_once("```sql").unwrap_or_default();
    let (word, fenced) = fenced.split_once('\n').unwrap_or_default();
    let (text, _) = fenced.split_once("```").unwrap_or_default();
    report(text, word.trim().parse().unwrap_or(Dialect::Sqlite))
}

/// A history in one text: a line `-- 2_name.up.sql` begins another file.
pub(crate) fn table(text: &str, dialect: Dialect) -> Table {
    let mut files = vec![("1_first.sql".to_owned(), String::new())];
    for line in text.lines() {
        match line
            .trim()
            .strip_prefix("-- ")
            .filter(|it| Path::new(it).extension().is_some_and(|it| it == "sql"))
        {
            Some(name) => files.push((name.to_owned(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    let mut table = Table {
        placeholders: Vec::new(),
        dialects: vec![dialect],
        migrations: Vec::new(),
    };
    for (name, text) in files
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
    {
        let version = name
            .split('_')
            .next()
            .and_then(|it| it.parse().ok())
            .unwrap_or(0);
        let script = script(&name, &text, dialect);
        match table.migrations.last_mut() {
            Some(last) if last.version == version => last.down = Some(script),
            _ => table.migrations.push(Migration {
                version,
                name,
                up: script,
                down: None,
            }),
        }
    }
    table
}

pub(crate) fn script(name: &str, text: &str, dialect: Dialect) -> Script {
    let mut diagnostics = Diagnostics::default();
    let file = SourceFile::new(name, text);
    let script = crate::sql::script(&file, &[], &[dialect], &[], &mut diagnostics);
    let messages: Vec<String> = diagnostics.into_iter().map(|it| it.message).collect();
    assert!(messages.is_empty(), "{text}: {messages:?}");
    script
}

/// What is said about a history, a line each: `file:line:column id: message`.
pub(super) fn report(text: &str, dialect: Dialect) -> String {
    report_with(text, dialect, &[])
}

pub(super) fn report_with(text: &str, dialect: Dialect, external: &[String]) -> String {
    let table = table(text, dialect);
    let mut diagnostics = Diagnostics::default();
    check(&table, external, &[], &mut diagnostics);
    let mut report = String::new();
    for found in diagnostics.into_sorted() {
        let at = found.position().map_or((0, 0), |at| (at.line, at.column));
        let path = found.path().unwrap_or_default();
        writeln!(
            report,
            "{path}:{}:{} {}: {}",
            at.0, at.1, found.kind.id, found.message
        )
        .unwrap();
        let others = found.labels.iter().skip(1);
        for label in others {
            let at = label.file.position(label.range.start);
            writeln!(report, "  {}:{}: {}", label.file.path, at.line, label.text).unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(report, "  {}", help.replace('\n', "\n  ")).unwrap();
        }
    }
    report
}

/// The schema that a history makes.
pub(super) fn schema(text: &str, dialect: Dialect) -> String {
    let table = table(text, dialect);
    sql(&catalog(&table, &[], dialect, None))
}
