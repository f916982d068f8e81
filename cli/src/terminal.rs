//! The two streams that commands write to.

use std::io::{StderrLock, StdoutLock};

use anstream::AutoStream;
use clap::ColorChoice;

/// The standard streams; escapes for colour are taken out where they are not wanted.
pub(crate) struct Terminal {
    /// For results.
    pub(crate) out: AutoStream<StdoutLock<'static>>,
    /// For everything else.
    pub(crate) err: AutoStream<StderrLock<'static>>,
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
            out: AutoStream::new(std::io::stdout().lock(), choice),
            err: AutoStream::new(std::io::stderr().lock(), choice),
        }
    }
}
