//! Files that hold both directions, divided by comments: goose, sql-migrate, dbmate and tern.
//!
//! A file becomes two texts, one a direction. What is of the other direction becomes empty lines, so
//! that each statement keeps its line and column, and a change of the way back does not change the
//! checksum of the way up.
//!
//! The lines that divide a file are taken as the tool itself takes them, and stricter where it is
//! lenient to the harm of its user: what stands outside of the sections, which all of them drop or
//! refuse at run time, is an error.

use std::ops::Range;
use std::sync::Arc;

use super::MigrationFiles;
use super::name::Direction;
use super::native;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::{BAD_DIRECTIVE, MISSING_UP, MIXED_LAYOUTS, UNSUPPORTED_FILE};
use crate::source::SourceFile;

mod line;
#[cfg(test)]
mod tests;

use line::Mark;

/// A tool whose files hold both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Dbmate,
    Goose,
    SqlMigrate,
    Tern,
}

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Dbmate => "dbmate",
            Self::Goose => "goose",
            Self::SqlMigrate => "sql-migrate",
            Self::Tern => "tern",
        }
    }

    /// The line that begins the way up; tern has none.
    const fn up(self) -> &'static str {
        match self {
            Self::Dbmate => "-- migrate:up",
            Self::Goose => "-- +goose Up",
            Self::SqlMigrate => "-- +migrate Up",
            Self::Tern => "",
        }
    }

    /// The line that begins the way back.
    const fn down(self) -> &'static str {
        match self {
            Self::Dbmate => "-- migrate:down",
            Self::Goose => "-- +goose Down",
            Self::SqlMigrate => "-- +migrate Down",
            Self::Tern => "---- create above / drop below ----",
        }
    }

    /// Whether a file is of a tool that writes dashes into names.
    pub(super) fn dashes(entry: &Entry) -> bool {
        Self::of(entry).is_some_and(|(tool, _)| matches!(tool, Self::SqlMigrate | Self::Dbmate))
    }

    /// The tool whose marks a file has.
    pub(super) fn of(entry: &Entry) -> Option<(Self, Range<usize>)> {
        let name = entry.path.to_ascii_lowercase();
        // A file that has one direction already keeps its comments from the time it was divided.
        let is_one = [".up.sql", ".down.sql", "/up.sql", "/down.sql"];
        if is_one.iter().any(|end| name.ends_with(end)) {
            return None;
        }
        lines(&entry.file.text).find_map(|(range, line)| Some((line::read(line)?.0, range)))
    }
}

/// The one tool of a directory; files of two are reported.
pub(super) fn tool_of(entries: &[Entry], diagnostics: &mut Diagnostics) -> Option<Tool> {
    let mut marked = entries
        .iter()
        .filter_map(|entry| Some((entry, Tool::of(entry)?)));
    let (first, (tool, _)) = marked.next()?;
    if let Some((other, (odd, range))) = marked.find(|(_, (found, _))| *found != tool) {
        let message = format!(
            "`{}` is a file of {}, `{}` is one of {}",
            first.path,
            tool.name(),
            other.path,
            odd.name()
        );
        let diagnostic = Diagnostic::new(&MIXED_LAYOUTS, message)
            .at(&other.file, range, "")
            .help("write all files for one tool, or keep them in directories of their own");
        diagnostics.push(diagnostic);
        return None;
    }
    Some(tool)
}

/// Divides the files of the directory of a tool.
pub(super) fn divide(
    migrations: Vec<MigrationFiles>,
    tool: Tool,
    diagnostics: &mut Diagnostics,
) -> Vec<MigrationFiles> {
    let divided = migrations.into_iter().filter_map(|files| {
        if files.down.is_some() || native::direction(&files.up.path).1.is_some() {
            return Some(files);
        }
        Sections::read(&files.up, tool, diagnostics).map(|sections| sections.apply(files))
    });
    divided.collect()
}

/// What a file consists of.
#[derive(Default)]
struct Sections {
    up: Vec<Range<usize>>,
    down: Vec<Range<usize>>,
    has_down: bool,
    no_transaction: bool,
}

impl Sections {
    /// Nothing when the file cannot be divided, which has been reported.
    fn read(file: &Arc<SourceFile>, tool: Tool, diagnostics: &mut Diagnostics) -> Option<Self> {
        let begins = |line: &str| line::read(line) == Some((tool, Mark::Up));
        if tool != Tool::Tern && !file.text.lines().any(begins) {
            diagnostics.push(without_up(file, tool));
            return None;
        }
        let mut walk = Walk {
            file,
            tool,
            sections: Self::default(),
            // Above the line of tern is the way up.
            direction: (tool == Tool::Tern).then_some(Direction::Up),
            has_up: tool == Tool::Tern,
            block: None,
            faults: Diagnostics::default(),
        };
        for (range, line) in lines(&file.text) {
            walk.line(range, line);
        }
        let (sections, faults) = walk.finish();
        let is_whole = !faults.has_errors();
        diagnostics.extend(faults);
        is_whole.then_some(sections)
    }

    fn apply(self, files: MigrationFiles) -> MigrationFiles {
        let file = Arc::clone(&files.up);
        let down = self
            .has_down
            .then(|| SourceFile::new(file.path.clone(), &only(&file.text, &self.down)));
        // A way back without a statement is none, as these tools write its line by themselves.
        let down = down.filter(|down| has_code(&down.text));
        MigrationFiles {
            up: SourceFile::new(file.path.clone(), &only(&file.text, &self.up)),
            down,
            no_transaction: files.no_transaction || self.no_transaction,
            ..files
        }
    }
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    tool: Tool,
    sections: Sections,
    direction: Option<Direction>,
    has_up: bool,
    /// The line that began a block which is one statement.
    block: Option<Range<usize>>,
    faults: Diagnostics,
}

