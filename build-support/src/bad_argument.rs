//! What is said about arguments of `migrations!` that make no sense. The macro crate finds them,
//! because only it knows where they stand.

use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, UnknownDialect};
use crate::kinds::{BAD_ARGUMENT, NotAdjustable};
use crate::nearest::nearest;
use crate::render::{Look, frame};

const EXAMPLE: &str = "write `dialect = sqlite`, or a list such as `dialect = [sqlite, postgres]`";

/// The path is missing, or it is no literal.
pub fn no_path() -> String {
    let help = "write `migrations!(\"migrations\")`";
    bad("the path of the migrations must be a string literal", help)
}

/// Something follows the path without a comma.
pub fn no_comma() -> String {
    bad("a `,` is missing here", "write it before this argument")
}

/// An argument does not begin with a name.
pub fn no_name() -> String {
    bad("the name of an argument is missing here", EXAMPLE)
}

/// There is no argument of this name.
pub fn unknown(name: &str) -> String {
    let help = match name.parse::<Dialect>() {
        Ok(dialect) => &format!("write `dialect = {dialect}`"),
        Err(_) => EXAMPLE,
    };
    bad(&format!("there is no argument `{name}`"), help)
}

/// An argument stands without a value, or with one of another kind.
pub fn no_value(name: &str) -> String {
    if name == "since" {
        let help = "write that of the first migration that is checked: `since = 12`";
        return bad("`since` needs a version", help);
    }
    if name == "placeholders" {
        let help = "write `placeholders = [\"prefix\"]`, or with a default `placeholders = [\"prefix=app_\"]`";
        return bad("`placeholders` needs a list of names in quotes", help);
    }
    let help = match name {
        "dialect" => EXAMPLE,
        _ => &format!("write the id of a check, or several: `{name} = [\"empty-file\"]`"),
    };
    bad(&format!("`{name}` has no value"), help)
}

/// A level is chosen for what has none.
pub fn not_adjustable(refusal: &NotAdjustable) -> String {
    bad(&refusal.to_string(), &refusal.help())
}

/// A dialect is written as a string.
pub fn string(text: &str) -> String {
    let help = match text.parse::<Dialect>() {
        Ok(dialect) => &format!("write `dialect = {dialect}`"),
        Err(_) => EXAMPLE,
    };
    bad("a dialect is a name, not a string", help)
}

/// There is no such dialect.
pub fn unknown_dialect(unknown: &UnknownDialect) -> String {
    let names = Dialect::ALL.map(Dialect::name);
    let help = match nearest(&unknown.0.to_ascii_lowercase(), names) {
        Some(meant) => &format!("did you mean `{meant}`?"),
        None => EXAMPLE,
    };
    bad(&unknown.to_string(), help)
}

fn bad(message: &str, help: &str) -> String {
    frame(
        &Diagnostic::new(&BAD_ARGUMENT, message).help(help),
        Look::Compiler,
    )
}
