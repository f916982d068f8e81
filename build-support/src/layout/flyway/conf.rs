//! `V1__users.sql.conf`: settings of one migration, in the properties format of Java.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::directory::Entry;
use crate::kinds::{BAD_CONFIG, BAD_NAME};
use crate::layout::name::Named;

const KEY: &str = "executeInTransaction";

/// Applies the settings beside each migration.
pub(super) fn apply(names: &mut [Named<'_>], entries: &[Entry], diagnostics: &mut Diagnostics) {
    for conf in entries
        .iter()
        .filter(|entry| entry.path.ends_with(".sql.conf"))
    {
        let of = conf.path.trim_end_matches(".conf");
        if let Some(named) = names.iter_mut().find(|named| named.entry.path == of) {
            named.no_transaction = turns_off_transaction(conf, diagnostics);
        } else if !entries.iter().any(|entry| entry.path == of) {
            let message = format!("`{}` belongs to `{of}`, which does not exist", conf.path);
            diagnostics.push(
                conf.diagnostic(&BAD_NAME, message)
                    .help("rename or remove it"),
            );
        }
    }
}

fn turns_off_transaction(conf: &Entry, diagnostics: &mut Diagnostics) -> bool {
    let mut off = false;
    let mut start = 0;
    for line in conf.file.text.split_inclusive('\n') {
        match transaction(line) {
            Ok(in_transaction) => off |= in_transaction == Some(false),
            Err(message) => {
                let end = start + line.trim_end().len();
                diagnostics.push(
                    Diagnostic::new(&BAD_CONFIG, message)
                        .at(&conf.file, start..end, "")
                        .help(format!("the one setting that is read is `{KEY}=false`")),
                );
            }
        }
        start += line.len();
    }
    off
}

fn transaction(line: &str) -> Result<Option<bool>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!']) {
        return Ok(None);
    }
    let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
    match (key.trim(), value.trim()) {
        (KEY, "true") => Ok(Some(true)),
        (KEY, "false") => Ok(Some(false)),
        (KEY, value) => Err(format!("`{KEY}` is `{value}`, neither `true` nor `false`")),
        // What is true anyway.
        ("encoding", "UTF-8") | ("placeholderReplacement", "false") => Ok(None),
        (key, _) => Err(format!("the setting `{key}` is not supported")),
    }
}
