//! What tells a routine from others of its name: in PostgreSQL the types that it takes.

use super::Name;
use super::normal::types;
use crate::dialect::Dialect;

/// The name of a routine: `f(IN a int, b text DEFAULT 'x', OUT c int)` is `f(integer, text)`.
pub(crate) fn name(name: &Name, arguments: &str, dialect: Dialect) -> Name {
    if dialect != Dialect::Postgres {
        return name.clone();
    }
    let types: Vec<String> = items(arguments).into_iter().filter_map(argument).collect();
    Name::exact(format!("{name}({})", types.join(", ")))
}

/// What stands between commas, outside of parentheses and strings.
fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut depth, mut is_string, mut start) = (0_u32, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => is_string = !is_string,
            '(' | '[' if !is_string => depth += 1,
            ')' | ']' if !is_string => depth = depth.saturating_sub(1),
            ',' if !is_string && depth == 0 => {
                items.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    items.extend(text.get(start..));
    items.retain(|item| !item.trim().is_empty());
    items
}

/// The type of an argument that a caller gives; none for one that only comes back.
fn argument(text: &str) -> Option<String> {
    let end = [" default ", " = ", " := "]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    let text = text.get(..end.unwrap_or(text.len()))?;
    let mut words: Vec<&str> = text.split_whitespace().collect();
    match words.first().copied() {
        Some("out" | "table") if words.len() > 1 => return None,
        Some("in" | "inout" | "variadic") if words.len() > 1 => drop(words.remove(0)),
        _ => {}
    }
    let is_named = words.len() > 1 && !is_type(&words);
    if is_named {
        words.remove(0);
    }
    let joined = words.join(" ").replace('"', "");
    let spaced = joined.replace(" [ ]", "[]").replace(" . ", ".");
    let bare = spaced.split('(').next().unwrap_or_default().trim();
    let array = if spaced.ends_with("[]") && !bare.ends_with("[]") {
        "[]"
    } else {
        ""
    };
    let bare = bare.strip_prefix("public.").unwrap_or(bare);
    let (element, dimensions) = match bare.strip_suffix("[]") {
        Some(element) => (element, "[]"),
        None => (bare, array),
    };
    Some(format!("{}{dimensions}", types::inside(element)))
}

/// Whether all words are those of a type, so that none is the name of the argument.
fn is_type(words: &[&str]) -> bool {
    let second = words.get(1).copied().unwrap_or_default();
    matches!(
        second,
        "varying" | "precision" | "with" | "without" | "(" | "[" | "." | "array"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_defaults_do_not_count() {
        for (arguments, expected) in [
            ("", "f()"),
            ("a int , b text default 'x , y'", "f(integer, text)"),
            ("double precision", "f(double precision)"),
            ("in a varchar ( 10 ) , out b int", "f(character varying)"),
            (
                "a timestamp , b int [ ]",
                "f(timestamp without time zone, integer[])",
            ),
            (
                "timestamp without time zone",
                "f(timestamp without time zone)",
            ),
        ] {
            let f = Name::exact("f".to_owned());
            assert_eq!(name(&f, arguments, Dialect::Postgres).as_str(), expected);
        }
    }
}
