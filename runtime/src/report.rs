//! What a run did.

use std::fmt;
use std::time::Duration;

use crate::plan::{Action, Direction};
use crate::version::Version;

/// What a run did.
///
/// Its `Display` is a line for each migration, or one that says that there was nothing to do.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What ran, in order.
    pub ran: Vec<Ran>,
    /// The highest applied version afterwards; `None` at base.
    pub current: Option<Version>,
}

/// One migration that ran.
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ran {
    /// The version.
    pub version: Version,
    /// The name.
    pub name: &'static str,
    /// Which way.
    pub direction: Direction,
    /// What was done with it.
    pub action: Action,
    /// How many statements were run.
    pub statements: usize,
    /// How long it took.
    #[cfg_attr(
        feature = "serde",
        serde(
            rename = "duration_ms",
            serialize_with = "crate::serialize::milliseconds"
        )
    )]
    pub duration: Duration,
}

impl Report {
    /// Whether there was nothing to do.
    pub fn already_up_to_date(&self) -> bool {
        self.ran.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ran in &self.ran {
            writeln!(f, "{ran}")?;
        }
        let verdict = if self.ran.is_empty() {
            "nothing to do, "
        } else {
            ""
        };
        match self.current {
            Some(current) => write!(f, "{verdict}the database is at {current}"),
            None => write!(f, "{verdict}the database is at base"),
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version,
            name,
            direction,
            action,
            statements,
            duration,
        } = self;
        if *action != Action::Run {
            return write!(f, "= {version} {name} ({action})");
        }
        let sign = if *direction == Direction::Up {
            '+'
        } else {
            '-'
        };
        let (statements, took) = (Plural(*statements, "statement"), Took(*duration));
        write!(f, "{sign} {version} {name} ({statements}, {took})")
    }
}

/// A number and what it counts, such as `1 statement` or `2 statements`.
pub(crate) struct Plural(pub(crate) usize, pub(crate) &'static str);

impl fmt::Display for Plural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = self;
        let plural = if *number == 1 { "" } else { "s" };
        write!(f, "{number} {noun}{plural}")
    }
}

/// A duration for people.
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Servers are asked for milliseconds.
        if self.0.is_zero() {
            f.write_str("<1ms")
        } else {
            write!(f, "{:.1?}", self.0)
        }
    }
}
