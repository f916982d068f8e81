//! `-- rungs: batch(1000)`: an `UPDATE` or `DELETE` as a statement that changes so many rows at most.

use std::ops::Range;

use super::split::Phrase;
use crate::dialect::Dialect;

/// Why a statement cannot be done in batches.
pub(super) struct Refusal {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) help: &'static str,
}

/// The parts of `UPDATE target SET assignments WHERE condition` or `DELETE FROM target WHERE condition`,
/// as ranges of tokens.
struct Parts {
    is_update: bool,
    target: Range<usize>,
    assignments: Range<usize>,
    condition: Range<usize>,
}

/// The statement for one batch. On PostgreSQL it answers the number of rows, on SQLite a row for
/// each; on MySQL the number is for `ROW_COUNT()` to say.
pub(super) fn rewrite(phrase: &Phrase<'_>, dialect: Dialect, size: u32) -> Result<String, Refusal> {
    let parts = parts(phrase)?;
    refuse_endless(phrase, &parts)?;
    let text = |tokens: &Range<usize>| phrase.slice(&range(phrase, tokens));
    let (target, condition) = (text(&parts.target), text(&parts.condition));
    let change = if parts.is_update {
        format!("UPDATE {target} SET {}", text(&parts.assignments))
    } else {
        format!("DELETE FROM {target}")
    };
    Ok(match dialect {
        Dialect::Mysql => format!("{change} WHERE {condition} LIMIT {size}"),
        Dialect::Sqlite => format!(
            "{change} WHERE rowid IN (SELECT rowid FROM {target} WHERE {condition} LIMIT {size}) RETURNING 1"
        ),
        // Rows of other partitions may share a `ctid`, so the condition is asked again.
        Dialect::Postgres => format!(
            "WITH rungs_batch AS ({change} WHERE ({condition}) AND ctid = ANY (ARRAY(\
             SELECT ctid FROM {target} WHERE {condition} LIMIT {size})) RETURNING 1) \
             SELECT count(*)::text FROM rungs_batch"
        ),
    })
}

fn parts(phrase: &Phrase<'_>) -> Result<Parts, Refusal> {
    let is_update = phrase.is(0, "UPDATE");
    if !is_update && !phrase.begins("DELETE FROM") {
        let label = "neither `UPDATE table SET` nor `DELETE FROM table`";
        return Err(refusal(phrase, 0, label, "batches are for changes of rows"));
    }
    let end = phrase.tokens().len();
    let outer: Vec<usize> = (0..end)
        .filter(|index| phrase.is_outside_brackets(*index))
        .collect();
    let find = |word: &str| outer.iter().copied().find(|index| phrase.is(*index, word));
    let set = if is_update { find("SET") } else { None };
    let Some(where_) = find("WHERE") else {
        let help = "add a `WHERE` that leaves out the rows which are done";
        return Err(refusal(
            phrase,
            0,
            "without `WHERE` it would never end",
            help,
        ));
    };
    let target = match set {
        Some(set) => 1..set,
        None => 2..where_,
    };
    let of_target = |index: usize| target.contains(&index);
    let strange = outer.iter().copied().find(|index| {
        let stops = ["FROM", "USING", "RETURNING", "ORDER", "LIMIT", "JOIN"];
        let is_other_table = of_target(*index) && phrase.token(*index) == ",";
        *index > 1 && (is_other_table || stops.iter().any(|word| phrase.is(*index, word)))
    });
    if let Some(index) = strange {
        let label = format!("`{}` cannot be kept in a batch", phrase.token(index));
        return Err(refusal(
            phrase,
            index,
            &label,
            "name one table, and other tables in a subquery of `WHERE`",
        ));
    }
    Ok(Parts {
        is_update,
        target,
        assignments: set.map_or(0..0, |set| set + 1..where_),
        condition: where_ + 1..end,
    })
}

/// An update goes on for ever when its condition stays true.
fn refuse_endless(phrase: &Phrase<'_>, parts: &Parts) -> Result<(), Refusal> {
    let name = |index: usize| {
        let name = phrase.token(index).trim_matches(['"', '`', '[', ']']);
        name.to_lowercase()
    };
    let assigned = parts
        .assignments
        .clone()
        .filter(|index| phrase.token(index + 1) == "=" && phrase.is_outside_brackets(*index));
    let mut assigned = assigned.map(name).peekable();
    let is_mentioned = |column: String| parts.condition.clone().any(|index| name(index) == column);
    if !parts.is_update || assigned.peek().is_none() || assigned.any(is_mentioned) {
        return Ok(());
    }
    Err(refusal(
        phrase,
        parts.condition.start,
        "mentions no column that `SET` changes, so it stays true and the batches never end",
        "add what tells rows that are done from those that are not, as in `WHERE email IS NULL`",
    ))
}

fn refusal(phrase: &Phrase<'_>, index: usize, label: &str, help: &'static str) -> Refusal {
    let label = label.to_owned();
    let range = range(phrase, &(index..index + 1));
    Refusal { range, label, help }
}

/// Where tokens stand in the file.
fn range(phrase: &Phrase<'_>, tokens: &Range<usize>) -> Range<usize> {
    let tokens = phrase.tokens().get(tokens.clone()).unwrap_or_default();
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => phrase.range(),
    }
}
