//! Why a command stopped, and the exit status that follows.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::terminal::Terminal;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The command line asks for something that cannot be.
    Usage {
        message: String,
        help: Option<String>,
    },
    /// A file or directory is not as it should be.
    File {
        message: String,
        source: Option<io::Error>,
        help: Option<String>,
    },
    /// The output cannot be written.
    Output(io::Error),
}

/// The exit status for a command line that makes no sense; clap uses the same.
const USAGE: u8 = 2;

impl CommandError {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self::File {
            message: message.into(),
            source: None,
            help: None,
        }
    }

    /// A failed attempt to `verb` a path.
    pub(crate) fn io(verb: &str, path: &Path, source: io::Error) -> Self {
        Self::File {
            message: format!("cannot {verb} `{}`", path.display()),
            source: Some(source),
            help: None,
        }
    }

    /// Says what to do.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        if let Self::Usage { help, .. } | Self::File { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }

    /// Tells the user and gives the exit status.
    pub(crate) fn report(&self, terminal: &mut Terminal) -> ExitCode {
        // When the standard error is closed there is nobody left to tell.
        let _ = self.write(&mut terminal.err);
        match self {
            Self::Usage { .. } => ExitCode::from(USAGE),
            // Also for a reader that has seen enough: what was not written may have been an error.
            Self::File { .. } | Self::Output(_) => ExitCode::FAILURE,
        }
    }

    fn write(&self, err: &mut dyn Write) -> io::Result<()> {
        let (message, source, help) = match self {
            Self::Usage { message, help } => (message.as_str(), None, help),
            Self::File {
                message,
                source,
                help,
            } => (message.as_str(), source.as_ref(), help),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Self::Output(error) => ("cannot write the output", Some(error), &None),
        };
        let message = message.replace(is_obeyed, "\u{fffd}");
        write!(err, "{ERROR}error:{ERROR:#} {message}")?;
        if let Some(source) = source {
            write!(err, ": {source}")?;
        }
        writeln!(err)?;
        if let Some(help) = help {
            let help = help.replace(is_obeyed, "\u{fffd}");
            writeln!(err, "{HELP}help:{HELP:#} {help}")?;
        }
        Ok(())
    }
}

/// What a terminal would obey rather than show; names of files may hold it.
fn is_obeyed(letter: char) -> bool {
    letter.is_control() && letter != '\n'
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// `?` on a write; failures of other files are made with [`CommandError::io`].
impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for CommandError {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}
