//! Names, compared as each server compares them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::dialect::Dialect;

/// A name without its quotes.
///
/// Two names are equal when they mean the same thing to the server, however they are written.
#[derive(Clone, Debug, Default)]
pub struct Name {
    text: String,
    /// What is compared, where that differs from the text.
    key: Option<String>,
}

impl Name {
    /// The name that a token of a statement means.
    pub(crate) fn of(token: &str, dialect: Dialect) -> Self {
        let (text, is_quoted) = unquoted(token);
        if dialect == Dialect::Postgres {
            let text = if is_quoted {
                text.into_owned()
            } else {
                // Only ASCII, as in a database of UTF-8.
                text.to_ascii_lowercase()
            };
            return Self::exact(shortened(text));
        }
        let key = text.to_lowercase();
        Self {
            key: (key != text).then_some(key),
            text: text.into_owned(),
        }
    }

    /// A name that is what it is.
    pub(crate) const fn exact(text: String) -> Self {
        Self { text, key: None }
    }

    /// A name that is compared without case.
    pub(crate) fn of_key(text: String) -> Self {
        let key = text.to_lowercase();
        Self {
            key: (key != text).then_some(key),
            text,
        }
    }

    /// As people wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What is compared.
    pub(crate) fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.text)
    }
}

/// PostgreSQL keeps 63 bytes of a name.
pub(crate) fn shortened(mut text: String) -> String {
    const LONGEST: usize = 63;
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

/// The text without quotes, and whether there were any.
fn unquoted(token: &str) -> (Cow<'_, str>, bool) {
    let inner = |quote: char, closing: char| {
        let inner = token.strip_prefix(quote)?.strip_suffix(closing)?;
        let doubled: String = [closing, closing].iter().collect();
        Some(if inner.contains(&doubled) {
            Cow::Owned(inner.replace(&doubled, &closing.to_string()))
        } else {
            Cow::Borrowed(inner)
        })
    };
    let quoted = inner('"', '"')
        .or_else(|| inner('`', '`'))
        .or_else(|| inner('[', ']'))
        .or_else(|| inner('\'', '\''));
    match quoted {
        Some(text) => (text, true),
        None => (Cow::Borrowed(token), false),
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_server_does() {
        let name = |token: &str| Name::of(token, Dialect::Postgres);
        assert_eq!(name("Users"), name("\"users\""));
        assert_ne!(name("\"Users\""), name("users"));
        assert_eq!(name(&"a".repeat(70)), name(&"a".repeat(63)));
        assert_eq!(name("\"a\"\"b\"").as_str(), "a\"b");
        let name = |token: &str| Name::of(token, Dialect::Sqlite);
        assert_eq!(name("[Users]"), name("`uSERS`"));
        assert_eq!(name("Users").as_str(), "Users");
    }
}
