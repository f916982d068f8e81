//! Plans a change, asks, makes it, and tells what was done.

use std::io::Write as _;
use std::process::ExitCode;

use rungs::{Action, AsyncConnection, Direction, Goal, Plan, Ran, Report, Step};
use serde::Serialize;

use super::Session;
use super::goal::Change;
use crate::error::CommandError;
use crate::format::{Format, write_json};
use crate::progress::Progress;

/// Shows what would be done.
pub(super) async fn plan<C: AsyncConnection>(
    change: &Change<'_>,
    format: Format,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<ExitCode, CommandError> {
    let migrator = change.migrator(&session.migrator);
    let plan = migrator.plan_async(connection, change.goal.clone()).await?;
    let out = &mut session.terminal.out;
    match format {
        Format::Text => write!(out, "{plan}")?,
        Format::Json => write_json(
            out,
            &plan.steps().iter().map(JsonStep::from).collect::<Vec<_>>(),
        )?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Does it.
pub(super) async fn run<C: AsyncConnection>(
    change: &Change<'_>,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<ExitCode, CommandError> {
    let options = change.options;
    let format = options.map_or(Format::Text, |options| options.format);
    if change.goal == Goal::Repair {
        super::repair::show(session, connection).await?;
    }
    if options.is_some_and(|options| options.dry_run) {
        return plan(change, format, session, connection).await;
    }
    ask(change, session, connection).await?;
    let progress = Progress::new(options.is_some_and(|options| options.verbose));
    let migrator = change
        .migrator(&session.migrator)
        .observer(progress.observer());
    let outcome = migrator.reach_async(connection, change.goal.clone()).await;
    progress.finish();
    if let Err(rungs::Error::Statement(error)) = &outcome {
        // What ran before it stays, which is a result.
        for ran in &error.ran {
            writeln!(session.terminal.out, "{ran}")?;
        }
    }
    tell(&outcome?, format, session)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(report: &Report, format: Format, session: &mut Session<'_>) -> Result<(), CommandError> {
    let out = &mut session.terminal.out;
    match format {
        Format::Text => writeln!(out, "{report}")?,
        Format::Json => write_json(out, &JsonReport::from(report))?,
    }
    Ok(())
}

/// Asks before what cannot be taken back; an error when the answer is not yes.
async fn ask<C: AsyncConnection>(
    change: &Change<'_>,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<(), CommandError> {
    let Some((question, is_answered)) = change.consent else {
        return Ok(());
    };
    let migrator = change.migrator(&session.migrator);
    let plan = migrator.plan_async(connection, change.goal.clone()).await?;
    let rewrites =
        |step: &&Step| step.direction() == Direction::Down || step.action() != Action::Run;
    let steps: Vec<&Step> = plan.steps().iter().filter(rewrites).collect();
    if steps.is_empty() {
        return Ok(());
    }
    if session.is_production {
        return Err(CommandError::failed(
            "this database is marked as production, where nothing is rolled back or rewritten",
        )
        .help("write a new migration that makes the change"));
    }
    if is_answered {
        return Ok(());
    }
    consent(question, &plan, &steps, session)
}

fn consent(
    question: &str,
    plan: &Plan,
    steps: &[&Step],
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let terminal = &mut *session.terminal;
    let names: Vec<String> = steps
        .iter()
        .map(|step| format!("  {}", step.migration()))
        .collect();
    let names = names.join("\n");
    let place = session.place.as_ref();
    let place = place.map(|place| format!(" on {place}"));
    let place = place.unwrap_or_default();
    let more = match plan.steps().len() - steps.len() {
        0 => String::new(),
        more => format!(", and apply {more} more"),
    };
    match terminal.ask(&format!("{names}\n{question}{more}{place}?"))? {
        Some(true) => Ok(()),
        Some(false) => Err(CommandError::failed("nothing was changed")),
        None => {
            let message = format!("nobody is there to be asked whether to {question}:\n{names}");
            Err(CommandError::usage(message)
                .help("add --yes, or --dry-run to see what would be done"))
        }
    }
}

#[derive(Serialize)]
struct JsonReport {
    ran: Vec<JsonRan>,
    current: Option<i64>,
}

#[derive(Serialize)]
struct JsonRan {
    version: i64,
    name: &'static str,
    direction: String,
    ran: bool,
    statements: usize,
    duration_ms: u128,
}

#[derive(Serialize)]
struct JsonStep {
    version: i64,
    name: &'static str,
    direction: String,
    operation: &'static str,
    file: &'static str,
    statements: Vec<&'static str>,
}

impl From<&Report> for JsonReport {
    fn from(report: &Report) -> Self {
        Self {
            ran: report.ran.iter().map(JsonRan::from).collect(),
            current: report.current.map(rungs::Version::number),
        }
    }
}

impl From<&Ran> for JsonRan {
    fn from(ran: &Ran) -> Self {
        Self {
            version: ran.version.number(),
            name: ran.name,
            direction: ran.direction.to_string(),
            ran: ran.action == Action::Run,
            statements: ran.statements,
            duration_ms: ran.duration.as_millis(),
        }
    }
}

impl From<&Step> for JsonStep {
    fn from(step: &Step) -> Self {
        Self {
            version: step.migration().version().number(),
            name: step.migration().name(),
            direction: step.direction().to_string(),
            operation: step.operation().word(),
            file: step.script().path(),
            statements: step
                .statements()
                .map(|(_, statement)| statement.sql())
                .collect(),
        }
    }
}
