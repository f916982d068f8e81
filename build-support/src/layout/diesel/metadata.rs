//! `metadata.toml`: whether a migration runs in a transaction.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::settings;
use crate::source::SourceFile;

const KEY: &str = "run_in_transaction";

/// What the file says; a transaction unless it says `false`.
///
/// diesel takes an empty file for `false`, against its documentation; here it is the default.
pub(super) fn runs_in_transaction(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> bool {
    let Some(table) = settings::read(file, &[KEY], diagnostics) else {
        return true;
    };
    let Some(value) = table.get(KEY) else {
        return true;
    };
    value.get_ref().as_bool().unwrap_or_else(|| {
        diagnostics.push(settings::wrong_type(file, value, "`true` or `false`"));
        true
    })
}
