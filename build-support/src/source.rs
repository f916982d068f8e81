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
            path: path.into(),
            text,
            lines,
        })
    }

    /// The position of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset);
        // There is always a line that begins at 0.
        let start = self
            .lines
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        Position {
            line,
            column: self.slice(start..offset).chars().count() + 1,
        }
    }

    /// The text of a range; a range that does not fit is cut to what does.
    pub fn slice(&self, range: Range<usize>) -> &str {
        let end = self.text.floor_char_boundary(range.end);
        let start = self.text.floor_char_boundary(range.start).min(end);
        &self.text[start..end]
    }
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
}
