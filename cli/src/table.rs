//! Aligned columns.

use std::fmt::Write as _;
use std::io;

use anstyle::Style;

/// What stands in a column of a row.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn styled(text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        Self { text, style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::styled(text, Style::new())
    }
}

/// Writes rows under their titles.
pub(crate) fn write_titled<const N: usize>(
    out: &mut dyn io::Write,
    titles: [&str; N],
    rows: impl IntoIterator<Item = [Cell; N]>,
) -> io::Result<()> {
    let titles = titles.map(|title| Cell::styled(title, Style::new().bold()));
    let rows: Vec<_> = std::iter::once(titles).chain(rows).collect();
    write(out, &rows)
}

/// Writes rows with their columns under each other, two spaces apart.
pub(crate) fn write<const N: usize>(out: &mut dyn io::Write, rows: &[[Cell; N]]) -> io::Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.text.chars().count().max(*width);
        }
    }
    for row in rows {
        writeln!(out, "{}", line(row, &widths))?;
    }
    Ok(())
}

/// A row without spaces at its end.
fn line(row: &[Cell], widths: &[usize]) -> String {
    let used = row.iter().rposition(|cell| !cell.text.is_empty());
    let row = row.get(..used.map_or(0, |last| last + 1));
    let mut line = String::new();
    let mut padding = 0;
    for (Cell { text, style }, width) in row.unwrap_or_default().iter().zip(widths) {
        line.extend(std::iter::repeat_n(' ', padding));
        // Writing to a String cannot fail.
        let _ = write!(line, "{style}{text}{style:#}");
        padding = width - text.chars().count() + 2;
    }
    line
}
