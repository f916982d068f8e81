//! What PostgreSQL says about an error, whichever driver took it apart.

/// The byte of a text that PostgreSQL means by a position: it counts characters, from 1.
pub(super) fn byte_offset(sql: &str, position: usize) -> Option<usize> {
    let before = position.checked_sub(1)?;
    let bytes = sql.char_indices().map(|(byte, _)| byte);
    bytes.chain([sql.len()]).nth(before)
}

/// Detail, hint, context and such: a line each, if there are any.
pub(super) fn lines<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let lines: Vec<&str> = parts.into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
