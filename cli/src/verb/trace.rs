//! `trace`

use std::io::Write as _;

use clap::Args;
use rungs::{AsyncConnection, LogEntry, Operation, Outcome, Script};
use serde::Serialize;

use super::Session;
use super::log::{JsonEntry, outcome};
use crate::error::{CommandError, Exit};
use crate::failure::{frame, harmless};
use crate::format::Format;
use crate::recorded::Recorded;
use crate::table::{Cell, write};
use crate::when::{took, when};

/// Tell all that is known about a row of the log
#[derive(Args, Debug)]
#[command(after_help = "`log` and `errors` show the ids.")]
pub(crate) struct Arguments {
    /// The row [default: the last one that failed]
    #[arg(value_parser = id)]
    id: Option<i64>,

    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(super) format: Format,
}

fn id(text: &str) -> Result<i64, &'static str> {
    text.parse()
        .map_err(|_| "an id is a number, which `log` and `errors` show")
}

pub(super) async fn run<C: AsyncConnection>(
    arguments: &Arguments,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let entries = session.migrator.history_async(connection).await?;
    let entry = find(&entries, arguments.id)?;
    match arguments.format {
        Format::Text => text(entry, &entries, session)?,
        Format::Json => json(entry, session)?,
    }
    Ok(Exit::Success)
}

fn find(entries: &[LogEntry], id: Option<i64>) -> Result<&LogEntry, CommandError> {
    match id {
        Some(id) => entries.iter().find(|entry| entry.seq == id).ok_or_else(|| {
            let help = match entries {
                [] => "the log is empty".to_owned(),
                [first, .., last] | [first @ last] => {
                    format!(
                        "the ids of the log go from {} to {}; `log` shows them",
                        first.seq, last.seq
                    )
                }
            };
            CommandError::failed(format!("the log has no row {id}")).help(help)
        }),
        None => entries
            .iter()
            .rfind(|entry| entry.outcome == Outcome::Error)
            .ok_or_else(|| {
                CommandError::failed("nothing ever failed here").help("name a row of `log`")
            }),
    }
}

/// The script that was run, as it is now.
fn script(entry: &LogEntry, session: &Session<'_>) -> Option<Script> {
    let migration = session.migrations().get(entry.version)?;
    match entry.operation {
        Operation::Rollback => migration.down(),
        _ => Some(migration.up()),
    }
}

fn text(
    entry: &LogEntry,
    entries: &[LogEntry],
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let script = script(entry, session);
    let is_edited = script.is_some_and(|script| {
        entry.operation != Operation::Rollback && script.checksum() != entry.checksum
    });
    let recorded = entry.error.as_deref().and_then(Recorded::read);
    let out = &mut session.terminal.out;
    if let Some(recorded) = &recorded {
        // What was edited since shows something else at that place.
        let script = script.filter(|_| !is_edited);
        writeln!(
            out,
            "{}\n",
            frame(recorded.said, recorded.place, script, &[])
        )?;
    } else if let Some(error) = &entry.error {
        writeln!(out, "{}\n", harmless(error))?;
    }
    let facts = facts(entry, recorded.as_ref(), is_edited, later(entry, entries));
    let rows: Vec<[Cell; 2]> = facts
        .into_iter()
        .map(|(name, value)| [name.into(), harmless(&value).into()])
        .collect();
    write(out, &rows)?;
    Ok(())
}

fn facts(
    entry: &LogEntry,
    recorded: Option<&Recorded<'_>>,
    is_edited: bool,
    later: String,
) -> Vec<(&'static str, String)> {
    let owned = |text: &str| text.to_owned();
    let facts = [
        ("log id", Some(entry.seq.to_string())),
        (
            "migration",
            Some(format!("{} {}", entry.version, entry.name)),
        ),
        (
            "operation",
            Some(format!("{}: {}", entry.operation, outcome(entry))),
        ),
        ("started", Some(when(&entry.started_at))),
        ("took", entry.duration_ms.map(took)),
        ("operator", entry.operator.clone()),
        ("session", entry.session.clone()),
        ("statement", recorded.map(|it| owned(it.statement))),
        ("code", recorded.and_then(|it| it.code).map(owned)),
        ("detail", recorded.and_then(|it| it.detail).map(owned)),
        ("afterwards", recorded.map(|it| owned(it.rolled_back))),
        (
            "statements",
            Some(format!("{} done", entry.statements_done)),
        ),
        ("checksum", Some(entry.checksum.clone())),
        (
            "file",
            is_edited.then(|| owned("edited since, so it is not shown")),
        ),
        ("later", Some(later)),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// What became of the migration after this row.
fn later(entry: &LogEntry, entries: &[LogEntry]) -> String {
    let about_it = entries
        .iter()
        .filter(|other| other.version == entry.version && other.seq > entry.seq);
    let later: Vec<String> = about_it
        .map(|other| format!("#{} {} {}", other.seq, other.operation, other.outcome))
        .collect();
    if later.is_empty() {
        "nothing".to_owned()
    } else {
        later.join(", ")
    }
}

#[derive(Serialize)]
struct JsonTrace<'a> {
    #[serde(flatten)]
    entry: JsonEntry<'a>,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    code: Option<&'a str>,
    detail: Option<&'a str>,
    statement: Option<&'a str>,
    rolled_back: Option<&'a str>,
}

fn json(entry: &LogEntry, session: &mut Session<'_>) -> Result<(), CommandError> {
    let recorded = entry.error.as_deref().and_then(Recorded::read);
    let recorded = recorded.as_ref();
    let trace = JsonTrace {
        entry: JsonEntry::from(entry),
        file: recorded.map(|it| it.place.path),
        line: recorded.map(|it| it.place.line),
        column: recorded.map(|it| it.place.column),
        code: recorded.and_then(|it| it.code),
        detail: recorded.and_then(|it| it.detail),
        statement: recorded.map(|it| it.statement),
        rolled_back: recorded.map(|it| it.rolled_back),
    };
    session.write_json(&trace)
}
