//! What a statement is called, from its leading words.

use super::split::Phrase;

/// Words between `CREATE` and the object that do not change what is created.
const MODIFIERS: [&str; 19] = [
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "GLOBAL",
    "LOCAL",
    "UNIQUE",
    "FULLTEXT",
    "SPATIAL",
    "RECURSIVE",
    "CONSTRAINT",
    "TRUSTED",
    "PROCEDURAL",
    "ONLINE",
    "OFFLINE",
    "IGNORE",
    "CLUSTERED",
    "VECTOR",
];

/// First words of objects whose name is more than one word, and how many words it is.
const LONG_OBJECTS: [(&str, usize); 11] = [
    ("VIRTUAL", 2),
    ("MATERIALIZED", 2),
    ("FOREIGN TABLE", 2),
    ("FOREIGN DATA", 3),
    ("EVENT TRIGGER", 2),
    ("ACCESS", 2),
    ("USER MAPPING", 2),
    ("OPERATOR CLASS", 2),
    ("OPERATOR FAMILY", 2),
    ("TEXT SEARCH", 3),
    ("DEFAULT PRIVILEGES", 2),
];

/// The kind of a statement in upper case, such as `CREATE INDEX` or `INSERT`.
pub(crate) fn kind(phrase: &Phrase<'_>) -> String {
    let first = phrase.token(0).to_ascii_uppercase();
    match first.as_str() {
        "CREATE" | "ALTER" | "DROP" | "REFRESH" => with_object(phrase, &first, 1),
        "START" => "START TRANSACTION".to_owned(),
        "WITH" => main_verb(phrase).to_owned(),
        _ => first,
    }
}

/// Whether it creates or drops something that lives as long as the session.
pub(crate) fn is_temporary(phrase: &Phrase<'_>) -> bool {
    let is_any = |at, words: &[&str]| words.iter().any(|word| phrase.is(at, word));
    let noise = ["OR", "REPLACE", "GLOBAL", "LOCAL"];
    let at = (1..5).find(|at| !is_any(*at, &noise)).unwrap_or(1);
    is_any(0, &["CREATE", "DROP"]) && is_any(at, &["TEMP", "TEMPORARY"])
}

fn with_object(phrase: &Phrase<'_>, verb: &str, mut at: usize) -> String {
    loop {
        if phrase.token(at + 1) == "=" {
            at = after_assignment(phrase, at);
        } else if phrase.begins_at(at, "SQL SECURITY") {
            at += 3;
        } else if phrase.begins_at(at, "AGGREGATE FUNCTION")
            || MODIFIERS.iter().any(|modifier| phrase.is(at, modifier))
        {
            at += 1;
        } else {
            break;
        }
    }
    let long = LONG_OBJECTS
        .iter()
        .find(|(words, _)| phrase.begins_at(at, words));
    let length = long.map_or(1, |(_, length)| *length);
    let mut kind = verb.to_owned();
    for index in at..at + length {
        kind.push(' ');
        kind.push_str(&phrase.token(index).to_ascii_uppercase());
    }
    kind.trim_end().to_owned()
}

/// The index after MySQL's `DEFINER = user@host` or `ALGORITHM = word`.
fn after_assignment(phrase: &Phrase<'_>, at: usize) -> usize {
    match phrase.token(at + 3) {
        "@" | "(" => at + 5,
        _ => at + 3,
    }
}

fn main_verb(phrase: &Phrase<'_>) -> &'static str {
    const VERBS: [&str; 7] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES",
    ];
    let mut depth = 0_usize;
    for index in 1..phrase.tokens().len() {
        match phrase.token(index) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => {
                if let Some(verb) = VERBS.iter().find(|verb| phrase.is(index, verb)) {
                    return verb;
                }
            }
        }
    }
    "WITH"
}
