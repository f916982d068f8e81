//! `rungs wait`

use std::io::Write as _;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;

use crate::authoring::project::Options;
use crate::authoring::settings::Settings;
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Wait until the database answers
#[derive(Args, Debug)]
#[command(after_help = "\
For scripts that start a server and a program that needs it:
  rungs wait --limit 60 && rungs up")]
pub(crate) struct Arguments {
    /// How many seconds at most
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    limit: u64,

    #[command(flatten)]
    options: Options,
}

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let settings = Settings::read(&arguments.options)?;
    let address = settings.address()?;
    let limit = Duration::from_secs(arguments.limit);
    let begin = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match address.open(true) {
            Ok(_) => {
                writeln!(terminal.out, "{} answers", address.place())?;
                return Ok(ExitCode::SUCCESS);
            }
            // A command line that makes no sense makes none later.
            Err(error @ CommandError::Usage { .. }) => return Err(error),
            Err(error) if begin.elapsed() + pause > limit => {
                let waited = arguments.limit;
                return Err(error.help(format!(
                    "waited for {waited} seconds; wait longer with --limit"
                )));
            }
            Err(_) => sleep(pause),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
