//! `rungs completions`

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::authoring::arguments;
use crate::error::CommandError;
use crate::terminal::Terminal;

/// Write a script that completes what is typed
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rungs completions bash > ~/.local/share/bash-completion/completions/rungs
  rungs completions zsh > ~/.zfunc/_rungs
  rungs completions fish > ~/.config/fish/completions/rungs.fish")]
pub(crate) struct Arguments {
    /// For which shell
    shell: Shell,
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &mut Terminal,
) -> Result<ExitCode, CommandError> {
    let mut script = Vec::new();
    let mut command = arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "rungs", &mut script);
    terminal.out.write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
