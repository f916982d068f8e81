//! `log` and `errors`

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use clap::Args;
use rungs::{AsyncConnection, LogEntry, Outcome};
use serde::Serialize;

use super::Session;
use crate::error::{CommandError, Exit};
use crate::format::Format;
use crate::table::{Cell, write_titled};
use crate::when::{took, when};

/// Show everything that was ever done to the database, oldest first
#[derive(Args, Debug)]
pub(crate) struct Log {
    #[command(flatten)]
    options: Options,
}

/// Show what failed, oldest first
#[derive(Args, Debug)]
#[command(after_help = "`trace ID` tells all about one of them.")]
pub(crate) struct Errors {
    #[command(flatten)]
    options: Options,
}

#[derive(Args, Debug)]
#[group(skip)]
struct Options {
    /// Only the last so many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,

    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    format: Format,
}

pub(super) async fn log<C: AsyncConnection>(
    arguments: &Log,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let entries = session.migrator.history_async(connection).await?;
    let entries = arguments.options.last(&entries);
    let out = &mut session.terminal.out;
    match arguments.options.format {
        Format::Json => json(&entries, session)?,
        Format::Text if entries.is_empty() => writeln!(out, "nothing was ever done here")?,
        Format::Text => {
            let titles = [
                "ID",
                "VERSION",
                "NAME",
                "OPERATION",
                "OUTCOME",
                "STARTED",
                "TOOK",
                "BY",
            ];
            write_titled(out, titles, entries.into_iter().map(row))?;
        }
    }
    Ok(Exit::Success)
}

pub(super) async fn errors<C: AsyncConnection>(
    arguments: &Errors,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let entries = session.migrator.history_async(connection).await?;
    let failed = entries
        .iter()
        .filter(|entry| entry.outcome == Outcome::Error);
    let entries = arguments.options.last(failed);
    let out = &mut session.terminal.out;
    match arguments.options.format {
        Format::Json => json(&entries, session)?,
        Format::Text if entries.is_empty() => writeln!(out, "nothing ever failed here")?,
        Format::Text => {
            for entry in entries {
                write!(out, "{}", Failure(entry))?;
            }
        }
    }
    Ok(Exit::Success)
}

impl Log {
    pub(super) fn format(&self) -> Format {
        self.options.format
    }
}

impl Errors {
    pub(super) fn format(&self) -> Format {
        self.options.format
    }
}

impl Options {
    /// The last entries, as many as are asked for, oldest first.
    fn last<'e>(
        &self,
        entries: impl IntoIterator<Item = &'e LogEntry, IntoIter: DoubleEndedIterator>,
    ) -> Vec<&'e LogEntry> {
        let newest_first = entries.into_iter().rev();
        let mut last: Vec<_> = newest_first
            .take(self.limit.unwrap_or(usize::MAX))
            .collect();
        last.reverse();
        last
    }
}

fn row(entry: &LogEntry) -> [Cell; 8] {
    [
        entry.seq.to_string().into(),
        entry.version.to_string().into(),
        entry.name.as_str().into(),
        entry.operation.word().into(),
        Cell::styled(outcome(entry), style(entry.outcome)),
        when(&entry.started_at).into(),
        entry.duration_ms.map(took).unwrap_or_default().into(),
        entry.operator.as_deref().unwrap_or_default().into(),
    ]
}

/// How it ended, and how often if it did so more than once.
pub(super) fn outcome(entry: &LogEntry) -> String {
    match entry.attempts {
        0 | 1 => entry.outcome.to_string(),
        attempts => format!("{}, {attempts} times", entry.outcome),
    }
}

fn style(outcome: Outcome) -> Style {
    let color = match outcome {
        Outcome::Success => AnsiColor::Green,
        Outcome::Error => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    color.on_default()
}

/// A failure in two lines.
struct Failure<'e>(&'e LogEntry);

impl std::fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(entry) = self;
        let bold = Style::new().bold();
        write!(
            f,
            "{bold}#{}{bold:#}  {} {}, {}, {}",
            entry.seq,
            entry.version,
            entry.name,
            entry.operation,
            when(&entry.started_at)
        )?;
        if let Some(operator) = &entry.operator {
            write!(f, ", by {operator}")?;
        }
        if entry.attempts > 1 {
            write!(f, ", {} times", entry.attempts)?;
        }
        writeln!(f, "\n    {}", entry.error.as_deref().unwrap_or_default())
    }
}

/// A row of the log in JSON.
#[derive(Serialize)]
pub(super) struct JsonEntry<'a> {
    id: i64,
    version: i64,
    name: &'a str,
    operation: &'static str,
    outcome: &'static str,
    checksum: &'a str,
    statements_done: usize,
    attempts: i64,
    operator: Option<&'a str>,
    started_at: &'a str,
    duration_ms: Option<i64>,
    error: Option<&'a str>,
}

impl<'a> From<&'a LogEntry> for JsonEntry<'a> {
    fn from(entry: &'a LogEntry) -> Self {
        Self {
            id: entry.seq,
            version: entry.version.number(),
            name: &entry.name,
            operation: entry.operation.word(),
            outcome: entry.outcome.word(),
            checksum: &entry.checksum,
            statements_done: entry.statements_done,
            attempts: entry.attempts,
            operator: entry.operator.as_deref(),
            started_at: &entry.started_at,
            duration_ms: entry.duration_ms,
            error: entry.error.as_deref(),
        }
    }
}

fn json(entries: &[&LogEntry], session: &mut Session<'_>) -> Result<(), CommandError> {
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| JsonEntry::from(*entry))
        .collect();
    session.write_json(&entries)
}
