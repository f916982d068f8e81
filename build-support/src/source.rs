//! The text of one file and the positions in it.

use std::ops::Range;
use std::sync::Arc;

/// A file that was read, with its text normalised: no byte order mark, line endings are `\n`.
///
/// Every offset in this crate is a byte offset into [`text`](Self::text). Normalising keeps line
/// and column what an editor shows, and makes checksums independent of how git checks files out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as shown to people, relative to the package, with `/` on every system.
    pub path: String,
    /// The normalised text.
    pub text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// A place in a file, for people: both count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    /// Makes a file from text as it was read; the text is normalised here and nowhere else.
    pub fn new(path: impl Into<String>, text: &str) -> Arc<Self> {
        let text = normalise(text);
        let ends = text.match_indices('\n').map(|(newline, _)| newline + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Arc::new(Self {
            path: printable(&path.into()),
            text,
            lines,
        })
    }

    /// The position of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        self.positions().of(offset)
    }

    /// For the positions of many offsets, in ascending order: the text is read once.
    pub(crate) fn positions(&self) -> Positions<'_> {
        Positions {
            text: &self.text,
            at: 0,
            reached: Position { line: 1, column: 1 },
        }
    }

    /// The text of a range; a range that does not fit is cut to what does.
    pub fn slice(&self, range: Range<usize>) -> &str {
        let end = self.text.floor_char_boundary(range.end);
        let start = self.text.floor_char_boundary(range.start).min(end);
        &self.text[start..end]
    }
}

/// A walk through a text that counts lines and columns.
#[derive(Debug)]
pub(crate) struct Positions<'a> {
    text: &'a str,
    at: usize,
    reached: Position,
}

impl Positions<'_> {
    /// The position of an offset that is not before the last one asked for.
    pub(crate) fn of(&mut self, offset: usize) -> Position {
        let end = self.text.floor_char_boundary(offset);
        let passed = self.text.get(self.at..end).unwrap_or_default();
        if let Some(newline) = passed.rfind('\n') {
            self.reached.line += passed.matches('\n').count();
            self.reached.column = passed[newline + 1..].chars().count() + 1;
        } else {
            self.reached.column += passed.chars().count();
        }
        self.at = end.max(self.at);
        self.reached
    }
}

/// A name without what a terminal would obey rather than show.
pub(crate) fn printable(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}

fn normalise(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_mark_and_line_endings_do_not_change_the_text() {
        let unix = SourceFile::new("a.sql", "SELECT 1;\nSELECT 2;\n");
        let dos = SourceFile::new("a.sql", "\u{feff}SELECT 1;\r\nSELECT 2;\r\n");
        let mac = SourceFile::new("a.sql", "SELECT 1;\rSELECT 2;\r");
        assert_eq!(unix, dos);
        assert_eq!(unix, mac);
    }

    #[test]
    fn positions_count_characters_from_one() {
        let file = SourceFile::new("a.sql", "é\nüb");
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(3), Position { line: 2, column: 1 });
        assert_eq!(file.position(5), Position { line: 2, column: 2 });
        assert_eq!(
            file.position(4),
            Position { line: 2, column: 1 },
            "inside a character"
        );
        assert_eq!(file.position(99), Position { line: 2, column: 3 });
    }

    #[test]
    fn a_walk_finds_the_positions_that_single_questions_find() {
        let file = SourceFile::new("a.sql", "é\nüb\n\n  c d");
        let mut positions = file.positions();
        for offset in 0..=file.text.len() + 1 {
            assert_eq!(positions.of(offset), file.position(offset), "{offset}");
        }
    }
}
