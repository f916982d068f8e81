//! How names in lower case are mentioned.

use std::ops::Range;

use crate::catalog::{Key, Object, Space};

/// A name without the arguments that stand behind that of a routine.
pub(in crate::replay) fn bare(space: Space, name: &str) -> &str {
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

/// Whether an object or a part of it has such a name.
pub(super) fn has_name(key: &Key, object: &Object, is_it: impl Fn(&str) -> bool) -> bool {
    let is_key =
        is_it(bare(key.space, key.name.as_str())) || key.name.as_str().split('.').any(&is_it);
    let has_part = |object: &Object| match object {
        Object::Table(table) => {
            let constraints = table.constraints.iter().filter_map(|it| it.name.as_ref());
            let indexes = table.indexes.iter().map(|it| &it.name);
            let columns = table.columns.iter().map(|it| &it.name);
            let mut names = columns.chain(indexes).chain(constraints);
            names.any(|name| is_it(name.as_str()))
        }
        _ => false,
    };
    is_key || has_part(object)
}

/// Where a name stands in a text as a word of its own.
pub(in crate::replay) fn find_word(text: &str, name: &str) -> Option<Range<usize>> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut found = text.match_indices(name).map(|(at, _)| at..at + name.len());
    found.find(|at| {
        let before = text.get(..at.start).unwrap_or_default();
        let after = text.get(at.end..).unwrap_or_default();
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}
