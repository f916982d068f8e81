//! `rungs schema`

mod json;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rungs_build::catalog::{self, Catalog};
use rungs_build::{Dialect, Request, evolve};

use crate::authoring::diagnostics::{exit_code, write_frames};
use crate::authoring::live::Live;
use crate::error::CommandError;
use crate::format::write_json;
use crate::terminal::Terminal;

/// Show the schema that a directory of migrations makes, or that of a database
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations; without one, a database is asked
    #[arg(value_name = "DIR", conflicts_with = "database_url")]
    directory: Option<PathBuf>,

    /// The last version to apply [default: all]
    #[arg(long, value_name = "VERSION", requires = "directory")]
    at: Option<i64>,

    /// What the SQL is written for: sqlite, postgres, mysql [default: as in rungs.toml]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<Dialect>,

    /// How to show it: sql, json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Sql)]
    #[arg(hide_possible_values = true)]
    format: Format,

    #[command(flatten)]
    live: Live,
}

const EXAMPLES: &str = "\
Examples:
  rungs schema migrations
  rungs schema migrations --at 12 --format json
  rungs schema --database-url postgres://user:password@host/name

Without a database, what the server would show differently, such as the text of expressions, is shown as
it was written.";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Statements that make it again
    Sql,
    /// One object
    Json,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let Some(directory) = &arguments.directory else {
        let address = arguments.live.address(Path::new("migrations"))?;
        write(
            &arguments.live.schema(&address)?,
            arguments.format,
            terminal,
        )?;
        return Ok(ExitCode::SUCCESS);
    };
    let request = Request {
        directory: directory.to_string_lossy().into_owned(),
        dialects: arguments.dialect.into_iter().collect(),
        anywhere: true,
        ..Request::default()
    };
    let diagnostics = match arguments.format {
        Format::Sql => {
            let (sql, diagnostics) = evolve::schema_sql(&request, arguments.at);
            write!(terminal.out, "{}", sql.unwrap_or_default())?;
            diagnostics
        }
        Format::Json => {
            let (schema, diagnostics) = rungs_build::schema(&request, arguments.at);
            if let Some(schema) = schema {
                write_json(&mut terminal.out, &json::objects(&schema))?;
            }
            diagnostics
        }
    };
    write_frames(&mut terminal.err, &diagnostics)?;
    Ok(exit_code(&diagnostics))
}

fn write(schema: &Catalog, format: Format, terminal: &mut Terminal) -> Result<(), CommandError> {
    match format {
        Format::Sql => Ok(write!(terminal.out, "{}", catalog::sql(schema))?),
        Format::Json => write_json(&mut terminal.out, &json::objects(schema)),
    }
}
