//! `rungs diff`

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use rungs_build::{Dialect, evolve};

use crate::authoring::evolution::{self, Compared};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Show what is missing from the migrations to the schema that is wanted, without a database
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations
    #[arg(value_name = "DIR", default_value = "migrations")]
    directory: PathBuf,

    /// Fail when there is a difference
    #[arg(long)]
    check: bool,

    /// Show the way back instead
    #[arg(long)]
    down: bool,

    /// What the SQL is written for: sqlite, postgres, mysql [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,
}

const EXAMPLES: &str = "\
Examples:
  rungs diff
  rungs diff db/migrations --check

What is wanted stands in `schema.sql` beside the directory, or in the file that `schema-file` in
`rungs.toml` names. `rungs new --auto` makes a migration of the difference.";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let compared = evolution::compare(&arguments.directory, arguments.dialect, terminal)?;
    let Compared { evolution, .. } = &compared;
    if evolution.up.is_empty() {
        writeln!(terminal.out, "no changes")?;
        return Ok(ExitCode::SUCCESS);
    }
    let statements = if arguments.down {
        &evolution.down
    } else {
        &evolution.up
    };
    write!(terminal.out, "{}", evolve::text(statements))?;
    Ok(if arguments.check {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
