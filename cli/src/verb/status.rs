//! `status`

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use clap::Args;
use rungs::{AsyncConnection, MigrationStatus, Operation, Outcome, State};
use serde::Serialize;

use super::Session;
use crate::error::{CommandError, Exit};
use crate::format::{Format, count};
use crate::table::{Cell, write_titled};
use crate::when::when;

/// Show each migration beside what the database has of it
#[derive(Args, Debug)]
#[command(after_help = STATES)]
pub(crate) struct Arguments {
    /// End with 3 when something is pending, with 1 when files and database disagree
    #[arg(long)]
    exit_code: bool,

    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(super) format: Format,
}

const STATES: &str = "\
States:
  applied       it is applied
  pending       it is not applied yet: `up` applies it
  running       another run is at it
  interrupted   some of its statements ran: `up` or `rebuild` goes on with it
  in doubt      as interrupted, and the last statement may have taken effect: the next run looks
  out of order  it is not applied although a newer one is: `up --allow-out-of-order` applies it
  changed       it was edited after it was applied: restore it, or see `repair`
  missing       it is applied, and is not among the migrations, which has newer ones
  ahead         it is applied, and newer than all of the migrations

Nothing is written: not even the log table is made.";

pub(super) async fn run<C: AsyncConnection>(
    arguments: &Arguments,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let all = session.migrator.status_async(connection).await?;
    match arguments.format {
        Format::Text => text(&all, session)?,
        Format::Json => json(&all, session)?,
    }
    Ok(if arguments.exit_code {
        exit_code(&all)
    } else {
        Exit::Success
    })
}

fn exit_code(all: &[MigrationStatus]) -> Exit {
    let is = |asked: fn(State) -> bool| all.iter().any(|status| asked(status.state));
    if is(disagrees) {
        Exit::Failure
    } else if is(|state| state != State::Applied) {
        Exit::Pending
    } else {
        Exit::Success
    }
}

/// Whether no `up` leads out of it.
fn disagrees(state: State) -> bool {
    matches!(
        state,
        State::Ahead | State::Changed | State::Missing | State::OutOfOrder
    )
}

fn text(all: &[MigrationStatus], session: &mut Session<'_>) -> Result<(), CommandError> {
    let place = session.place.clone();
    let out = &mut session.terminal.out;
    if !all.is_empty() {
        write_titled(
            out,
            ["VERSION", "NAME", "STATE", "LAST"],
            all.iter().map(row),
        )?;
    }
    let place = place
        .map(|place| format!(" on {place}"))
        .unwrap_or_default();
    writeln!(out, "{}{place}", summary(all))?;
    Ok(())
}

fn row(status: &MigrationStatus) -> [Cell; 4] {
    let MigrationStatus {
        version,
        name,
        state,
        ..
    } = status;
    [
        version.to_string().into(),
        name.as_str().into(),
        Cell::styled(state.to_string(), style(*state)),
        since(status).into(),
    ]
}

fn style(state: State) -> Style {
    let color = match state {
        State::Applied => AnsiColor::Green,
        State::Pending | State::Running => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    color.on_default()
}

/// What was done with it last, when, and by whom.
fn since(status: &MigrationStatus) -> String {
    let Some(last) = &status.last else {
        return String::new();
    };
    let ending = match (last.outcome, last.operation) {
        (Outcome::Error, _) => format!("failed, see `trace {}`: ", last.seq),
        (Outcome::Success, operation) => after(operation).to_owned(),
        _ if status.state == State::Running => {
            format!("at statement {} since ", last.statements_done + 1)
        }
        _ => format!("stopped after statement {}: ", last.statements_done),
    };
    let operator = last.operator.as_ref();
    let operator = operator.map(|operator| format!(", by {operator}"));
    format!(
        "{ending}{}{}",
        when(&last.started_at),
        operator.unwrap_or_default()
    )
}

/// What was done last, unless its state says it already.
fn after(operation: Operation) -> &'static str {
    match operation {
        Operation::Rollback => "rolled back: ",
        Operation::RunSkip => "recorded, not run: ",
        Operation::Adopt => "adopted: ",
        Operation::Repair => "accepted as edited: ",
        Operation::Squash => "squashed: ",
        _ => "",
    }
}

/// `3 migrations: 2 applied, 1 pending`
fn summary(all: &[MigrationStatus]) -> String {
    let mut counts: Vec<(State, usize)> = Vec::new();
    for status in all {
        match counts.iter_mut().find(|(state, _)| *state == status.state) {
            Some((_, number)) => *number += 1,
            None => counts.push((status.state, 1)),
        }
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(state, number)| format!("{number} {state}"))
        .collect();
    let colon = if counts.is_empty() { "" } else { ": " };
    format!(
        "{}{colon}{}",
        count(all.len(), "migration"),
        counts.join(", ")
    )
}

#[derive(Serialize)]
struct JsonStatus<'a> {
    version: i64,
    name: &'a str,
    state: String,
    /// The newest row of the log about it.
    log_id: Option<i64>,
    operation: Option<&'static str>,
    outcome: Option<&'static str>,
    started_at: Option<&'a str>,
    operator: Option<&'a str>,
}

fn json(all: &[MigrationStatus], session: &mut Session<'_>) -> Result<(), CommandError> {
    let all = all.iter().map(|status| {
        let last = status.last.as_ref();
        JsonStatus {
            version: status.version.number(),
            name: &status.name,
            state: status.state.to_string(),
            log_id: last.map(|last| last.seq),
            operation: last.map(|last| last.operation.word()),
            outcome: last.map(|last| last.outcome.word()),
            started_at: last.map(|last| last.started_at.as_str()),
            operator: last.and_then(|last| last.operator.as_deref()),
        }
    });
    session.write_json(&all.collect::<Vec<_>>())
}
