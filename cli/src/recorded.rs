//! The text of an error in the log, taken apart.

use crate::failure::Place;

/// What the log says about a statement that failed.
///
/// The text is the message of [`rungs::StatementError`]: `migration 2 `a` (up) failed at
/// 2_a.sql:3:4: no such table: b (code 1); in `SELECT ...`; the migration was rolled back`.
pub(crate) struct Recorded<'a> {
    /// What stood in the way.
    pub(crate) place: Place<'a>,
    /// What the database said.
    pub(crate) said: &'a str,
    /// The database's own code.
    pub(crate) code: Option<&'a str>,
    /// What it said beyond that: details, hints, context.
    pub(crate) detail: Option<&'a str>,
    /// The statement in one line, as it was then.
    pub(crate) statement: &'a str,
    /// What became of the run.
    pub(crate) rolled_back: &'a str,
}

impl<'a> Recorded<'a> {
    /// Nothing when the text is another one, such as that of a foreign key that is violated in the end.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (_, rest) = text.split_once(" failed at ")?;
        let (place, rest) = rest.split_once(": ")?;
        let (rest, rolled_back) = rest.rsplit_once("`; ")?;
        let (said, statement) = rest.split_once("; in `")?;
        let (said, code, detail) = split_code(said);
        Some(Self {
            place: read_place(place)?,
            said,
            code,
            detail,
            statement,
            rolled_back,
        })
    }
}

fn read_place(place: &str) -> Option<Place<'_>> {
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    Some(Place {
        path,
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

/// `message (code 42P01): detail`
fn split_code(said: &str) -> (&str, Option<&str>, Option<&str>) {
    let Some((message, rest)) = said.split_once(" (code ") else {
        return (said, None, None);
    };
    match rest.split_once(')') {
        Some((code, rest)) => (message, Some(code), rest.strip_prefix(": ")),
        None => (said, None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_found() {
        let text = "migration 2 `a` (up) failed at db/2_a.sql:3:4: no such table: b (code 42P01): HINT: \
                    make it; in `SELECT 1; SELECT `b``; the migration was rolled back";
        let recorded = Recorded::read(text).unwrap();
        assert_eq!(recorded.place.path, "db/2_a.sql");
        assert_eq!((recorded.place.line, recorded.place.column), (3, 4));
        assert_eq!(recorded.said, "no such table: b");
        assert_eq!(recorded.code, Some("42P01"));
        assert_eq!(recorded.detail, Some("HINT: make it"));
        assert_eq!(recorded.statement, "SELECT 1; SELECT `b`");
        assert_eq!(recorded.rolled_back, "the migration was rolled back");
    }

    #[test]
    fn other_texts_are_left_alone() {
        assert!(Recorded::read("migration 2 `a` (2_a.sql) leaves rows").is_none());
        assert!(Recorded::read("").is_none());
    }
}
