//! Types with what the server adds to them.

use crate::dialect::Dialect;

/// A type as every server shows it.
pub(super) fn normal(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => postgres(text),
        Dialect::Mysql => mysql(&text.to_lowercase()),
        // SQLite keeps what was written.
        Dialect::Sqlite => text.to_lowercase(),
    }
}

/// The types inside of a longer text, where a space is between all tokens.
pub(in crate::catalog) fn inside(text: &str) -> String {
    const ALIASES: [(&str, &str); 12] = [
        ("int", "integer"),
        ("int4", "integer"),
        ("int8", "bigint"),
        ("int2", "smallint"),
        ("bool", "boolean"),
        ("float8", "double precision"),
        ("decimal", "numeric"),
        ("varchar", "character varying"),
        ("timestamptz", "timestamp with time zone"),
        ("char", "character"),
        ("float4", "real"),
        ("timetz", "time with time zone"),
    ];
    let words = text.split(' ').map(|word| {
        let found = ALIASES.iter().find(|(alias, _)| *alias == word);
        found.map_or(word, |(_, name)| name)
    });
    let words: Vec<&str> = words.collect();
    let mut text = words.join(" ");
    for kind in ["timestamp", "time"] {
        text = zoned(&text, kind);
    }
    text
}

/// `timestamp` alone is one without a time zone.
fn zoned(text: &str, kind: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut full = Vec::new();
    for (index, word) in words.iter().enumerate() {
        full.push(*word);
        let next = words.get(index + 1).copied().unwrap_or_default();
        let is_said = matches!(next, "with" | "without" | "zone") || next.parse::<u8>().is_ok();
        if *word == kind && !is_said {
            full.extend(["without", "time", "zone"]);
        }
    }
    full.join(" ")
}

fn postgres(text: &str) -> String {
    let text = text.replace('"', "");
    let text = text.strip_prefix("public.").unwrap_or(&text);
    // The size of an array is not kept.
    let (element, dimensions) = match text.find(['[']) {
        Some(start) => text.split_at(start),
        None => (text, ""),
    };
    let (element, is_array) = match element.strip_suffix(" array") {
        Some(element) => (element, true),
        None => (element, !dimensions.is_empty()),
    };
    let element = match element {
        "character" => "character(1)".to_owned(),
        "bit" => "bit(1)".to_owned(),
        _ => numeric(element),
    };
    let element = match sized(&element) {
        Some(("double precision", size)) if size <= 24 => "real".to_owned(),
        Some(("double precision", _)) => "double precision".to_owned(),
        _ => element,
    };
    if is_array {
        format!("{element}[]")
    } else {
        element
    }
}

/// `numeric(10)` is `numeric(10, 0)`.
fn numeric(text: &str) -> String {
    match sized(text) {
        Some(("numeric" | "decimal", size)) => {
            let name = text.split('(').next().unwrap_or_default();
            format!("{name}({size}, 0)")
        }
        _ => text.to_owned(),
    }
}

/// A name and the one number behind it.
fn sized(text: &str) -> Option<(&str, u32)> {
    let (name, size) = text.strip_suffix(')')?.split_once('(')?;
    Some((name, size.trim().parse().ok()?))
}

fn mysql(text: &str) -> String {
    const INTEGERS: [&str; 5] = ["bigint", "int", "mediumint", "smallint", "tinyint"];
    let end = text
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let (size, more) = match rest.strip_prefix('(').and_then(|it| it.split_once(')')) {
        Some((size, more)) => (Some(size), more),
        None => (None, rest),
    };
    let word = match word {
        "integer" => "int",
        "numeric" | "dec" => "decimal",
        "bool" | "boolean" => return "tinyint(1)".to_owned(),
        word => word,
    };
    let more = more.replace(" signed", "");
    match (word, size) {
        // How wide it is shown, which newer servers leave out.
        ("tinyint", Some("1")) if more.is_empty() => "tinyint(1)".to_owned(),
        (word, _) if INTEGERS.contains(&word) && more.contains("zerofill") => {
            format!("{word} unsigned zerofill")
        }
        (word, Some(_)) if INTEGERS.contains(&word) => format!("{word}{more}"),
        ("decimal", None) => format!("decimal(10, 0){more}"),
        ("decimal", Some(_)) if !rest.contains(',') => numeric(&format!("decimal{rest}")),
        ("char" | "bit" | "binary", None) => format!("{word}(1){more}"),
        // The server takes the smallest that holds so much.
        ("year" | "text" | "blob", _) | ("datetime" | "timestamp" | "time", Some("0")) => {
            word.to_owned()
        }
        _ => format!("{word}{}", rest.replace(" signed", "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_adds_is_added() {
        let postgres = |text| normal(text, Dialect::Postgres);
        assert_eq!(postgres("character"), "character(1)");
        assert_eq!(postgres("numeric(10)"), "numeric(10, 0)");
        assert_eq!(postgres("public.mood[]"), "mood[]");
        assert_eq!(postgres("integer[3]"), "integer[]");
        let mysql = |text| normal(text, Dialect::Mysql);
        assert_eq!(mysql("int(11)"), mysql("INT"));
        assert_eq!(mysql("bigint(20) unsigned"), mysql("bigint unsigned"));
        assert_ne!(mysql("tinyint(1)"), mysql("tinyint(4)"));
        assert_eq!(mysql("decimal"), "decimal(10, 0)");
        assert_eq!(inside("as timestamp"), "as timestamp without time zone");
    }
}
