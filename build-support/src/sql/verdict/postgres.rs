//! PostgreSQL, by squawk's grammar.

use squawk_syntax::SourceFile;
use squawk_syntax::syntax_error::SyntaxError;

use super::Objection;

/// What the grammar objects to first in a statement.
pub(crate) fn object(code: &str) -> Option<Objection> {
    let errors = SourceFile::parse(code).errors();
    let first = errors.iter().min_by_key(|error| error.range().start())?;
    Some(Objection {
        offset: usize::from(first.range().start()),
        reason: reason(first),
    })
}

/// Its message in our words: lower case, keywords as they are typed.
fn reason(error: &SyntaxError) -> Option<String> {
    let message = error.message().trim_end_matches('.');
    // Where it was found is marked, and that no statement begins there goes without saying.
    let message = message.split(", found ").next().unwrap_or_default();
    if message == "expected command" {
        return None;
    }
    let words: Vec<String> = message.split(' ').map(as_typed).collect();
    let mut message = words.join(" ");
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    (!message.is_empty()).then_some(message)
}

/// `R_PAREN` and `TABLE_KW` are names of the grammar.
fn as_typed(word: &str) -> String {
    let bare = word.trim_end_matches(',');
    let typed = match bare {
        "L_PAREN" => "(",
        "R_PAREN" => ")",
        "L_BRACK" => "[",
        "R_BRACK" => "]",
        "COMMA" => ",",
        "SEMICOLON" => ";",
        "EQ" => "=",
        "DOT" => ".",
        "COLON" => ":",
        "IDENT" => return word.replace("IDENT", "a name"),
        "STRING" => return word.replace("STRING", "a string"),
        "EOF" => return word.replace("EOF", "the end"),
        _ => match bare.strip_suffix("_KW") {
            Some(keyword) => keyword,
            None => return word.to_owned(),
        },
    };
    word.replace(bare, &format!("`{typed}`"))
}
