//! Why values of placeholders are refused, which is before anything is sent.

use std::fmt;

/// A placeholder has no value, or one that makes no name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlaceholderError {
    /// There is neither a value nor a default.
    Missing {
        /// Which.
        name: String,
    },
    /// The migrations declare no placeholder of this name.
    Unknown {
        /// What a value was given for.
        name: String,
        /// What they declare.
        declared: Vec<String>,
    },
    /// The value cannot be a part of a name.
    Invalid {
        /// Of which.
        name: String,
        /// What was given.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A name with the values in it is none that the database takes.
    BadName {
        /// As it is written in the migrations.
        written: String,
        /// What it would be.
        name: String,
        /// What a name must be.
        expected: &'static str,
    },
    /// The migrations were asked for by another tool, which gives placeholders no values.
    OtherTool {
        /// Which placeholder.
        name: String,
    },
}

impl PlaceholderError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Missing { name } => {
                format!(
                    "give it one with `Migrator::placeholder({name:?}, ...)`, or a default where it is declared"
                )
            }
            Self::Unknown { declared, .. } if declared.is_empty() => {
                "these migrations declare none".to_owned()
            }
            Self::Unknown { declared, .. } => format!("there are {}", declared.join(", ")),
            Self::Invalid { name, expected, .. } => format!("`{name}` must be {expected}"),
            Self::BadName { expected, .. } => format!("give another value: {expected}"),
            Self::OtherTool { .. } => "run these migrations with a `Migrator` of Rungs".to_owned(),
        }
    }
}

impl fmt::Display for PlaceholderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => write!(f, "the placeholder `{name}` has no value"),
            Self::Unknown { name, .. } => {
                write!(f, "there is no placeholder `{}`", name.escape_debug())
            }
            Self::Invalid { name, value, .. } => write!(
                f,
                "`{}` cannot be the placeholder `{name}`",
                value.escape_debug()
            ),
            Self::BadName { written, name, .. } => {
                write!(f, "`{written}` would be the name `{name}`")
            }
            Self::OtherTool { name } => write!(
                f,
                "the placeholder `{name}` has a value in a run of Rungs only, and another tool asks for the migrations"
            ),
        }
    }
}

impl std::error::Error for PlaceholderError {}
