//! The words of a statement.

use std::ops::Range;

use rungs_build::Dialect;

/// Where the words of a text are, also in strings and in bodies, but not in comments.
pub(super) fn words(text: &str, dialect: Dialect) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut open = None;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if is_part(first) {
            let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            words.push(at..at + length);
            length
        } else if let Some(quote) = open {
            let is_escape = first == '\\' && dialect == Dialect::Mysql;
            let escaped = rest.chars().nth(1).filter(|_| is_escape);
            if first == quote {
                open = None;
            }
            first.len_utf8() + escaped.map_or(0, char::len_utf8)
        } else if let Some(length) = comment(rest, dialect).or_else(|| dollar_tag(rest)) {
            length
        } else {
            open = Some(first).filter(|it| matches!(it, '\'' | '"' | '`'));
            first.len_utf8()
        };
        at += length;
    }
    words
}

/// Whether a character can stand in a name without quotes.
pub(super) fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The length of the comment that begins here.
fn comment(rest: &str, dialect: Dialect) -> Option<usize> {
    let is_line = rest.starts_with("--") || dialect == Dialect::Mysql && rest.starts_with('#');
    let end = match is_line {
        true => rest.find('\n'),
        false if rest.starts_with("/*") => rest.find("*/").map(|end| end + 2),
        false => return None,
    };
    Some(end.unwrap_or(rest.len()))
}

/// The length of `$$` or `$body$`: what stands in a body are words of the statement.
fn dollar_tag(rest: &str) -> Option<usize> {
    let tag = rest.strip_prefix('$')?;
    let end = tag.find('$')?;
    tag[..end].chars().all(is_part).then_some(end + 2)
}
