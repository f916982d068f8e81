//! Plans a change, asks, makes it, and tells what was done.

use std::io::Write as _;

use rungs::{Action, AsyncConnection, Direction, Goal, Plan, Ran, Report, Step};
use serde::Serialize;

use super::Session;
use super::goal::Change;
use crate::error::{CommandError, Exit};
use crate::format::Format;
use crate::progress::Progress;

/// Shows what would be done.
pub(super) async fn plan<C: AsyncConnection>(
    change: &Change<'_>,
    format: Format,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let plan = planned(change, session, connection).await?;
    show(&plan, format, session)?;
    Ok(Exit::Success)
}

/// What would be done.
pub(super) async fn planned<C: AsyncConnection>(
    change: &Change<'_>,
    session: &Session<'_>,
    connection: &mut C,
) -> Result<Plan, CommandError> {
    let migrator = change.migrator(&session.migrator);
    Ok(migrator.plan_async(connection, change.goal.clone()).await?)
}

/// Writes a plan.
pub(super) fn show(
    plan: &Plan,
    format: Format,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    match format {
        Format::Text => write!(session.terminal.out, "{plan}")?,
        Format::Json => {
            let steps: Vec<_> = plan.steps().iter().map(JsonStep::from).collect();
            session.write_json(&steps)?;
        }
    }
    Ok(())
}

/// Does it.
pub(super) async fn run<C: AsyncConnection>(
    change: &Change<'_>,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    if change.goal == Goal::Repair {
        super::repair::show(session, connection).await?;
    }
    if change.is_dry() {
        return plan(change, change.format(), session, connection).await;
    }
    if change.consent.is_some() {
        let plan = planned(change, session, connection).await?;
        let names = rewritten(&plan).map(|step| step.migration().to_string());
        let names: Vec<String> = names.collect();
        let others = plan.steps().len() - names.len();
        agree(change, &names, others, session)?;
    }
    apply(change, session, connection).await
}

/// Does what was agreed to.
pub(super) async fn apply<C: AsyncConnection>(
    change: &Change<'_>,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let progress = Progress::new(change.is_verbose(), session.set.clone());
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
    tell(&outcome?, change.format(), session)?;
    Ok(Exit::Success)
}

fn tell(report: &Report, format: Format, session: &mut Session<'_>) -> Result<(), CommandError> {
    match format {
        Format::Text => writeln!(session.terminal.out, "{report}")?,
        Format::Json => session.write_json(&JsonReport::from(report))?,
    }
    Ok(())
}

/// The steps of a plan that cannot be taken back.
pub(super) fn rewritten(plan: &Plan) -> impl Iterator<Item = &Step> {
    let rewrites = |step: &&Step| {
        step.direction() == Direction::Down
            || !matches!(step.action(), Action::Run | Action::Squash)
    };
    plan.steps().iter().filter(rewrites)
}

/// Asks before what cannot be taken back, if there is any; an error when the answer is not yes.
pub(super) fn agree(
    change: &Change<'_>,
    names: &[String],
    others: usize,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let Some((question, is_answered)) = change.consent.filter(|_| !names.is_empty()) else {
        return Ok(());
    };
    if session.is_production {
        return Err(CommandError::failed(
            "this database is marked as production, where nothing is rolled back or rewritten",
        )
        .help("write a new migration that makes the change"));
    }
    if is_answered {
        return Ok(());
    }
    consent(question, names, others, session)
}

fn consent(
    question: &str,
    names: &[String],
    others: usize,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    let names: Vec<String> = names.iter().map(|name| format!("  {name}")).collect();
    let names = names.join("\n");
    let place = session.place.as_ref();
    let place = place.map(|place| format!(" on {place}"));
    let place = place.unwrap_or_default();
    let more = match others {
        0 => String::new(),
        more => format!(", and apply {more} more"),
    };
    let question_in_full = format!("{names}\n{question}{more}{place}?");
    match session.terminal.ask(&question_in_full)? {
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
    statements: Vec<std::borrow::Cow<'static, str>>,
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
