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

/// Whether two names may be those of one routine: all but the types of the server can be written in many
/// ways, and without arguments any may be meant.
pub(crate) fn may_be_one(one: &Name, other: &Name) -> bool {
    let [one, other] = [one, other].map(|name| name.as_str().split_once('('));
    let (Some((_, one)), Some((_, other))) = (one, other) else {
        return true;
    };
    let [one, other] = [one, other].map(|it| items(it.strip_suffix(')').unwrap_or(it)));
    let may_be_one = |(one, other): (&&str, &&str)| {
        let [one, other] = [one, other].map(|it| it.trim());
        one == other || !is_of_server(one) || !is_of_server(other)
    };
    one.len() == other.len() && one.iter().zip(&other).all(may_be_one)
}

/// Whether it is a type of PostgreSQL in the server's own words.
fn is_of_server(text: &str) -> bool {
    const TYPES: [&str; 24] = [
        "bigint",
        "boolean",
        "bytea",
        "character varying",
        "date",
        "double precision",
        "inet",
        "integer",
        "interval",
        "json",
        "jsonb",
        "name",
        "numeric",
        "oid",
        "real",
        "regclass",
        "smallint",
        "text",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
        "tsvector",
        "uuid",
        "xml",
    ];
    TYPES.contains(&text.strip_suffix("[]").unwrap_or(text))
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
    // How many letters or digits a value has does not count.
    let bare = match spaced.split_once('(') {
        Some((before, rest)) => {
            let after = rest.split_once(')').map_or("", |(_, after)| after);
            format!("{} {}", before.trim(), after.trim().trim_end_matches("[]"))
        }
        None => spaced.clone(),
    };
    let bare = bare.trim();
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
                "a timestamp ( 3 ) with time zone , numeric ( 9 , 2 ) [ ]",
                "f(timestamp with time zone, numeric[])",
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
    #[test]
    fn only_types_of_the_server_tell_routines_apart() {
        let is_like = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|it| Name::exact(it.to_owned()));
            may_be_one(&one, &other)
        };
        assert!(is_like("f()", "f"));
        assert!(is_like("f(text, kind)", "f(text, app.kind)"));
        assert!(!is_like("f(text)", "f(integer)"));
        assert!(!is_like("f(text[])", "f(text)"));
        assert!(!is_like("f(kind)", "f()"));
        assert!(!is_like("f(kind, text)", "f(kind, date)"));
    }
}
