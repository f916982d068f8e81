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

    /// The verdicts on a way down: what `down-differs` tells, and what differs on the server.
    pub(crate) fn judge(&mut self, path: &str, told: Option<&str>, differences: &[String]) {
        match (differences.is_empty(), told) {
            (true, None) => self.undone += 1,
            (false, Some(_)) => self.not_undone += 1,
            (true, Some(told)) => {
                let told = told.replace('\n', "\n      ");
                self.disagreements
                    .push(format!("{path}: it undoes, but told is\n      {told}"));
            }
            (false, None) => {
                let lines = differences.join("\n      ");
                self.disagreements
                    .push(format!("{path}: not told, but\n      {lines}"));
            }
        }
    }

    fn counts(&self) -> [(usize, &'static str); 11] {
        [
            (self.migrations, "migrations"),
            (self.left_out, "files left out"),
            (self.statements, "statements"),
            (self.followed, "of them followed"),
            (self.refused.len(), "refused by the server"),
            (self.finds.len(), "found in those"),
            (self.alarms.len(), "false alarms"),
            (self.differences.len(), "differences"),
            (self.undone, "ways down undo"),
            (self.not_undone, "do not and are told"),
            (self.disagreements.len(), "judged otherwise"),
        ]
    }
}

/// One row of a Markdown table.
pub(crate) fn row(directory: &Path, findings: &Findings) -> io::Result<()> {
    let cells = findings.counts().map(|(count, _)| count.to_string());
    let (directory, cells) = (directory.display(), cells.join(" | "));
    writeln!(io::stdout().lock(), "| {directory} | {cells} |")
}

/// A line of counts, and what they count; five of each, or all.
pub(crate) fn tell(directory: &Path, findings: &Findings, all: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let counts = findings
        .counts()
        .map(|(count, what)| format!("{count} {what}"));
    writeln!(out, "{}: {}", directory.display(), counts.join(", "))?;
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
