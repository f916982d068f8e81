//! How names in lower case are mentioned.

use crate::catalog::Space;

/// A name without the arguments that stand behind that of a routine.
pub(super) fn bare(space: Space, name: &str) -> &str {
    match space {
        Space::Routine => name.split('(').next().unwrap_or(name),
        _ => name,
    }
}

/// What may be mentioned of a name: that of a trigger has its table before it, a routine its arguments.
pub(super) fn words_of(space: Space, name: &str) -> impl Iterator<Item = &str> + Clone {
    let bare = bare(space, name);
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    bare.split(move |letter| !is_part(letter)).chain([name])
}

/// Whether a name is these parts, with anything between them.
pub(super) fn fits(name: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == name);
    };
    let inner = name.strip_prefix(&**first);
    let Some(mut rest) = inner.and_then(|inner| inner.strip_suffix(&**last)) else {
        return false;
    };
    middle.iter().all(|part| match rest.split_once(&**part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
