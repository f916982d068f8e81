//! What of a change may fail or lose something.

use super::change::{TableChange, is_replaced};
use super::compare::same_type;
use super::note::{Note, NoteWeight};
use crate::catalog::Column;
use crate::dialect::Dialect;

pub(super) fn of_change(change: &TableChange<'_>, dialect: Dialect, notes: &mut Vec<Note>) {
    let table = &change.key.name;
    let mut say = |weight, column: &Column, text: String| {
        notes.push(Note::new(weight, Some(&column.origin), text));
    };
    for column in &change.dropped {
        let text = format!(
            "column `{table}.{}` is dropped with its values",
            column.name
        );
        say(NoteWeight::Loss, column, text);
    }
    for column in &change.added {
        let has_value = column.default.is_some() || column.is_counted || column.generated.is_some();
        // MySQL makes up a value.
        if column.is_required && !has_value && dialect != Dialect::Mysql {
            let text = format!(
                "column `{table}.{}` takes no NULL and has no default: adding it fails while there are rows",
                column.name
            );
            say(NoteWeight::Risk, column, text);
        }
    }
    for (before, after) in &change.changed {
        let name = &after.name;
        if is_replaced(before, after) {
            if before.generated.is_none() {
                let text = format!(
                    "column `{table}.{name}` is computed from now on, its values are dropped"
                );
                say(NoteWeight::Loss, after, text);
            }
            continue;
        }
        if after.is_required && !before.is_required {
            let text = format!(
                "column `{table}.{name}` takes no NULL any more: that fails while it has any"
            );
            say(NoteWeight::Risk, after, text);
        }
        if !same_type(before, after) && !is_wider(&before.data_type, &after.data_type) {
            let text = format!(
                "column `{table}.{name}` becomes {} from {}: values may not fit",
                shown(&after.data_type),
                shown(&before.data_type)
            );
            say(NoteWeight::Risk, after, text);
        }
    }
}

fn shown(data_type: &str) -> String {
    match data_type {
        "" => "of any type".to_owned(),
        data_type => format!("`{data_type}`"),
    }
}

/// Whether a type has room for all values of another.
pub(super) fn is_wider(before: &str, after: &str) -> bool {
    let integers = ["tinyint", "smallint", "int", "integer", "bigint"];
    let rank = |data_type: &str| integers.iter().position(|it| *it == data_type);
    if let (Some(before), Some(after)) = (rank(before), rank(after)) {
        return before <= after;
    }
    // MySQL's enums.
    let is_longer = before
        .strip_suffix(')')
        .is_some_and(|start| after.starts_with(&format!("{start}, ")));
    if before.starts_with("enum(") && is_longer {
        return true;
    }
    let parts = |data_type: &str| {
        let (word, rest) = data_type.split_once('(')?;
        let size: u64 = rest.strip_suffix(')')?.trim().parse().ok()?;
        Some((word.trim().to_owned(), size))
    };
    match (parts(before), parts(after)) {
        (Some((one, small)), Some((other, large))) => {
            one == other && one.contains("varying") | one.contains("varchar") && small <= large
        }
        (Some((word, _)), None) => word.contains("char") && after == "text",
        _ => before == after,
    }
}
