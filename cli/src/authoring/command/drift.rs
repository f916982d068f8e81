//! `rungs drift`

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use rungs_build::Request;
use rungs_build::catalog::Difference;

use crate::authoring::diagnostics::write_frames;
use crate::authoring::live::Live;
use crate::authoring::settings;
use crate::error::CommandError;
use crate::format::count;
use crate::terminal::Terminal;

/// Show how a database differs from the schema that its migrations make
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The directory of the migrations
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    /// The last version that is applied [default: all]
    #[arg(long, value_name = "VERSION")]
    at: Option<i64>,

    #[command(flatten)]
    live: Live,
}

const EXAMPLES: &str = "\
Examples:
  rungs drift migrations --database-url postgres://user:password@host/name
  rungs drift migrations --at 12

A line begins with `-` for what the migrations make and the database lacks, with `+` for what it has
besides, and with `~` for what is not as they make it. The queries of views, the bodies of routines and
the names in `external` of rungs.toml are not compared.

Exit status: 0 there is no difference, 1 there is one";

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let address = arguments.live.address(&arguments.directory)?;
    let dialect = settings::dialect(address.database);
    let real = arguments.live.schema(&address)?;
    let request = Request {
        directory: arguments.directory.to_string_lossy().into_owned(),
        dialects: dialect.into_iter().collect(),
        anywhere: true,
        ..Request::default()
    };
    let (differences, diagnostics) = rungs_build::drift(&request, arguments.at, &real);
    let Some(differences) = differences else {
        write_frames(&mut terminal.err, &diagnostics)?;
        return Err(CommandError::failed(
            "the migrations are not right, so nothing was compared",
        ));
    };
    for difference in &differences {
        writeln!(terminal.out, "{}", line(difference))?;
    }
    if differences.is_empty() {
        writeln!(terminal.err, "no difference")?;
        return Ok(ExitCode::SUCCESS);
    }
    let number = count(differences.len(), "difference");
    writeln!(terminal.err, "{number} in {}", address.place())?;
    Ok(ExitCode::FAILURE)
}

fn line(difference: &Difference) -> String {
    match difference {
        Difference::Added(what) => format!("+ {what}"),
        Difference::Missing(what) => format!("- {what}"),
        Difference::Changed(what, real, wanted) => {
            format!("~ {what}: is `{real}`, should be `{wanted}`")
        }
    }
}
