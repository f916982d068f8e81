//! What a string of SQL says.

use crate::dialect::Dialect;

/// The content of a string with its quotes, by the rules of a dialect; none where it is no string, or
/// of a form that is not read.
pub(crate) fn content(token: &str, dialect: Dialect) -> Option<String> {
    if dialect == Dialect::Postgres {
        if token.starts_with('$') {
            return dollar_quoted(token);
        }
        if let Some(escaped) = token.strip_prefix(['e', 'E']) {
            let inner = inner(escaped, '\'').filter(|it| !is_by_number(it))?;
            return unescaped(inner, '\'', POSTGRES);
        }
    }
    let quote = token.chars().next().filter(|it| ['\'', '"'].contains(it))?;
    let inner = inner(token, quote)?;
    match dialect {
        Dialect::Mysql => unescaped(inner, quote, MYSQL),
        Dialect::Postgres | Dialect::Sqlite => {
            Some(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
        }
    }
}

/// Whether one string goes on in the next one, with this between them.
pub(crate) fn goes_on(between: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => between.contains('\n'),
        Dialect::Mysql => !between.is_empty(),
        Dialect::Sqlite => false,
    }
}

fn inner(token: &str, quote: char) -> Option<&str> {
    token.strip_prefix(quote)?.strip_suffix(quote)
}

fn dollar_quoted(token: &str) -> Option<String> {
    let end = token.get(1..)?.find('$')? + 2;
    let (tag, rest) = token.split_at_checked(end)?;
    rest.strip_suffix(tag).map(str::to_owned)
}

/// What letters mean behind a backslash; others mean themselves.
type Escapes = [(char, char)];

const POSTGRES: &Escapes = &[
    ('n', '\n'),
    ('t', '\t'),
    ('r', '\r'),
    ('b', '\u{8}'),
    ('f', '\u{c}'),
];

const MYSQL: &Escapes = &[
    ('n', '\n'),
    ('t', '\t'),
    ('r', '\r'),
    ('b', '\u{8}'),
    ('0', '\0'),
    ('Z', '\u{1a}'),
];

fn unescaped(inner: &str, quote: char, escapes: &Escapes) -> Option<String> {
    let mut text = String::new();
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let name = letters.next()?;
            let meant = escapes.iter().find(|(it, _)| *it == name);
            text.push(meant.map_or(name, |(_, meant)| *meant));
        } else {
            text.push(letter);
            if letter == quote {
                // It is there twice.
                letters.next_if_eq(&quote);
            }
        }
    }
    Some(text)
}

/// Whether a letter is given by its number, as in `\x41`.
fn is_by_number(inner: &str) -> bool {
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        let is_number = |name: char| name.is_ascii_digit() || matches!(name, 'x' | 'u' | 'U');
        if letter == '\\' && letters.next().is_some_and(is_number) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_says_what_is_between_its_quotes() {
        for (token, dialect, said) in [
            ("'it''s'", Dialect::Sqlite, Some("it's")),
            (r"'a\nb'", Dialect::Postgres, Some(r"a\nb")),
            (r"E'a\nb\\'", Dialect::Postgres, Some("a\nb\\")),
            (r"E'\x41'", Dialect::Postgres, None),
            ("$$it's$$", Dialect::Postgres, Some("it's")),
            ("$q$a$$b$q$", Dialect::Postgres, Some("a$$b")),
            (r"'it\'s'", Dialect::Mysql, Some("it's")),
            (r#""a""b\t""#, Dialect::Mysql, Some("a\"b\t")),
            ("name", Dialect::Mysql, None),
        ] {
            assert_eq!(content(token, dialect).as_deref(), said, "{token}");
        }
    }
}
