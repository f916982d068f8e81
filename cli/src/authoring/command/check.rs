//! `rungs check`

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rungs_build::render::github;
use rungs_build::{Dialect, Kind, Level, Output, Request, compile, kinds};
use serde::Serialize;

use crate::authoring::diagnostics::{JsonDiagnostic, exit_code, tally, write_frames};
use crate::error::CommandError;
use crate::format::{count, write_json};
use crate::terminal::Terminal;

/// Check a directory of migrations, as the build does
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    /// What the SQL must be valid for: sqlite, postgres, mysql [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT", value_delimiter = ',')]
    dialect: Vec<Dialect>,

    #[command(flatten)]
    levels: Levels,

    /// Tell also how many statements the replay follows, and which kinds it does not
    #[arg(long)]
    stats: bool,

    /// How to tell: text, json, github
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    format: Format,
}

/// What to make of checks that have a level, whatever `rungs.toml` says.
#[derive(Args, Debug)]
struct Levels {
    /// Say nothing of what this check finds
    #[arg(long, value_name = "ID", value_parser = adjustable)]
    allow: Vec<&'static Kind>,

    /// Let what this check finds be a warning
    #[arg(long, value_name = "ID", value_parser = adjustable)]
    warn: Vec<&'static Kind>,

    /// Let what this check finds be an error
    #[arg(long, value_name = "ID", value_parser = adjustable)]
    deny: Vec<&'static Kind>,

    /// Leave migrations before this version to what is always an error
    #[arg(long, value_name = "VERSION")]
    since: Option<i64>,
}

const EXAMPLES: &str = "\
Examples:
  rungs check migrations
  rungs check migrations --dialect sqlite,postgres
  rungs check migrations --format github     Annotations in a GitHub workflow
  rungs check migrations --warn empty-file   `rungs explain` lists the checks with a level

The exit status is 1 when there are errors.";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Code frames to the standard error, a summary to the standard output
    Text,
    /// One object
    Json,
    /// Workflow commands of GitHub Actions
    Github,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let output = compile(&Request {
        levels: arguments.levels.chosen(),
        since: arguments.levels.since,
        ..request(&arguments.directory, &arguments.dialect)
    });
    match arguments.format {
        Format::Text => {
            text(&output, terminal)?;
            if arguments.stats {
                stats(&output, &mut terminal.out)?;
            }
        }
        Format::Json => json(&output, &mut terminal.out)?,
        Format::Github => {
            for diagnostic in &output.diagnostics {
                writeln!(terminal.out, "{}", github(diagnostic))?;
            }
        }
    }
    Ok(exit_code(&output.diagnostics))
}

/// For a directory that is named as seen from the working directory.
pub(super) fn request(directory: &Path, dialects: &[Dialect]) -> Request {
    Request {
        package: PathBuf::new(),
        directory: directory.to_string_lossy().into_owned(),
        dialects: dialects.to_vec(),
        anywhere: true,
        ..Request::default()
    }
}

impl Levels {
    fn chosen(&self) -> Vec<(&'static Kind, Level)> {
        let allowed = self.allow.iter().map(|kind| (*kind, Level::Allow));
        let warned = self.warn.iter().map(|kind| (*kind, Level::Warn));
        let denied = self.deny.iter().map(|kind| (*kind, Level::Deny));
        allowed.chain(warned).chain(denied).collect()
    }
}

fn adjustable(id: &str) -> Result<&'static Kind, String> {
    kinds::adjustable(id).map_err(|refusal| format!("{refusal}; {}", refusal.help()))
}

fn text(output: &Output, terminal: &mut Terminal) -> Result<(), CommandError> {
    write_frames(&mut terminal.err, &output.diagnostics)?;
    let checked = output.table.as_ref().map_or_else(
        || "migrations".to_owned(),
        |table| {
            let migrations = count(table.migrations.len(), "migration");
            let statements = count(table.statement_count(), "statement");
            format!("{migrations}, {statements}")
        },
    );
    writeln!(
        terminal.out,
        "checked {checked}: {}",
        tally(&output.diagnostics)
    )?;
    Ok(())
}

/// How much of the history is replayed, for each dialect.
fn stats(output: &Output, out: &mut dyn Write) -> Result<(), CommandError> {
    let Some(table) = &output.table else {
        return Ok(());
    };
    let scripts = || {
        let migrations = table.migrations.iter();
        migrations.flat_map(|it| std::iter::once(&it.up).chain(&it.down))
    };
    for dialect in &table.dialects {
        let statements = || scripts().flat_map(|script| &script.statements);
        let mut others: BTreeMap<&str, usize> = BTreeMap::new();
        for statement in statements().filter(|it| !it.is_followed(*dialect)) {
            *others.entry(&statement.kind).or_default() += 1;
        }
        let all = statements().count();
        let followed = all - others.values().sum::<usize>();
        // In tenths, rounded down: not all is never shown as all.
        let share = (followed * 1000).checked_div(all).unwrap_or(1000);
        let (whole, tenth) = (share / 10, share % 10);
        let of = count(all, "statement");
        writeln!(
            out,
            "{dialect}: the replay follows {followed} of {of} ({whole}.{tenth} %)"
        )?;
        for (kind, count) in others {
            writeln!(out, "  not followed: {count} {kind}")?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    migrations: usize,
    statements: usize,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

fn json(output: &Output, out: &mut dyn Write) -> Result<(), CommandError> {
    let table = output.table.as_ref();
    let report = Report {
        migrations: table.map_or(0, |table| table.migrations.len()),
        statements: table.map_or(0, rungs_build::Table::statement_count),
        diagnostics: output.diagnostics.iter().map(Into::into).collect(),
    };
    write_json(out, &report)
}
