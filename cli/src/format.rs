//! Results for people and for programs.

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

use crate::error::CommandError;

/// How to write a result.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Writes in one piece: the standard output writes line by line.
pub(crate) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), CommandError> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)?;
    Ok(())
}

/// A number and what it counts, such as `1 migration` or `2 migrations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
