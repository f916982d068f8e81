//! `rungs check`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rungs_build::render::github;
use rungs_build::{Dialect, Output, Request, compile};
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

    /// How to tell: text, json, github
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    #[arg(hide_possible_values = true)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  rungs check migrations
  rungs check migrations --dialect sqlite,postgres
  rungs check migrations --format github     Annotations in a GitHub workflow

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
    let output = check(&arguments.directory, &arguments.dialect);
    match arguments.format {
        Format::Text => text(&output, terminal)?,
        Format::Json => json(&output, &mut terminal.out)?,
        Format::Github => {
            for diagnostic in &output.diagnostics {
                writeln!(terminal.out, "{}", github(diagnostic))?;
            }
        }
    }
    Ok(exit_code(&output.diagnostics))
}

/// Compiles a directory that is named as seen from the working directory.
pub(super) fn check(directory: &Path, dialects: &[Dialect]) -> Output {
    compile(&Request {
        package: PathBuf::new(),
        directory: directory.to_string_lossy().into_owned(),
        dialects: dialects.to_vec(),
        anywhere: true,
        ..Request::default()
    })
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