impl Walk<'_> {
    fn line(&mut self, range: Range<usize>, line: &str) {
        match line::read(line).filter(|(tool, _)| *tool == self.tool) {
            Some((_, mark)) => self.mark(mark, &range),
            None if self.tool == Tool::Tern && line.contains("{{") => {
                let message = "a template of tern is filled in at run time, which is not supported";
                let help = "write what it becomes; what a migration does must be known when the program is built";
                self.fault(Diagnostic::new(&UNSUPPORTED_FILE, message), &range, help);
            }
            None if self.direction.is_none() && !is_comment(line) => {
                self.outside(&range);
            }
            None => {}
        }
        match self.direction {
            Some(Direction::Up) => self.sections.up.push(range),
            Some(Direction::Down) => self.sections.down.push(range),
            None => {}
        }
    }

    fn mark(&mut self, mark: Mark<'_>, range: &Range<usize>) {
        match mark {
            Mark::Up => self.begin(Direction::Up, range),
            Mark::Down => self.begin(Direction::Down, range),
            Mark::NoTransaction => self.sections.no_transaction = true,
            Mark::BlockBegin => self.block_begin(range),
            Mark::BlockEnd => self.block_end(range),
            Mark::Transaction => {}
            Mark::Unsupported(why, help) => {
                let message = format!("{why}, which is not supported");
                self.fault(Diagnostic::new(&UNSUPPORTED_FILE, message), range, help);
            }
            Mark::Unknown(word) => {
                let message = format!("{} knows no `{word}`", self.tool.name());
                let help = format!(
                    "known are `{}` and `{}`; remove the line if it is a comment",
                    self.tool.up(),
                    self.tool.down()
                );
                // It may have been meant to begin a section.
                self.direction = self.direction.or(Some(Direction::Up));
                self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), range, &help);
            }
        }
    }

    fn begin(&mut self, direction: Direction, range: &Range<usize>) {
        self.close_block();
        let repeats = match direction {
            Direction::Up => std::mem::replace(&mut self.has_up, true),
            Direction::Down => std::mem::replace(&mut self.sections.has_down, true),
        };
        // dbmate takes several pairs together, sql-migrate several sections.
        let is_once = matches!(self.tool, Tool::Goose | Tool::Tern);
        if repeats && is_once {
            let message = format!("`{}` stands a second time", self.text(range));
            let help = "keep one section a direction in a file";
            self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), range, help);
        } else if direction == Direction::Down && !self.has_up {
            let message = format!("`{}` stands before `{}`", self.text(range), self.tool.up());
            let help = "write the way up first";
            self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), range, help);
        }
        self.direction = Some(direction);
    }

    fn block_begin(&mut self, range: &Range<usize>) {
        if self.direction.is_none() {
            self.outside(range);
        }
        self.close_block();
        self.block = Some(range.clone());
    }

    fn block_end(&mut self, range: &Range<usize>) {
        if self.block.take().is_none() {
            let message = "`StatementEnd` without a `StatementBegin`";
            let help = "write `StatementBegin` above the statement, or remove this line";
            self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), range, help);
        }
    }

    fn close_block(&mut self) {
        if let Some(range) = self.block.take() {
            let message = "this `StatementBegin` has no `StatementEnd`";
            let help = "write `StatementEnd` below the statement, or remove this line";
            self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), &range, help);
        }
    }

    /// A statement above the first section, or a block.
    fn outside(&mut self, range: &Range<usize>) {
        let message = format!(
            "this stands above `{}`, where {} does not run it",
            self.tool.up(),
            self.tool.name()
        );
        let help = format!("move it below `{}`", self.tool.up());
        // One place says it; what follows is outside as well.
        self.direction = Some(Direction::Up);
        let had_up = std::mem::replace(&mut self.has_up, true);
        self.fault(Diagnostic::new(&BAD_DIRECTIVE, message), range, &help);
        self.has_up = had_up;
    }

    fn text(&self, range: &Range<usize>) -> String {
        self.file.slice(range.clone()).trim().to_owned()
    }

    fn fault(&mut self, diagnostic: Diagnostic, range: &Range<usize>, help: &str) {
        let length = self.file.slice(range.clone()).trim_end().len();
        let range = range.start..range.start + length;
        self.faults
            .push(diagnostic.at(self.file, range, "").help(help));
    }

    fn finish(mut self) -> (Sections, Diagnostics) {
        self.close_block();
        (self.sections, self.faults)
    }
}

fn without_up(file: &Arc<SourceFile>, tool: Tool) -> Diagnostic {
    let message = format!("this file of {} has no `{}`", tool.name(), tool.up());
    Diagnostic::new(&MISSING_UP, message)
        .at(file, 0..0, "")
        .help(format!("write `{}` above its statements", tool.up()))
}

/// The lines of a text with their line ends, and where each stands.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end;
        (range, line)
    })
}

/// Whether a line above all sections says nothing to a database.
fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("--") || line.starts_with('#')
}

fn has_code(text: &str) -> bool {
    text.lines().any(|line| !is_comment(line))
}

/// A text with empty lines for all that is not in these ranges, which are lines.
fn only(text: &str, ranges: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        let skipped = text.get(at..range.start).unwrap_or_default();
        kept.extend(skipped.chars().filter(|letter| *letter == '\n'));
        kept.push_str(text.get(range.clone()).unwrap_or_default());
        at = range.end;
    }
    kept
}
