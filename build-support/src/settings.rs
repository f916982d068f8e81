//! TOML settings, read so that every complaint has a position.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::kinds::BAD_CONFIG;
use crate::nearest::nearest;
use crate::source::SourceFile;

/// Reads a file; keys other than the known ones are reported. Nothing when it is not TOML.
pub(crate) fn read<'a>(
    file: &'a Arc<SourceFile>,
    known: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<DeTable<'a>> {
    let table = match DeTable::parse(&file.text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let range = error.span().unwrap_or_default();
            diagnostics.push(Diagnostic::new(&BAD_CONFIG, "this is not valid TOML").at(
                file,
                range,
                error.message(),
            ));
            return None;
        }
    };
    for key in table
        .keys()
        .filter(|key| !known.contains(&key.get_ref().as_ref()))
    {
        diagnostics.push(unknown_key(file, key, known));
    }
    Some(table)
}

fn unknown_key(
    file: &Arc<SourceFile>,
    key: &Spanned<std::borrow::Cow<'_, str>>,
    known: &[&str],
) -> Diagnostic {
    let help = match nearest(key.get_ref(), known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known: `{}`", known.join("`, `")),
    };
    Diagnostic::new(&BAD_CONFIG, format!("unknown key `{}`", key.get_ref()))
        .at(file, key.span(), "")
        .help(help)
}

/// A value that is not what its key takes.
pub(crate) fn wrong_type(
    file: &Arc<SourceFile>,
    value: &Spanned<DeValue<'_>>,
    expected: &str,
) -> Diagnostic {
    let found = value.get_ref().type_str();
    Diagnostic::new(&BAD_CONFIG, format!("expected {expected}, found {found}")).at(
        file,
        value.span(),
        "",
    )
}
