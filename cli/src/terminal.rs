//! The two streams that commands write to, and the person who may sit there.

use std::io::{self, IsTerminal as _, Stderr, Stdout, Write as _};

use anstream::AutoStream;
use clap::ColorChoice;

/// The standard streams; escapes for colour are taken out where they are not wanted.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// For results.
    pub(crate) out: AutoStream<Stdout>,
    /// For everything else.
    pub(crate) err: AutoStream<Stderr>,
}

impl Terminal {
    pub(crate) fn new(color: ColorChoice) -> Self {
        // `Auto` looks at the terminal and at NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
        let choice = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self {
            out: AutoStream::new(io::stdout(), choice),
            err: AutoStream::new(io::stderr(), choice),
        }
    }

    /// Asks a question to be answered with yes or no; nothing when nobody is there to answer.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<Option<bool>> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Ok(None);
        }
        write!(self.err, "{question} [y/N] ")?;
        self.err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        let is_yes = ["y", "yes"].contains(&answer.trim().to_lowercase().as_str());
        Ok(Some(is_yes))
    }
}
