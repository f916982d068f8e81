//! What came of a directory, and how it is told.

use std::io::{self, Write};
use std::path::Path;

/// What came of a directory.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) migrations: usize,
    /// Files whose names or versions are mistakes, without which the others can be replayed.
    pub(crate) left_out: usize,
    pub(crate) statements: usize,
    /// Statements that the replay follows.
    pub(crate) followed: usize,
    /// What check says of a migration that the server refuses, and of ways down.
    pub(crate) finds: Vec<String>,
    /// What check or the replay says of a migration that the server accepts.
    pub(crate) alarms: Vec<String>,
    /// What the server refuses.
    pub(crate) refused: Vec<String>,
    pub(crate) differences: Vec<String>,
    /// Ways down: those that undo, those that do not and are told, and where the verdicts differ.
    pub(crate) undone: usize,
    pub(crate) not_undone: usize,
    pub(crate) disagreements: Vec<String>,
}

impl Findings {
    /// Files are named as in the directory that was copied.
    pub(crate) fn name_files_within(&mut self, copy: &Path) {
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

pub(crate) fn row(directory: &Path, findings: &Findings) -> io::Result<()> {
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

pub(crate) fn tell(directory: &Path, findings: &Findings, all: bool) -> io::Result<()> {
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
