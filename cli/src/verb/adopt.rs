//! `adopt`

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use rungs::{
    Adopted, Adoption, AdoptionError, Ahead, AsyncConnection, Changed, Check, Migrator, Source,
    Tool,
};
use serde::Serialize;

use super::Session;
use crate::error::{CommandError, Exit};
use crate::format::{Format, count};

/// Take over the history of another tool: record what it has applied, without running it
#[derive(Args, Debug)]
#[command(after_help = "\
Tools: atlas, chancy, dbmate, diesel, flyway, golang-migrate, goose, prisma, refinery, sea-orm, sqlx.

What the tool keeps is read and verified by its own checksums, shown, and recorded in one go. Nothing
is run, and nothing of the other tool is changed. It can be repeated while that tool is still in use.

Examples:
  adopt              Whatever history there is, if it is one
  adopt sqlx         That of sqlx
  adopt --dry-run    Only show what would be recorded")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(crate) struct Arguments {
    /// Whose history
    #[arg(value_name = "TOOL", value_parser = tools(), hide_possible_values = true)]
    tool: Option<Tool>,

    /// The table with the history, where that is not the one that the tool uses by itself
    #[arg(long, value_name = "NAME")]
    table: Option<String>,

    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    /// Show what would be recorded and change nothing
    #[arg(long, short = 'n')]
    pub(super) dry_run: bool,

    /// Also record files that were edited after they were applied
    #[arg(long)]
    allow_changed: bool,

    /// Leave out what is applied and newer than all of the migrations
    #[arg(long)]
    allow_ahead: bool,

    /// How many seconds to wait for what others hold [default: 30]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,

    /// Who does it, for the log
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    /// How to tell: text, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    pub(super) format: Format,
}

fn tools() -> impl TypedValueParser<Value = Tool> {
    let names = Tool::ALL.iter().map(|tool| tool.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

pub(super) async fn run<C: AsyncConnection>(
    arguments: &Arguments,
    session: &mut Session<'_>,
    connection: &mut C,
) -> Result<Exit, CommandError> {
    let migrator = arguments.migrator(&session.migrator);
    if arguments.dry_run {
        let planned = migrator.plan_adoption_async(connection, arguments.source());
        tell(&planned.await?, arguments.format, session)?;
        return Ok(Exit::Success);
    }
    if !arguments.yes {
        let planned = migrator.plan_adoption_async(&mut *connection, arguments.source());
        ask(&planned.await?, session)?;
    }
    let adopting = migrator.adopt_async(connection, arguments.source());
    tell(&adopting.await?, arguments.format, session)?;
    Ok(Exit::Success)
}

/// Shows what would be recorded, and asks whether to; an error when the answer is not yes.
fn ask(planned: &Adoption, session: &mut Session<'_>) -> Result<(), CommandError> {
    if planned.is_empty() {
        return Ok(());
    }
    let place = session.place.as_ref();
    let place = place
        .map(|place| format!(" on {place}"))
        .unwrap_or_default();
    let migrations = count(planned.migrations.len(), "migration");
    let question = format!("{planned}\nrecord {migrations} as applied{place}?");
    match session.terminal.ask(&question)? {
        Some(true) => Ok(()),
        Some(false) => Err(CommandError::failed("nothing was recorded")),
        None => {
            let message = format!("nobody is there to be asked whether to record {planned}");
            Err(CommandError::usage(message)
                .help("add --yes, or --dry-run to see what would be done"))
        }
    }
}

fn tell(
    adoption: &Adoption,
    format: Format,
    session: &mut Session<'_>,
) -> Result<(), CommandError> {
    match format {
        Format::Text => writeln!(session.terminal.out, "{adoption}")?,
        Format::Json => session.write_json(&JsonAdoption::from(adoption))?,
    }
    Ok(())
}

/// What to do about an error, in the words of the command line.
pub(crate) fn help(error: &AdoptionError) -> Option<String> {
    Some(match error {
        AdoptionError::NotFound { .. } => {
            "check what is connected to; a table with another name is named with `--table NAME`"
                .to_owned()
        }
        AdoptionError::Ambiguous { found } => {
            let names = found.iter().map(|(tool, _)| format!("`adopt {tool}`"));
            format!("say which: {}", names.collect::<Vec<_>>().join(", "))
        }
        AdoptionError::Unknown { .. } => {
            "add their files; those that are newer than all of these are left out with `--allow-ahead`"
                .to_owned()
        }
        AdoptionError::Changed { .. } => {
            "put the files back as they were; if what was edited makes no difference, \
             `--allow-changed` takes them as they are now"
                .to_owned()
        }
        _ => return None,
    })
}

impl Arguments {
    fn source(&self) -> Source {
        let source = self.tool.map_or_else(Source::any, Source::from);
        match &self.table {
            Some(table) => source.table(table),
            None => source,
        }
    }

    fn migrator<'m>(&self, migrator: &Migrator<'m>) -> Migrator<'m> {
        let mut migrator = migrator.clone();
        if self.allow_changed {
            migrator = migrator.changed(Changed::Tolerate);
        }
        if self.allow_ahead {
            migrator = migrator.ahead(Ahead::Tolerate);
        }
        if let Some(seconds) = self.wait {
            migrator = migrator.wait_limit(Duration::from_secs(seconds));
        }
        if let Some(operator) = &self.operator {
            migrator = migrator.operator(operator);
        }
        migrator
    }
}

#[derive(Serialize)]
struct JsonAdoption<'a> {
    tool: &'static str,
    table: &'a str,
    migrations: Vec<JsonAdopted<'a>>,
    known: usize,
    left_out: &'a [String],
}

#[derive(Serialize)]
struct JsonAdopted<'a> {
    version: i64,
    name: &'a str,
    found_as: &'a str,
    checksum: &'static str,
}

impl<'a> From<&'a Adoption> for JsonAdoption<'a> {
    fn from(adoption: &'a Adoption) -> Self {
        Self {
            tool: adoption.tool.name(),
            table: &adoption.table,
            migrations: adoption.migrations.iter().map(JsonAdopted::from).collect(),
            known: adoption.known,
            left_out: &adoption.left_out,
        }
    }
}

impl<'a> From<&'a Adopted> for JsonAdopted<'a> {
    fn from(adopted: &'a Adopted) -> Self {
        Self {
            version: adopted.migration.version.number(),
            name: &adopted.migration.name,
            found_as: &adopted.found_as,
            checksum: match adopted.check {
                Check::Matches => "verified",
                Check::Differs => "differs",
                _ => "none",
            },
        }
    }
}
