//! Why a command stopped, and the exit status that follows.

use std::fmt;
use std::io::{self, Write};
#[cfg(feature = "authoring")]
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
    /// A statement failed, and is shown.
    Framed { frame: String, help: String },
    /// A verb failed; what there is to show of it is added before it is reported.
    Run(Box<rungs::Error>),
    /// The command line cannot be read.
    Syntax(clap::Error),
    /// The output cannot be written.
    Output(io::Error),
}

/// The exit status for a command line that makes no sense; clap uses the same.
const USAGE: u8 = 2;

/// The exit status of a verb that was done; of several the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    Success,
    /// Migrations are pending, for those who ask.
    Pending,
    /// Something needs somebody to look at it.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Pending => Self::from(3),
            Exit::Failure => Self::FAILURE,
        }
    }
}

impl CommandError {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: None,
        }
    }

    /// Something is not as it should be.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::File {
            message: message.into(),
            source: None,
            help: None,
        }
    }

    /// A failed attempt of the application to connect.
    pub(crate) fn no_connection(source: &dyn fmt::Display) -> Self {
        Self::failed(format!("cannot connect to the database: {source}"))
    }

    /// A failed attempt to `verb` a path.
    #[cfg(feature = "authoring")]
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

    /// Says which of several sets it is about.
    pub(crate) fn of_set(mut self, key: &str) -> Self {
        match &mut self {
            Self::Usage { message, .. } | Self::File { message, .. } => {
                *message = format!("set `{key}`: {message}");
            }
            Self::Framed { frame, .. } => *frame = format!("set `{key}`:\n{frame}"),
            Self::Run(_) | Self::Syntax(_) | Self::Output(_) => {}
        }
        self
    }

    /// Says which sets were left as they are because of it.
    pub(crate) fn left_out(mut self, keys: &[String]) -> Self {
        let left_out = match keys {
            [] => return self,
            [key] => format!("the set {key} was left as it is"),
            keys => format!("the sets {} were left as they are", keys.join(", ")),
        };
        match &mut self {
            Self::Framed { help, .. } => *help = format!("{left_out}; {help}"),
            Self::Usage { help, .. } | Self::File { help, .. } => {
                *help = Some(match help.take() {
                    Some(help) => format!("{left_out}; {help}"),
                    None => left_out,
                });
            }
            Self::Run(_) | Self::Syntax(_) | Self::Output(_) => {}
        }
        self
    }

    /// Tells the user and gives the exit status.
    pub(crate) fn report(&self, terminal: &mut Terminal) -> ExitCode {
        // When the standard error is closed there is nobody left to tell.
        let _ = self.write(&mut terminal.err);
        match self {
            Self::Usage { .. } | Self::Syntax(_) => ExitCode::from(USAGE),
            // Also for a reader that has seen enough: what was not written may have been an error.
            Self::File { .. } | Self::Framed { .. } | Self::Run(_) | Self::Output(_) => {
                ExitCode::FAILURE
            }
        }
    }

    fn write(&self, err: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Usage { message, help } => tell(err, message, None, help.as_deref()),
            Self::File {
                message,
                source,
                help,
            } => tell(err, message, source.as_ref(), help.as_deref()),
            Self::Framed { frame, help } => {
                writeln!(err, "{frame}")?;
                write_help(err, help)
            }
            Self::Run(error) => tell(err, &error.to_string(), None, Some(&error.help())),
            Self::Syntax(error) => write!(err, "{}", error.render().ansi()),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Self::Output(error) => tell(err, "cannot write the output", Some(error), None),
        }
    }
}

fn tell(
    err: &mut dyn Write,
    message: &str,
    source: Option<&io::Error>,
    help: Option<&str>,
) -> io::Result<()> {
    let message = message.replace(is_obeyed, "\u{fffd}");
    write!(err, "{ERROR}error:{ERROR:#} {message}")?;
    if let Some(source) = source {
        write!(err, ": {source}")?;
    }
    writeln!(err)?;
    help.map_or(Ok(()), |help| write_help(err, help))
}

fn write_help(err: &mut dyn Write, help: &str) -> io::Result<()> {
    let help = help.replace(is_obeyed, "\u{fffd}");
    writeln!(err, "{HELP}help:{HELP:#} {help}")
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

impl From<rungs::Error> for CommandError {
    fn from(error: rungs::Error) -> Self {
        Self::Run(Box::new(error))
    }
}

impl From<clap::Error> for CommandError {
    fn from(error: clap::Error) -> Self {
        Self::Syntax(error)
    }
}

impl From<serde_json::Error> for CommandError {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}
