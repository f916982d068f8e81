//! `check-live`

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use rungs::{AsyncConnection, Error, Target, Trial, Tried, Verdict};
use serde::Serialize;

use super::Session;
use super::goal::Policy;
use crate::error::{CommandError, Exit};
use crate::failure;
use crate::format::Format;

/// Try what is pending on the live database, and roll all of it back
#[derive(Args, Debug)]
#[command(after_help = "\
All that is pending runs in one transaction that is rolled back, so that what would fail is found and
nothing is left behind, in the log neither. What cannot be in a transaction, or calls a function of the
application, is named and not tried. A migration that fails is taken back, and the others are tried
without it.

Until the end it holds the locks that its statements take, and others wait for them: they are waited
for as in `up`, up to --wait seconds in all, and a statement gives up after 3 seconds and lets the
others go on first. The numbers that sequences have given are not taken back.

MySQL cannot roll a change of the schema back, so nothing is tried there: `plan` and
`status --exit-code` compare files, log and checksums.

It ends with 1 when something fails.")]
pub(crate) struct Arguments {
    /// How far: head, +N, a version, a name, or the only beginning of one
    #[arg(value_name = "TARGET", default_value = "head")]
    target: Target,

    /// How many seconds to wait for what others hold [default: 30]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,

    #[command(flatten)]
    policy: Policy,

    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(super) format: Format,
}

pub(super) async fn run<C: AsyncConnection>(
    arguments: &Arguments,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let mut migrator = arguments.policy.applied_to(session.migrator.clone());
    if let Some(seconds) = arguments.wait {
        migrator = migrator.wait_limit(Duration::from_secs(seconds));
    }
    let trying = migrator.check_live_async(connection, arguments.target.clone());
    let trial = trying.await?;
    match arguments.format {
        Format::Text => text(&trial, session)?,
        Format::Json => {
            let all: Vec<_> = trial.tried.iter().map(JsonTried::from).collect();
            session.write_json(&all)?;
        }
    }
    Ok(if trial.passed() {
        Exit::Success
    } else {
        Exit::Failure
    })
}

/// What failed is shown as `up` would show it, with its statement.
fn text(trial: &Trial, session: &mut Session<'_>) -> Result<(), CommandError> {
    writeln!(session.terminal.out, "{trial}")?;
    for error in trial.failures() {
        let shown = failure::frame_of(error, session);
        writeln!(session.terminal.err, "\n{shown}")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonTried<'a> {
    version: i64,
    name: &'a str,
    file: &'a str,
    verdict: &'static str,
    /// Why it was not tried.
    reason: Option<String>,
    /// The first one before it that did not take effect in the trial.
    behind: Option<i64>,
    error: Option<JsonError<'a>>,
}

#[derive(Serialize)]
struct JsonError<'a> {
    message: String,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
}

impl<'a> From<&'a Tried> for JsonTried<'a> {
    fn from(tried: &'a Tried) -> Self {
        let (verdict, reason, error) = match &tried.verdict {
            Verdict::Passed { .. } => ("passed", None, None),
            Verdict::Failed(error) => ("failed", None, Some(JsonError::from(&**error))),
            Verdict::NotTried(why) => ("not tried", Some(why.to_string()), None),
            _ => ("unknown", None, None),
        };
        Self {
            version: tried.migration.version.number(),
            name: &tried.migration.name,
            file: tried.path,
            verdict,
            reason,
            behind: tried.behind.as_ref().map(|it| it.version.number()),
            error,
        }
    }
}

impl<'a> From<&'a Error> for JsonError<'a> {
    fn from(error: &'a Error) -> Self {
        let (file, at) = error.place().unzip();
        let (line, column) = at.flatten().unzip();
        Self {
            message: error.to_string(),
            file,
            line,
            column,
        }
    }
}
