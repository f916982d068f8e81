//! The arguments of the macro call after the path: `dialect = sqlite`.

use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, UnknownDialect};
use crate::kinds::BAD_ARGUMENT;
use crate::nearest::nearest;

const NAME: &str = "dialect";
const EXAMPLE: &str = "write `dialect = sqlite`, or a list such as `dialect = [sqlite, postgres]`";

/// The path is missing, or it is no literal.
pub(crate) fn no_path() -> Diagnostic {
    bad("the path of the migrations must be a string literal")
        .help("write `migrations!(\"migrations\")`")
}

/// The dialects that the arguments name, if any; the text is that of tokens, however they are spaced.
pub(crate) fn dialects(text: &str) -> Result<Vec<Dialect>, Diagnostic> {
    if !text.is_empty() && !text.starts_with(',') {
        return Err(bad("a `,` is missing after the path").help("write it before this"));
    }
    let mut dialects = Vec::new();
    for argument in items(text) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        if name.trim() != NAME {
            return Err(unknown(name.trim()));
        }
        let value = value.trim();
        let list = value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let words = list.map_or_else(|| vec![value], items);
        for word in words {
            dialects.push(dialect(word)?);
        }
    }
    Ok(dialects)
}

/// What stands between the commas that are in no brackets.
fn items(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let separates = |letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && letter == ','
    };
    let items = text.split(separates).map(str::trim);
    items.filter(|item| !item.is_empty()).collect()
}

fn dialect(word: &str) -> Result<Dialect, Diagnostic> {
    if word.is_empty() {
        return Err(bad("`dialect` has no value").help(EXAMPLE));
    }
    let bare = word.trim_matches('"');
    let dialect: Dialect = bare.parse().map_err(|unknown| unknown_word(&unknown))?;
    if bare == word {
        return Ok(dialect);
    }
    Err(bad("a dialect is a name, not a string").help(format!("write `dialect = {dialect}`")))
}

fn unknown_word(unknown: &UnknownDialect) -> Diagnostic {
    let names = Dialect::ALL.map(Dialect::name);
    bad(unknown.to_string()).help(match nearest(&unknown.0.to_ascii_lowercase(), names) {
        Some(meant) => format!("did you mean `dialect = {meant}`?"),
        None => EXAMPLE.to_owned(),
    })
}

fn unknown(name: &str) -> Diagnostic {
    bad(format!("there is no argument `{name}`")).help(match name.parse::<Dialect>() {
        Ok(dialect) => format!("write `dialect = {dialect}`"),
        Err(_) => EXAMPLE.to_owned(),
    })
}

fn bad(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&BAD_ARGUMENT, message)
}

#[cfg(test)]
mod tests {
    use super::dialects;

    /// The dialects, or the message and the help.
    fn read(arguments: &str) -> String {
        match dialects(&format!(", {arguments}")) {
            Ok(dialects) => format!("{dialects:?}"),
            Err(wrong) => format!("{}; {}", wrong.message, wrong.help.unwrap_or_default()),
        }
    }

    #[test]
    fn a_dialect_or_a_list() {
        assert_eq!(read(""), "[]");
        assert_eq!(read("dialect = sqlite"), "[Sqlite]");
        assert_eq!(read("dialect=postgresql ,"), "[Postgres]");
        assert_eq!(read("dialect = [sqlite , postgres,]"), "[Sqlite, Postgres]");
    }

    #[test]
    fn a_comma_stands_before_the_arguments() {
        assert!(dialects("").is_ok());
        assert!(dialects(",").is_ok());
        assert!(dialects("dialect = sqlite").is_err());
    }

    #[test]
    fn what_is_wrong_and_what_to_write() {
        let example = "write `dialect = sqlite`, or a list such as `dialect = [sqlite, postgres]`";
        assert_eq!(
            read("dialekt = sqlite"),
            format!("there is no argument `dialekt`; {example}")
        );
        assert_eq!(
            read("dialect = sqlite, lint"),
            format!("there is no argument `lint`; {example}")
        );
        assert_eq!(
            read("dialect"),
            format!("`dialect` has no value; {example}")
        );
        assert_eq!(
            read("postgres"),
            "there is no argument `postgres`; write `dialect = postgres`"
        );
        assert_eq!(
            read("dialect = \"mysql\""),
            "a dialect is a name, not a string; write `dialect = mysql`"
        );
        assert_eq!(
            read("dialect = [sqlite, postgre]"),
            "unknown dialect `postgre`; known are sqlite, postgres, mysql; did you mean `dialect = postgres`?"
        );
        assert_eq!(
            read("dialect = oracle"),
            format!("unknown dialect `oracle`; known are sqlite, postgres, mysql; {example}")
        );
    }
}
