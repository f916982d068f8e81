//! Defaults that are one constant, which servers print as a value of the type.

use crate::dialect::Dialect;

/// What stands for a value that only the server knows, such as that of `'today'`.
pub(in crate::catalog) const UNKNOWN: &str = "'?'";

/// A default in the form that is compared; both it and the type are in theirs.
pub(super) fn constant(default: &str, data_type: &str, dialect: Dialect) -> Option<String> {
    let string = default
        .strip_prefix('\'')
        .and_then(|it| it.strip_suffix('\''))
        .filter(|it| !it.replace("''", "").contains('\''));
    match dialect {
        Dialect::Postgres => postgres(default, string, data_type),
        Dialect::Mysql => mysql(default, string, data_type),
        Dialect::Sqlite => None,
    }
}

fn postgres(default: &str, string: Option<&str>, data_type: &str) -> Option<String> {
    if data_type == "boolean" {
        return match default {
            "'t'" | "'true'" | "'y'" | "'yes'" | "'on'" | "1" => Some("true".to_owned()),
            "'f'" | "'false'" | "'n'" | "'no'" | "'off'" | "0" => Some("false".to_owned()),
            _ => None,
        };
    }
    let string = string?;
    let word = data_type.split(['(', ' ']).next().unwrap_or_default();
    let is_zoned = data_type.ends_with("with time zone");
    match word {
        _ if data_type.ends_with(']') => None,
        "bytea" => Some(bytes(string)),
        "uuid" => Some(format!("'{}'", string.to_lowercase())),
        "jsonb" => Some(json(string)),
        "timestamp" if !is_zoned => Some(moment(string)),
        "date" if is_date(string) => None,
        // In the time zone of the session, or in words of many kinds.
        "timestamp" | "date" | "time" | "interval" => Some(UNKNOWN.to_owned()),
        _ => None,
    }
}

fn mysql(default: &str, string: Option<&str>, data_type: &str) -> Option<String> {
    let word = data_type.split(['(', ' ']).next().unwrap_or_default();
    if let ("datetime" | "timestamp", Some(string)) = (word, string) {
        return Some(moment(string));
    }
    // As many digits are shown as the type has.
    let is_fraction = default.contains('.') && default.parse::<f64>().is_ok();
    is_fraction.then(|| {
        let digits = default.trim_end_matches('0');
        digits.trim_end_matches('.').to_owned()
    })
}

fn bytes(string: &str) -> String {
    if string.starts_with("\\x") {
        return format!("'{}'", string.to_lowercase());
    }
    if string.contains('\\') {
        return UNKNOWN.to_owned();
    }
    let digits = string.replace("''", "'").into_bytes();
    let digits: Vec<String> = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("'\\x{}'", digits.concat())
}

/// Without spaces between its parts; the keys of an object come in an order of the server.
fn json(string: &str) -> String {
    let mut text = String::new();
    let mut is_inside = false;
    let mut is_escaped = false;
    let mut has_keys = false;
    for letter in string.chars() {
        is_inside ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        if is_inside || !letter.is_whitespace() {
            text.push(letter);
        }
        has_keys |= !is_inside && letter == ',' && text.contains('{');
    }
    if has_keys || text.contains('\\') {
        return UNKNOWN.to_owned();
    }
    format!("'{text}'")
}

/// A date with its time; a time zone is dropped.
fn moment(string: &str) -> String {
    if string == "epoch" {
        return "'1970-01-01 00:00:00'".to_owned();
    }
    let (date, time) = string.split_at_checked(10).unwrap_or((string, ""));
    let time = time.trim_start_matches([' ', 'T', 't']);
    let end = time.find(['+', '-', 'z', 'Z', ' ']).unwrap_or(time.len());
    let (time, _) = time.split_at(end);
    let time = match time.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{time}:00"),
        _ => time.to_owned(),
    };
    if is_date(date) && is_time(&time) {
        let time = match time.split_once('.') {
            Some(_) => time.trim_end_matches('0').trim_end_matches('.'),
            None => &time,
        };
        return format!("'{date} {time}'");
    }
    UNKNOWN.to_owned()
}

fn is_date(text: &str) -> bool {
    is_like(text, "0000-00-00")
}

fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    is_like(whole, "00:00:00") && fraction.chars().all(|it| it.is_ascii_digit())
}

fn is_like(text: &str, pattern: &str) -> bool {
    let is_same =
        |(letter, like): (char, char)| letter == like || (like == '0' && letter.is_ascii_digit());
    text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_shown_as_a_value() {
        let postgres = |default, data_type| constant(default, data_type, Dialect::Postgres);
        for (written, shown, data_type) in [
            ("''", r"'\x'", "bytea"),
            ("'ab'", r"'\x6162'", "bytea"),
            (
                "'epoch'",
                "'1970-01-01 00:00:00'",
                "timestamp without time zone",
            ),
            (
                "'2024-01-01'",
                "'2024-01-01 00:00:00'",
                "timestamp without time zone",
            ),
            (
                "'2024-01-01T10:00:00.50+02'",
                "'2024-01-01 10:00:00.5'",
                "timestamp(3) without time zone",
            ),
            (r#"'{"a":1}'"#, r#"'{"a": 1}'"#, "jsonb"),
            ("'yes'", "true", "boolean"),
        ] {
            let shown = postgres(shown, data_type).unwrap_or_else(|| shown.to_owned());
            assert_eq!(postgres(written, data_type), Some(shown), "{written}");
        }
        for (written, data_type) in [
            ("'today'", "timestamp without time zone"),
            ("'epoch'", "timestamp with time zone"),
            (r#"'{"b":1,"a":2}'"#, "jsonb"),
        ] {
            let shown = postgres(written, data_type);
            assert_eq!(shown.as_deref(), Some(UNKNOWN), "{written}");
        }
        for (written, data_type) in [
            ("now ( )", "timestamp with time zone"),
            ("'x'", "text"),
            ("'2024-01-01'", "date"),
            ("'a' || 'b'", "bytea"),
        ] {
            assert_eq!(postgres(written, data_type), None, "{written}");
        }
    }
}
