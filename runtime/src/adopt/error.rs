//! Why a history cannot be taken over.

use std::error::Error as StdError;
use std::fmt;

use super::Tool;
use crate::error::{ErrorKind, Named};

/// Why the history of another tool cannot be taken over. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdoptionError {
    /// There is no such tool, or none that is known.
    UnknownTool(String),
    /// The database has no such history.
    NotFound {
        /// The tables that were looked for.
        looked_for: Vec<String>,
    },
    /// The database has several.
    Ambiguous {
        /// The tools, and their tables.
        found: Vec<(Tool, String)>,
    },
    /// A migration of the other tool failed or was not finished.
    Unfinished {
        /// The tool.
        tool: Tool,
        /// Its table.
        table: String,
        /// What the tool calls those migrations.
        migrations: Vec<String>,
    },
    /// The history has migrations that are not among these.
    Unknown {
        /// The tool.
        tool: Tool,
        /// Its table.
        table: String,
        /// What the tool calls those migrations.
        migrations: Vec<String>,
    },
    /// The checksums of the other tool are those of other texts.
    Changed {
        /// The tool.
        tool: Tool,
        /// Its table.
        table: String,
        /// The migrations whose files were edited since they were applied.
        migrations: Vec<Named>,
    },
}

impl AdoptionError {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownTool(_) | Self::NotFound { .. } | Self::Ambiguous { .. } => {
                ErrorKind::Request
            }
            Self::Unfinished { .. } | Self::Unknown { .. } | Self::Changed { .. } => {
                ErrorKind::Disagreement
            }
        }
    }

    pub(crate) fn help(&self) -> String {
        match self {
            Self::UnknownTool(_) => {
                let names: Vec<&str> = Tool::ALL.iter().map(|tool| tool.name()).collect();
                format!("known are {}", names.join(", "))
            }
            Self::NotFound { .. } => "check what the connection leads to; a table with a name of its own \
                                      is named with `Source::table`, as is one outside the search path"
                .to_owned(),
            Self::Ambiguous { found } => {
                let tool = found.first().map_or("sqlx", |(tool, _)| tool.name());
                format!("say which is to be taken over, such as `{tool}`")
            }
            Self::Unfinished { tool, .. } => format!("finish or repair it with {tool}, which left it"),
            Self::Unknown { .. } => "add their files, or start the release that has them; those that are \
                                     newer than all of these are left out with `Ahead::Tolerate`"
                .to_owned(),
            Self::Changed { .. } => "put the files back as they were; if what was edited makes no difference, \
                                     `Changed::Tolerate` takes them as they are now"
                .to_owned(),
        }
    }
}

impl fmt::Display for AdoptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTool(name) => write!(f, "there is no tool `{name}`"),
            Self::NotFound { looked_for } => write!(
                f,
                "there is no history of another tool: no table {}",
                list(looked_for)
            ),
            Self::Ambiguous { found } => {
                let found: Vec<String> = found
                    .iter()
                    .map(|(tool, table)| format!("{tool} (table `{table}`)"))
                    .collect();
                write!(
                    f,
                    "there are histories of several tools: {}",
                    found.join(", ")
                )
            }
            Self::Unfinished {
                tool,
                table,
                migrations,
            } => write!(
                f,
                "{tool} has not finished what it began (table `{table}`): {}",
                list(migrations)
            ),
            Self::Unknown {
                tool,
                table,
                migrations,
            } => write!(
                f,
                "{tool} has applied what is not in this set (table `{table}`): {}",
                list(migrations)
            ),
            Self::Changed {
                tool,
                table,
                migrations,
            } => write!(
                f,
                "files were edited after {tool} applied them (table `{table}`): {}",
                list(migrations)
            ),
        }
    }
}

impl StdError for AdoptionError {}

fn list(items: &[impl fmt::Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(", ")
}
